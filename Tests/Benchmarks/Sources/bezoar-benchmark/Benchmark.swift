/// A piece of work to time.
struct Benchmark {
  /// Operation and shape, such as `dgemm 512`.
  let name: String
  /// Threads that the work uses.
  let threads: Int
  /// Floating-point operations of one run as usually counted; nil if a rate says nothing.
  let operations: Double?
  /// Makes the input and returns the work to repeat; the input is not timed.
  let prepare: () throws -> () throws -> Void

  /// Warms up once and reports the times of `runs` runs.
  func measured(runs: Int) throws -> BenchmarkResult {
    let work = try prepare()
    try work()
    let clock = ContinuousClock()
    var seconds: [Double] = []
    for _ in 0..<runs {
      let elapsed = try clock.measure(work)
      seconds.append(Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18)
    }
    seconds.sort()
    return BenchmarkResult(
      name: name, threads: threads, median: seconds[runs / 2], fastest: seconds[0],
      operations: operations)
  }
}

/// The times of one benchmark, in seconds.
struct BenchmarkResult {
  let name: String
  let threads: Int
  let median: Double
  let fastest: Double
  let operations: Double?

  /// Thousand million operations per second at the median.
  var rate: Double? { operations.map { $0 / median * 1e-9 } }
}
