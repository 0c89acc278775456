import ArgumentParser
import Learning
import Reporting
import Workbench

#if ONNX
  import ModelExchange
#endif

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

  /// The words for `ONNXFlavour`.
  enum Flavour: String, ExpressibleByArgument, CaseIterable {
    case exact, compat
  }

  @Argument(help: ArgumentHelp("Model file, .json or .onnx.", valueName: "in"))
  var input: String

  @Argument(help: ArgumentHelp("File to write, .onnx or .json.", valueName: "out"))
  var output: String

  @Option(help: "Precision and operators of an ONNX file that is written.")
  var flavour = Flavour.exact

  @Option(help: ArgumentHelp("Name of the target of a model of another program.", valueName: "column"))
  var target: String?

  @Option(
    help: ArgumentHelp(
      "Names of the columns of a model of another program, in their order, separated by commas; one with commas in double quotes.",
      valueName: "columns"))
  var columns: String?

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard input != output else {
      throw ValidationError("the output would overwrite \(input); give another name")
    }
    guard ModelReader.isONNX(input) != ModelReader.isONNX(output) else {
      throw ValidationError("one of the files must end in .onnx and the other in .json")
    }
    if ModelReader.isONNX(output), target != nil || columns != nil {
      throw ValidationError("--target and --columns are for files that are read from ONNX")
    }
  }

  func run() async throws {
    #if ONNX
      if ModelReader.isONNX(output) { try export() } else { try takeOver() }
    #else
      throw WorkbenchError.withoutONNX
    #endif
  }

  #if ONNX
    private func export() throws {
      let console = options.console
      let file = try ModelFile.read(path: input)
      let result = try ONNXFile.export(
        file, flavour: ONNXFlavour(rawValue: flavour.rawValue) ?? .exact)
      try AtomicFile.write(result.bytes, to: output)
      for loss in result.losses { console.note(loss) }
      console.note("\(Self.summary(file)), \(flavour.rawValue): \(output)")
    }

    private func takeOver() throws {
      let console = options.console
      let names = columns.map { ListOption.items($0) }
      let result = try ONNXFile.read(path: input, names: .init(target: target, columns: names))
      try AtomicFile.write(result.file.bytes(), to: output)
      for note in result.notes { console.note(note) }
      console.note("\(Self.summary(result.file)): \(output)")
    }

    /// What kind of model a file holds.
    private static func summary(_ file: ModelFile) -> String {
      let pipeline = file.pipeline
      let kind = file.provenance?.recipe ?? "imported model"
      let target =
        pipeline.labels.isEmpty
        ? "the number '\(pipeline.targetName)'"
        : "\(pipeline.labels.count) classes of '\(pipeline.targetName)'"
      return "\(kind) for \(target) from \(pipeline.model.featureCount) encoded features"
    }
  #endif
}
