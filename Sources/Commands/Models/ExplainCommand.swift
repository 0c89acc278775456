import ArgumentParser
import Learning
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
    let context = options.context
    let file = try ModelReader.read(model, context)
    if !options.json { context.note(file.pipeline.features.notes) }
    try options.show(ModelExplanation(file, top: top))
  }
}
