import ArgumentParser
import External
import Methods

/// A command in which `exec:PROGRAM` can stand for a method.
protocol TakesPrograms {
  var programs: ProgramOptions { get }
  var options: GlobalOptions { get }
}

/// What an external method may use.
struct ProgramOptions: ParsableArguments {
  @Option(
    name: .customLong("exec-timeout"),
    help: ArgumentHelp("Longest time of a program exec:PROGRAM, in seconds.", valueName: "seconds"))
  var timeout = 600.0

  @Option(
    name: .customLong("exec-memory"),
    help: ArgumentHelp("Memory that a process of a program exec:PROGRAM may take, in MiB.", valueName: "MiB"))
  var memory = 4096

  func validate() throws {
    guard timeout > 0, timeout <= 1e7 else {
      throw ValidationError("--exec-timeout must be more than 0 and at most 10000000 seconds, not \(timeout)")
    }
    guard (16...(1 << 24)).contains(memory) else {
      throw ValidationError("--exec-memory must be from 16 to \(1 << 24) MiB, not \(memory)")
    }
  }

  /// Runs `body` with the limits of a command, if it takes programs; what they say is told as remarks.
  static func limiting<Value>(
    _ command: any ParsableCommand, isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Value
  ) async rethrows -> Value {
    guard let command = command as? any TakesPrograms else { return try await body() }
    var limits = ProgramLimits()
    limits.time = .seconds(command.programs.timeout)
    limits.memory = command.programs.memory << 20
    let console = command.options.console
    limits.tell = { console.note($0) }
    return try await ProgramLimits.$current.withValue(limits, operation: body)
  }
}
