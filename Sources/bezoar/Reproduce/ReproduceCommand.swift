import ArgumentParser

/// Published figures, reproduced.
struct ReproduceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce", abstract: "Reproduce published figures and say how they compare.",
    discussion: """
      Example:
        bezoar reproduce dosage
      """,
    subcommands: [ReproduceDosage.self])
}
