import Files
import ArgumentParser
import Reporting
import Workbench

/// Turns model files into ONNX files and back.
struct ConvertCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Turn a model file into an ONNX file, or the other way round.",
    discussion: """
      The names of the files say the direction. An ONNX file has one input per
      column of the table, and holds the whole model file as metadata, so that it
      comes back without loss. Files of scikit-learn's exporter (skl2onnx) can be
      read too.

      exact computes in double precision and needs a runtime of 2024 or newer;
      compat computes in single precision with the operators that scikit-learn's
      exporter uses.

      Examples:
        bezoar model convert model.json model.onnx
        bezoar model convert model.json model.onnx --flavour compat
        bezoar model convert sklearn.onnx model.json --target species \\
          --columns sepal_length,sepal_width,petal_length,petal_width
      """)

  @Argument(help: ArgumentHelp("Model file, .json or .onnx.", valueName: "in"))
  var input: String

  @Argument(help: ArgumentHelp("File to write, .onnx or .json.", valueName: "out"))
  var output: String

  @Option(help: "Precision and operators of an ONNX file that is written.")
  var flavour = ConversionJob.Flavour.exact

  @Option(help: ArgumentHelp("Name of the target of a model of another program.", valueName: "column"))
  var target: String?

  @Option(
    help: ArgumentHelp(
      "Names of the columns of a model of another program, in their order, separated by commas; one with commas in double quotes.",
      valueName: "columns"))
  var columns: String?

  @OptionGroup var options: GlobalOptions

  private var job: ConversionJob {
    var job = ConversionJob(input: input, output: output)
    job.flavour = flavour
    job.target = target
    job.columns = columns.map { ListOption.items($0) }
    return job
  }

  func validate() throws { try usage { try job.check() } }

  func run() async throws {
    let console = options.console
    let result = try job.run()
    try AtomicFile.write(result.bytes, to: output)
    for note in result.notes { console.note(note) }
    console.note("\(result.summary): \(output)")
  }
}

extension ConversionJob.Flavour: ExpressibleByArgument {}
