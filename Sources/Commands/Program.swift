import ArgumentParser
import Workbench

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The command line as a program: the whole of `bezoar`, with methods of one's own where there are some.
public enum Program {
  /// Runs one command of this process and ends with its code.
  ///
  /// - Parameter methods: what can be named on the command line.
  public static func run(_ methods: MethodRegistry = .builtIn) async {
    await MethodRegistry.$current.withValue(methods) { await runCommand() }
  }

  private static func runCommand() async {
    Interruption.hold()
    KernelSelection.restartIfBetter()
    Interruption.listen()
    Activity.begin()
    do {
      // One task runs the whole command, and the wish to stop cancels it, in whatever it waits for.
      nonisolated(unsafe) let parsed = try Bezoar.parseAsRoot(
        NegativeNumbers.joined(Array(CommandLine.arguments.dropFirst())))
      try await Interruption.cancelling {
        try await ProgramOptions.limiting(parsed) {
          var command = parsed
          if var command = command as? any AsyncParsableCommand {
            try await command.run()
          } else {
            try command.run()
          }
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
