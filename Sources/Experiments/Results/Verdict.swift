/// How a measured number stands to a published one.
public enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
  /// Within the tolerance.
  case reproduced
  /// In the published direction and beyond the tolerance.
  case exceeded
  /// In the published direction, but weaker than the tolerance allows; or beside a number that has no direction.
  case short
  /// No effect, or one in the other direction.
  case contradicted
  /// The work was done and gave no number to judge, which counts against the statement.
  case failed
  /// Not comparable: the source gives no procedure, or the work could not be done.
  case unconfirmed
}

/// A published number with the rule by which a measured one is judged.
public struct Expectation: Sendable, Hashable {
  /// Which way the effect goes.
  public enum Direction: Sendable, Hashable {
    /// A larger number is a stronger effect.
    case higher
    /// A smaller number is a stronger effect.
    case lower
    /// The number is right or wrong; beyond it on either side is no stronger effect.
    case neither
  }

  /// The numbers that count as the published one.
  public let range: ClosedRange<Double>
  /// Which way the effect goes.
  public let direction: Direction
  /// The number that means no effect; beyond it the statement is contradicted.
  public let noEffect: Double?

  /// A number is judged by a range, a direction and, where it has a meaning, the value of no effect.
  public init(_ range: ClosedRange<Double>, stronger direction: Direction, noEffect: Double? = nil) {
    self.range = range
    self.direction = direction
    self.noEffect = noEffect
  }

  /// `value` within a tolerance; a number beyond it on either side falls short.
  public static func about(_ value: Double, tolerance: Double, noEffect: Double? = nil) -> Expectation {
    Expectation(value - tolerance...value + tolerance, stronger: .neither, noEffect: noEffect)
  }

  /// What is to be said of a measured number; nil or a number that is not finite was not measured.
  public func verdict(on measured: Double?) -> Verdict {
    guard let measured, measured.isFinite else { return .unconfirmed }
    if range.contains(measured) { return .reproduced }
    let isAbove = measured > range.upperBound
    switch direction {
    case .higher: if isAbove { return .exceeded }
    case .lower: if !isAbove { return .exceeded }
    case .neither: break
    }
    guard let noEffect else { return .short }
    let isWithoutEffect =
      switch direction {
      case .higher: measured <= noEffect
      case .lower: measured >= noEffect
      case .neither: (measured - noEffect) * (range.lowerBound - noEffect) <= 0
      }
    return isWithoutEffect ? .contradicted : .short
  }
}
