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
    let (smoothing, total) = (smoothing, self.total(counts))
    return counts.map { Self.probability($0, smoothing, total, counts.count) }
  }

  /// What is added to every count.
  var smoothing: Double { self == .laplace ? 1 : 0 }

  /// What the counts are divided by; nothing is known if it is zero.
  @inline(__always)
  func total(_ counts: some Sequence<Double>) -> Double {
    var (sum, classes) = (0.0, 0)
    for count in counts { (sum, classes) = (sum + count, classes + 1) }
    return sum + smoothing * Double(classes)
  }

  /// The probability of a class with one of `classes` counts.
  @inline(__always)
  static func probability(_ count: Double, _ smoothing: Double, _ total: Double, _ classes: Int) -> Double {
    total > 0 ? (count + smoothing) / total : 1 / Double(classes)
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
