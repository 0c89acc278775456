import ArgumentParser

/// Accounting and auditing of differential privacy.
struct PrivacyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "privacy",
    abstract: "Add up privacy budgets, and measure what a mechanism or a training command really gives away.",
    subcommands: [PrivacyAccountCommand.self, PrivacyAuditCommand.self])
}
