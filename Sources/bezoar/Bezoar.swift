import ArgumentParser

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The command line of the program.
struct Bezoar: AsyncParsableCommand {
  /// Version of the program, as in its results.
  static let version = "0.1.0"

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

@main enum Program {
  /// Runs one command and ends with its code.
  static func main() async {
    Interruption.hold()
    KernelSelection.restartIfBetter()
    Interruption.listen()
    Activity.begin()
    do {
      // One task runs the whole command, and the wish to stop cancels it, in whatever it waits for.
      nonisolated(unsafe) let parsed = try Bezoar.parseAsRoot(
        NegativeNumbers.joined(Array(CommandLine.arguments.dropFirst())))
      try await Interruption.cancelling {
        var command = parsed
        if var command = command as? any AsyncParsableCommand {
          try await command.run()
        } else {
          try command.run()
        }
      }
      Activity.end()
    } catch {
      Activity.end()
      exit(ProgramExit.report(error, of: Bezoar.self, on: Console()))
    }
    if let reason = Console.outputFailure {
      Console().fail("the output could not be written whole: \(String(cString: strerror(reason)))")
      exit(ProgramExit.failure)
    }
  }
}
