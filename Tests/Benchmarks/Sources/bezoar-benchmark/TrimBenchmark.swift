import Learning
import LinearAlgebra
import Methods
import Poisoning
import Tabular

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Seconds of processor time that this process has used, which other work on the machine does not lengthen by
/// waiting.
enum ProcessorTime {
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}

/// Times the TRIM defences on a table of numbers, target first, that `Tests/Benchmarks/races/trim.py` gives to NumPy as
/// well.
struct TrimBenchmark {
  /// One defence and learner.
  struct Line {
    let name: String
    /// The least processor time of one fit.
    let seconds: Double
    /// Mean squared residual of the kept rows.
    let keptError: Double
    /// Rejected rows, from 0.
    let rejected: [Int]
  }

  /// The table, with a target and features in [0, 1].
  let path: String
  /// Share of poison that the defence assumes.
  let rate: Double
  /// Penalty of the LASSO; the ridge has 0.1.
  let penalty: Double
  /// Only lines whose name contains this text.
  let filter: String

  /// Runs each defence on ridge and LASSO `repeats` times.
  func lines(repeats: Int) throws -> [Line] {
    let columns = try TableReader().read(path: path).columns.map { try numbers($0) }
    let rows = columns[0].count
    var features = Matrix(rows: rows, columns: columns.count - 1)
    for (index, column) in columns.dropFirst().enumerated() {
      for row in 0..<rows { features[row, index] = column[row] }
    }
    let data = RegressionData(features: features, target: columns[0])
    let names = (1..<columns.count).map { "x\($0)" }
    let space = FeatureSpace(
      names: names, groups: [], lower: names.map { _ in 0 }, upper: names.map { _ in 1 })
    var result: [Line] = []
    let learners = [("ridge", LinearLearner.ridge(penalty: 0.1)), ("lasso", .lasso(penalty: penalty))]
    for (model, learner) in learners {
      let task = DefenceTask(data: data, learner: learner, space: space, assumedRate: rate)
      for id in ["trim-plain", "trim"] where filter.isEmpty || "\(id)-\(model)".contains(filter) {
        result.append(try line(id, model, task, repeats))
      }
    }
    return result
  }

  private func line(_ id: String, _ model: String, _ task: DefenceTask, _ repeats: Int) throws -> Line {
    let defence = try TrainingDefences.builtIn.make(id)
    var (shortest, fit) = (Double.infinity, try run(defence, task))
    for _ in 0..<repeats {
      let start = ProcessorTime.now
      fit = try run(defence, task)
      shortest = min(shortest, ProcessorTime.now - start)
    }
    let rejected = Set(fit.rejected)
    let kept = task.data.rows(at: (0..<task.data.count).filter { !rejected.contains($0) })
    return Line(
      name: "\(id)-\(model)", seconds: shortest, keptError: fit.model.meanSquaredError(on: kept),
      rejected: fit.rejected)
  }

  private func run(_ defence: any PoisoningDefence, _ task: DefenceTask) throws -> DefendedFit {
    var random = RandomStream(seed: 1)
    return try defence.fit(task, using: &random)
  }

  private func numbers(_ column: Table.Column) throws -> [Double] {
    guard case .numeric(let values) = column.values else {
      throw DesignError.textAmongNumbers(column: column.name, text: "a word", row: 1)
    }
    return values
  }
}
