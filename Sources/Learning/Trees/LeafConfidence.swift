import LinearAlgebra

/// How class counts in a leaf become probabilities.
public enum LeafConfidence: String, Sendable, Hashable, Codable, CaseIterable {
  /// Shares of the counts.
  case frequency
  /// Shares after adding one to every count.
  case laplace
  /// As ``frequency``, with BigML's confidence of the predicted class beside it: the lower bound of Wilson's
  /// interval at 95 %, see ``wilsonLowerBound(share:count:)``.
  case wilson

  /// Probabilities for class weights.
  func probabilities(_ counts: [Double]) -> [Double] {
    let smoothing = self == .laplace ? 1.0 : 0
    let total = counts.reduce(0, +) + smoothing * Double(counts.count)
    guard total > 0 else { return counts.map { _ in 1 / Double(counts.count) } }
    return counts.map { ($0 + smoothing) / total }
  }

  /// The confidence in one class of a leaf with the given class weights.
  public func confidence(of label: Int, counts: [Double]) -> Double {
    let share = probabilities(counts)[label]
    return self == .wilson ? Self.wilsonLowerBound(share: share, count: counts.reduce(0, +)) : share
  }

  /// The lower bound of Wilson's interval for a share `p` of `n` rows at 95 %, rounded to five decimals:
  ///
  /// `(p + z²/2n − z √((p(1 − p) + z²/4n) / n)) / (1 + z²/n)` with `z = 1.96`.
  ///
  /// - Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927);
  ///   constants as in BigML's client, which rounds to five decimals.
  public static func wilsonLowerBound(share: Double, count: Double) -> Double {
    guard count > 0 else { return 0 }
    let z = 1.96
    let square = z * z
    let root = ((share * (1 - share) + square / (4 * count)) / count).squareRoot()
    let bound = (share + square / (2 * count) - z * root) / (1 + square / count)
    return (bound * 1e5).rounded() / 1e5
  }
}

extension DecisionTree {
  /// A row of probabilities for every node.
  func probabilities(_ confidence: LeafConfidence) -> Matrix {
    var result = values
    for node in 0..<values.rows { result.setRow(node, confidence.probabilities(values.row(node))) }
    return result
  }
}
