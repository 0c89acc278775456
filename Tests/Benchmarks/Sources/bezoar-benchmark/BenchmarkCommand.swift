import ArgumentParser
import LinearAlgebra

/// Times the numerical kernels and prints a table, or JSON for machines.
@main
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bezoar-benchmark",
    abstract: "Times the numerical kernels on this machine.",
    discussion: """
      Medians of several runs. BLAS runs on one thread; rows marked with 2 threads share blocks among tasks.

      EXAMPLES
        bezoar-benchmark
        OPENBLAS_CORETYPE=SkylakeX bezoar-benchmark --filter moments --runs 9
        bezoar-benchmark --json > benchmark.json
        OPENBLAS_CORETYPE=SkylakeX bezoar-benchmark --learners
      """)

  @Option(help: "Runs of each benchmark; the median is reported.")
  var runs = 5

  @Option(help: "Threads for the benchmarks that share blocks among tasks.")
  var threads = 2

  @Option(help: "Only benchmarks whose name contains this text.")
  var filter = ""

  @Flag(help: "Print one JSON document instead of the table.")
  var json = false

  @Flag(help: "Time the linear learners instead and print lines of a name and seconds.")
  var learners = false

  @Option(help: "Time the logistic learners on the problems in this folder and print lines instead.")
  var classifiers: String?

  @Option(help: "Time decision trees on the problems in this folder and print lines instead.")
  var trees: String?

  @Option(help: "Time TRIM on this table of numbers in [0, 1], target first, and print lines instead.")
  var trim: String?

  @Option(help: "Share of poison that TRIM assumes.")
  var rate = 0.08

  @Option(help: "Penalty of the LASSO under TRIM.")
  var penalty = 0.001

  func validate() throws {
    guard rate > 0, rate < 1 else { throw ValidationError("--rate must be above 0 and below 1") }
    guard runs >= 1 else { throw ValidationError("--runs must be at least 1") }
    guard threads >= 1 else { throw ValidationError("--threads must be at least 1") }
  }

  func run() throws {
    BLASRuntime.setThreads(1)
    if learners {
      for timing in try LinearModelBenchmarks.timings(workers: threads, repeats: runs) {
        print(timing.name, timing.seconds)
      }
      return
    }
    if let classifiers {
      let benchmarks = LogisticBenchmarks(folder: classifiers, workers: threads, repeats: runs)
      for timing in try benchmarks.timings() { print(timing.name, timing.seconds, timing.check) }
      return
    }
    if let trees {
      let benchmarks = TreeBenchmarks(folder: trees, workers: threads, repeats: runs)
      for timing in try benchmarks.timings() { print(timing.name, timing.seconds, timing.accuracy) }
      return
    }
    if let trim {
      let benchmark = TrimBenchmark(path: trim, rate: rate, penalty: penalty, filter: filter)
      for line in try benchmark.lines(repeats: runs) {
        let rejected = line.rejected.map { String($0) }.joined(separator: ",")
        print(line.name, line.seconds, line.keptError, rejected)
      }
      return
    }
    let suite = numericsBenchmarks(threads: threads)
    let results = try suite.filter { filter.isEmpty || $0.name.contains(filter) }
      .map { try $0.measured(runs: runs) }
    let report = BenchmarkReport(core: BLASRuntime.coreName, runs: runs, results: results)
    print(json ? report.json : report.table)
  }
}
