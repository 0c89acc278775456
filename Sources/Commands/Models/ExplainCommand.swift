import ArgumentParser
import Experiments
import Learning
import LinearAlgebra
import Reporting
import Tabular
import Workbench

/// Shows what is inside a model file.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show what a model file holds: rules and importances, or coefficients.",
    discussion: """
      Examples:
        bezoar explain --model tree.json
        bezoar explain --model model.json --top 20
        bezoar explain --model model.json --json
      """)

  @Option(help: ArgumentHelp("Model file, .json or .onnx.", valueName: "file"))
  var model: String

  @Option(help: "Longest list that is shown, largest values first.")
  var top = 30

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard top >= 1 else { throw ValidationError("--top must be at least 1, not \(top)") }
  }

  func run() async throws {
    let console = options.console
    let file = try ModelReader.read(model, console: console)
    if options.json {
      return console.write(try StableJSON.text(ModelExplanation(file.pipeline, top: top).document))
    }
    if let origin = file.provenance, let privacy = origin.privacy {
      console.write("\(origin.recipe) trained on private rows of \(origin.dataset), by \(origin.tool)\n\n")
      console.write(privacy.table)
    } else if let origin = file.provenance {
      console.write(
        "\(origin.recipe) trained on \(origin.rows) rows of \(origin.dataset) (SHA-256 \(origin.sha256.prefix(12))…), "
          + "seed \(origin.seed), by \(origin.tool)\n\n")
    }
    for note in file.pipeline.features.notes { console.note(note) }
    for table in ModelExplanation(file.pipeline, top: top).tables { console.write(table) }
  }
}
