import RealModule

/// How much work is asked for when a client has told more, or less, from the model than an honest user would have.
///
/// ```
/// seconds = base^|cost − expected cost of as many honest queries|, between 0.1 and 2,948
/// bits    = a line through (log₁₀ seconds, bits) of the table of times
/// ```
///
/// - Source: Dziedzic, Kaleem, Lu, Papernot, "Increasing the Cost of Model Extraction with Calibrated Proof of Work",
///   ICLR 2022; base 1.0075, the bounds and the table are those of the released code, measured on its machine.
public struct WorkSchedule: Sendable, Hashable {
  /// Seconds that a challenge of 1, 2, … 32 bits took.
  static let seconds = [
    0.000018, 0.000046, 0.00005, 0.000056, 0.000181, 0.000315, 0.000325, 0.000704, 0.001079, 0.003480,
    0.007472,
    0.008756, 0.018955, 0.049600, 0.065657, 0.239012, 0.489723, 0.549378, 1.474332, 2.927822, 4.340743,
    8.519815,
    15.106678, 23.196483, 151.251428, 245.364584, 565.612546, 666.044603, 1069.022753, 1533.945173,
    2832.509785,
    2948.467908,
  ]

  /// Growth of the time for each unit of cost.
  public let base: Double
  /// Cost of an honest query.
  public let expectedCost: Double
  /// Least seconds of a request.
  public let leastSeconds: Double

  /// A schedule.
  public init(base: Double = 1.0075, expectedCost: Double, leastSeconds: Double = 0.1) {
    self.base = base
    self.expectedCost = expectedCost
    self.leastSeconds = leastSeconds
  }

  /// Seconds that the next request should take.
  public func seconds(cost: Double, queries: Int) -> Double {
    let surplus = abs(cost - expectedCost * Double(queries))
    let most = Self.seconds[Self.seconds.count - 1]
    return min(max(Double.exp(min(Double.log(base) * surplus, 700)), leastSeconds), most)
  }

  /// Zero bits whose search takes so long, at least those of the first entry of the table that takes `leastSeconds`.
  ///
  /// More seconds than the table has give more bits than it has; no search for more than 64 ends.
  public func bits(seconds: Double) -> Int {
    let line = Self.line
    let least = 1 + (Self.seconds.firstIndex { $0 >= leastSeconds } ?? Self.seconds.count - 1)
    return max(
      Int(min(line.intercept + line.slope * Double.log10(max(seconds, leastSeconds)), 64).rounded()), least)
  }

  /// Bits by the logarithm of the seconds, by least squares.
  static let line: (slope: Double, intercept: Double) = {
    let logarithms = seconds.map { Double.log10($0) }
    let bits = (1...seconds.count).map { Double($0) }
    let (mean, middle) = (logarithms.mean, bits.mean)
    let products = zip(logarithms, bits).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - middle) }
    let slope = products / logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (slope, middle - slope * mean)
  }()
}
