import ArgumentParser
import Logging

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The options that every command takes.
struct GlobalOptions: ParsableArguments {
  @Option(
    name: .customLong("seed"),
    help: "Seed of all random numbers; the same seed gives the same results. (default: 1)")
  var givenSeed: UInt64?

  /// The seed of all random numbers.
  var seed: UInt64 { givenSeed ?? 1 }

  /// The seeds of repetitions: `count` from ``seed`` on, all within what results can hold.
  ///
  /// - Throws: `ValidationError`.
  func seeds(_ count: Int) throws -> [UInt64] {
    guard (1...1000).contains(count) else { throw ValidationError("--seeds must be between 1 and 1000") }
    guard seed <= UInt64(Int.max) - UInt64(count) else {
      throw ValidationError("--seed must be at most \(Int.max - count): every repetition takes the next one")
    }
    return (0..<UInt64(count)).map { seed + $0 }
  }

  @Option(help: "Number of threads; results do not depend on it. (default: one per core)")
  var threads: Int?

  @Flag(name: .shortAndLong, help: "Print results and errors only.")
  var quiet = false

  @Flag(help: "Print one JSON document instead of tables.")
  var json = false

  @Option(help: "Least level of the log on standard error.")
  var logLevel = LogLevel.warning

  @Option(
    help: ArgumentHelp(
      "Folder to look for data sets in first.",
      discussion: "After it come BEZOAR_DATA, Datasets/, ../shared/datasets and the folder of downloads.",
      valueName: "folder"))
  var dataDir: String?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be from 1 to 1024, not \(threads)")
    }
  }

  /// The streams to write to.
  var console: Console {
    let console = Console(isQuiet: quiet)
    Activity.use(console)
    return console
  }

  /// The log of what a run does inside: its data, kernel and threads.
  var logger: Logger {
    var logger = Logger(label: "bezoar") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = Logger.Level(rawValue: logLevel.rawValue) ?? .warning
    return logger
  }

  /// The number of threads to use.
  var threadCount: Int { threads ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

/// Levels of the log, as on the command line.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
  case debug, info, warning, error
}
