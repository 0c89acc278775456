import ArgumentParser
import Workbench

/// The command line of the program.
struct Bezoar: AsyncParsableCommand {
  /// Version of the program, as in its results.
  static let version = Package.version

  static let configuration = CommandConfiguration(
    commandName: "bezoar",
    abstract: "Attacks on machine-learning models and defences against them, reproduced and measured.",
    discussion: """
      Exit codes: 0 done, 1 failed, 2 command line not understood, 75 interrupted.
      Every command ends within two seconds of ctrl-C or SIGTERM, leaves no file
      half-written, and says what is kept and how to go on.
      """,
    version: version,
    subcommands: [
      ReproduceCommand.self, PoisonCommand.self, DefendCommand.self, TrainCommand.self, PredictCommand.self,
      EvaluateCommand.self, ExplainCommand.self, ModelCommand.self, ServeCommand.self, StealCommand.self,
      GuardStudyCommand.self,
      InvertCommand.self, MembershipCommand.self, PrivacyCommand.self, ListCommand.self, DataCommand.self,
    ])
}
