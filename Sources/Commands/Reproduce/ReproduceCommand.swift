import ArgumentParser

/// Published figures, reproduced.
struct ReproduceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce", abstract: "Reproduce published figures and say how they compare.",
    discussion: """
      Examples:
        bezoar reproduce dosage
        bezoar reproduce stealing --rows 1,2,3
        bezoar reproduce inversion --rows 3,14
        bezoar reproduce statements
      """,
    subcommands: [
      ReproduceDosage.self, ReproduceStealing.self, ReproduceServices.self, ReproduceInversion.self,
      ReproduceStatements.self,
    ])
}
