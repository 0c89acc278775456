import Statistics
import LinearAlgebra

/// How a number varies over seeds.
public struct Summary: Sendable, Hashable, Codable {
  /// How many values went in.
  public let count: Int
  /// Their mean.
  public let mean: Double
  /// Their standard deviation with `count − 1` below; zero for a single value.
  public let standardDeviation: Double
  /// The middle value, or the mean of the two middle ones.
  public let median: Double
  /// The smallest.
  public let minimum: Double
  /// The largest.
  public let maximum: Double

  /// The summary of finite values; nil if there are none.
  public init?(_ values: [Double]) {
    let sorted = values.filter(\.isFinite).sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    let count = Double(sorted.count)
    // Scaling keeps the sums finite for values near the largest Double.
    let scale = Swift.max(first.magnitude, last.magnitude)
    let unit = scale > 0 ? scale : 1
    let mean = sorted.reduce(0) { $0 + $1 / unit } / count
    let squares = sorted.reduce(0) { sum, value in
      let difference = value / unit - mean
      return sum + difference * difference
    }
    self.count = sorted.count
    self.mean = mean * unit
    standardDeviation = sorted.count > 1 ? (squares / (count - 1)).squareRoot() * unit : 0
    let middle = sorted.count / 2
    median =
      sorted.count.isMultiple(of: 2)
      ? sorted[middle - 1] / 2 + sorted[middle] / 2 : sorted[middle]
    minimum = first
    maximum = last
  }

  /// Half the width of the interval of the mean that Student's distribution gives; nil for a single value.
  ///
  /// - Parameter confidence: probability that the interval holds the mean, between 0 and 1.
  public func halfWidth(confidence: Double = 0.95) -> Double? {
    guard count > 1 else { return nil }
    return studentQuantile(1 / 2 + confidence / 2, degrees: count - 1) * standardDeviation
      / Double(count).squareRoot()
  }

  /// Mean and standard deviation in a given form: `0.031 ± 0.004`; a single value stands alone.
  public func text(_ form: (Double) -> String) -> String {
    count > 1 ? "\(form(mean)) ± \(form(standardDeviation))" : form(mean)
  }

  /// As ``text(_:)`` with the number of seeds: `0.031 ± 0.004 (5 seeds)`.
  public func textWithSeeds(_ form: (Double) -> String) -> String {
    "\(text(form)) (\(count) \(count == 1 ? "seed" : "seeds"))"
  }
}
