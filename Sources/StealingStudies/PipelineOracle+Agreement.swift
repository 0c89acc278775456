import Learning
import LinearAlgebra
public import Querying

extension PipelineOracle {
  /// The share of rows on which a copy predicts the same class, or the same number up to the last digits; 1 without rows.
  func agreement(with copy: Pipeline, on rows: Matrix) throws -> Double {
    guard rows.rows > 0 else { return 1 }
    let copies = try PipelineOracle(copy).answers(rows)
    let same = zip(try answers(rows), copies).count { truth, copy in
      guard let number = truth.number else { return truth.label == copy.label }
      return abs(number - (copy.number ?? .nan)) <= 1e-9 * max(1, abs(number))
    }
    return Double(same) / Double(rows.rows)
  }
}

extension [Answer] {
  /// The share of the commonest label or number: what a copy gets right that always gives the same answer; 1 without
  /// answers.
  public var shareOfCommonest: Double {
    let values = map { $0.number ?? Double($0.label ?? -1) }
    let counts = values.reduce(into: [Double: Int]()) { $0[$1, default: 0] += 1 }
    return Double(counts.values.max() ?? 1) / Double(Swift.max(count, 1))
  }
}
