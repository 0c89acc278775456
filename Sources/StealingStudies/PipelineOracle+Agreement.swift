import Learning
import LinearAlgebra
import Querying

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
