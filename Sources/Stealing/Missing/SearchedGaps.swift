import Learning
import LinearAlgebra
import Querying
import Tabular

/// Searching for what a model puts in the place of missing values.
extension MissingValues {
  /// Numbers that are tried between the bounds of a column at first.
  private static let steps = 65

  /// Copies that may do with missing values what the model does: with the best number or category for every column, and
  /// with missing values kept where the copy is a tree.
  func searched(_ copy: Pipeline, _ bases: Matrix, _ gaps: [[Answer]?]) throws -> [Pipeline] {
    let inputs = copy.features.inputColumns
    let oracle = PipelineOracle(copy)
    var fills: [MissingFill?] = []
    for (column, input) in inputs.enumerated() {
      guard let answers = gaps[column] else {
        fills.append(nil)
        continue
      }
      func error(_ value: Double) throws -> Double {
        var rows = bases
        for row in 0..<rows.rows { rows[row, column] = value }
        return HeldOutCheck(model: answers, copy: try oracle.answers(rows)).meanDifference
      }
      switch input.kind {
      case .number(let lower, let upper):
        fills.append(.number(try number(lower, upper, error)))
      case .category(let levels):
        let errors = try levels.indices.map { try error(Double($0)) }
        fills.append(errors.indices.min { (errors[$0], $0) < (errors[$1], $1) }.map { .level($0) })
      }
    }
    let features = copy.features.filling(missing: fills)
    var result = [try Pipeline(features: features, target: copy.target, model: copy.model)]
    if copy.model.acceptsMissingValues {
      result.append(
        try Pipeline(features: copy.features.keepingMissing, target: copy.target, model: copy.model))
    }
    return result
  }

  /// The number with the least error, the middle one of a stretch of equals: on a grid, and then between the neighbours
  /// of the best, which becomes narrower.
  private func number(
    _ lower: Double, _ upper: Double, _ error: (Double) throws -> Double
  ) rethrows -> Double {
    var (from, to) = (lower, upper)
    var best = lower / 2 + upper / 2
    for _ in 0..<12 {
      let width = (to - from) / Double(Self.steps - 1)
      guard width > 0 else { break }
      let values = (0..<Self.steps).map { from + Double($0) * width }
      let errors = try values.map(error)
      guard let least = errors.min(), least.isFinite else { break }
      let first = errors.firstIndex(of: least) ?? 0
      var last = first
      while last + 1 < errors.count, errors[last + 1] == least { last += 1 }
      best = values[(first + last) / 2]
      if last > first { break }
      (from, to) = (values[max(first - 1, 0)], values[min(first + 1, Self.steps - 1)])
    }
    return best
  }
}
