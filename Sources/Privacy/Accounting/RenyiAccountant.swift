import Statistics
import LinearAlgebra
import RealModule

/// Rényi differential privacy of steps with normal noise on Poisson samples; two data sets are neighbours if one has
/// a row more.
///
/// - Source: Mironov, Talwar, Zhang, "Rényi differential privacy of the sampled Gaussian mechanism",
///   arXiv 1908.10530 (2019), sections 3.2 and 3.3.
public struct RenyiAccountant: Sendable, Hashable {
  /// How a divergence becomes an `(ε, δ)`.
  public enum Conversion: String, Sendable, Hashable, Codable, CaseIterable {
    /// `ε = R − log δ / (α − 1)`: Mironov, "Rényi differential privacy", CSF 2017, proposition 3.
    case old
    /// `ε = R + log(1 − 1/α) − log(δ α) / (α − 1)`: Canonne, Kamath, Steinke, NeurIPS 2020, proposition 12.
    case new
  }

  /// Orders at which the divergence is tracked.
  public let orders: [Double]
  /// The divergence so far at every order.
  public private(set) var divergences: [Double]

  /// The orders of the tables of dp-accounting: 1.1 to 10.9, whole ones to 63, and four large ones.
  public static let standardOrders =
    (1...99).map { 1 + Double($0) / 10 } + (11...63).map { Double($0) } + [128, 256, 512, 1024]

  /// Nothing released yet; orders exceed 1.
  public init(orders: [Double] = standardOrders) {
    precondition(!orders.isEmpty && orders.allSatisfy { $0 > 1 }, "an order of at most 1")
    self.orders = orders
    divergences = orders.map { _ in 0 }
  }

  /// Adds `count` steps on samples that hold every row with probability `samplingRate`, with noise of standard
  /// deviation `sigma` in units of the sensitivity.
  public mutating func add(samplingRate: Double, sigma: Double, count: Int = 1) {
    for (index, order) in orders.enumerated() {
      divergences[index] +=
        Double(count) * Self.divergence(order: order, samplingRate: samplingRate, sigma: sigma)
    }
  }

  /// The smallest `ε` over all orders, with its order.
  public func epsilon(delta: Double, conversion: Conversion = .new) -> (epsilon: Double, order: Double) {
    precondition(delta > 0 && delta < 1, "a delta of \(delta)")
    var best = (epsilon: Double.infinity, order: orders[0])
    for (order, divergence) in zip(orders, divergences) {
      let epsilon = Self.epsilon(divergence, order, delta, conversion)
      if epsilon < best.epsilon { best = (epsilon, order) }
    }
    return (max(best.epsilon, 0), best.order)
  }

  private static func epsilon(
    _ divergence: Double, _ order: Double, _ delta: Double, _ conversion: Conversion
  ) -> Double {
    switch conversion {
    case .old: return divergence - Double.log(delta) / (order - 1)
    case .new:
      // A small divergence bounds the total variation by itself (Bretagnolle and Huber).
      if delta * delta + Double.expMinusOne(-divergence) > 0 { return 0 }
      // The bound is not stable near 1, and loose there.
      guard order > 1.01 else { return .infinity }
      return divergence + Double.log(onePlus: -1 / order) - Double.log(delta * order) / (order - 1)
    }
  }

  /// The divergence of one step at one order.
  public static func divergence(order: Double, samplingRate q: Double, sigma: Double) -> Double {
    precondition(order > 1 && (0...1).contains(q) && sigma > 0, "order \(order), rate \(q), sigma \(sigma)")
    if q == 0 { return 0 }
    if q == 1 { return order / (2 * sigma * sigma) }
    let logarithm =
      order == order.rounded() ? wholeOrder(Int(order), q, sigma) : fractionalOrder(order, q, sigma)
    return max(logarithm, 0) / (order - 1)
  }

  /// `log A` of a whole order: a finite binomial sum.
  private static func wholeOrder(_ order: Int, _ q: Double, _ sigma: Double) -> Double {
    var (total, binomial) = (-Double.infinity, 0.0)
    for index in 0...order {
      let i = Double(index)
      let term =
        binomial + i * Double.log(q) + Double(order - index) * Double.log(onePlus: -q) + (i * i - i)
        / (2 * sigma * sigma)
      total = logSum(total, term)
      binomial += Double.log(Double(order - index)) - Double.log(i + 1)
    }
    return total
  }

  /// `log A` of any order: two infinite series of alternating signs from some term on.
  private static func fractionalOrder(_ order: Double, _ q: Double, _ sigma: Double) -> Double {
    var (low, high) = (-Double.infinity, -Double.infinity)
    var (binomial, isPositive, index) = (0.0, true, 0)
    let point = sigma * sigma * Double.log(1 / q - 1) + 0.5
    while true {
      let i = Double(index)
      let j = order - i
      let below = logNormalCDF((point - i) / sigma)
      let above = logNormalCDF((j - point) / sigma)
      let first =
        binomial + i * Double.log(q) + j * Double.log(onePlus: -q) + (i * i - i) / (2 * sigma * sigma) + below
      let second =
        binomial + j * Double.log(q) + i * Double.log(onePlus: -q) + (j * j - j) / (2 * sigma * sigma) + above
      low = add(first, to: low, isPositive)
      high = add(second, to: high, isPositive)
      binomial += Double.log(abs(order - i)) - Double.log(i + 1)
      if order - i < 0 { isPositive.toggle() }
      index += 1
      if max(first, second) < -30 { break }
    }
    return logSum(low, high)
  }

  private static func add(_ term: Double, to total: Double, _ isPositive: Bool) -> Double {
    isPositive ? logSum(total, term) : logDifference(max(total, term), min(total, term))
  }
}
