import ArgumentParser

/// What can be done with model files beside applying them.
struct ModelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Carry models between programs.",
    discussion: """
      Examples:
        bezoar model convert model.json model.onnx
        bezoar model convert scikit-learn.onnx model.json --target species
      """,
    subcommands: [ConvertCommand.self])
}
