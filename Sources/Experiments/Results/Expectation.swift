/// The numbers that count as met, and those that mean that there is no effect.
public struct Expectation: Sendable, Hashable {
  /// Which way the effect goes.
  public enum Direction: String, Sendable, Hashable, Codable, CaseIterable {
    /// A larger number is a stronger effect.
    case higher
    /// A smaller number is a stronger effect.
    case lower
    /// The number is right or wrong: a count, a width, a setting. Too much is as wrong as too little.
    case neither
  }

  /// Where a measured number, or the whole interval of it, lies.
  public enum Position: Sendable, Hashable {
    /// In the range.
    case within
    /// Beyond the range in the direction of the effect.
    case stronger
    /// Outside the range, short of no effect.
    case outside
    /// No effect, or one in the other direction.
    case none
    /// The interval holds numbers that are met and numbers that are not.
    case undecided

    /// Whether the statement is met.
    public var isMet: Bool { self == .within || self == .stronger }
  }

  /// The numbers that count as met.
  public let range: ClosedRange<Double>
  /// Which way the effect goes.
  public let direction: Direction
  /// The numbers that mean no effect, or one in the other direction.
  public let noEffect: [ClosedRange<Double>]
  /// The rule that makes the range of its number; nil for one that begins or ends at it.
  public private(set) var rule: RangeRule?

  /// A range that begins or ends at its number, with the value of no effect.
  ///
  /// - Parameters:
  ///   - range: the numbers that count as met.
  ///   - direction: which way the effect goes.
  ///   - noEffect: the number that means no effect, not inside the range; with a direction on the weaker side of it.
  public init(_ range: ClosedRange<Double>, stronger direction: Direction = .neither, noEffect: Double) {
    let isBelow = noEffect <= range.lowerBound
    precondition(isBelow || noEffect >= range.upperBound, "no effect, \(noEffect), lies in \(range)")
    precondition(
      direction == .neither || isBelow == (direction == .higher),
      "no effect, \(noEffect), is the stronger side")
    self.range = range
    self.direction = direction
    self.noEffect = [isBelow ? -Double.infinity...noEffect : noEffect...Double.infinity]
  }

  /// A number that is right or wrong, where there is no state without effect: `factor` times too large or too small
  /// contradicts it.
  public init(_ range: ClosedRange<Double>, contradictedBy factor: Double) {
    precondition(range.lowerBound > 0 && factor > 1, "a factor needs a positive range")
    self.range = range
    direction = .neither
    noEffect = [
      -Double.infinity...range.lowerBound / factor, range.upperBound * factor...Double.infinity,
    ]
  }

  /// The range that a rule makes around a number.
  ///
  /// - Parameters:
  ///   - limits: the numbers that can occur, such as 0 to 1 for a share.
  ///   - noEffect: the number that means no effect.
  public static func around(
    _ number: Double, _ rule: RangeRule,
    within limits: ClosedRange<Double> = -Double.infinity...Double.infinity,
    stronger direction: Direction = .neither, noEffect: Double
  ) -> Expectation {
    var result = Expectation(
      rule.range(around: number, within: limits), stronger: direction, noEffect: noEffect)
    result.rule = rule
    return result
  }

  /// The same for a number of which there is no state without effect.
  public static func around(
    _ number: Double, _ rule: RangeRule, contradictedBy factor: Double
  ) -> Expectation {
    var result = Expectation(rule.range(around: number), contradictedBy: factor)
    result.rule = rule
    return result
  }

  /// The numbers that are met: the range and what is stronger.
  private var accepted: ClosedRange<Double> {
    switch direction {
    case .higher: range.lowerBound...Double.infinity
    case .lower: -Double.infinity...range.upperBound
    case .neither: range
    }
  }

  /// The one of some numbers that is farthest from being met, or met by least; nil if there are none.
  public func worst(of values: [Double]) -> Double? {
    switch direction {
    case .higher: values.min()
    case .lower: values.max()
    case .neither:
      values.max { one, other in
        max(range.lowerBound - one, one - range.upperBound)
          < max(range.lowerBound - other, other - range.upperBound)
      }
    }
  }

  /// Whether one number alone is in the range, so that an interval around its mean would hardly ever lie outside.
  public var isExact: Bool { range.lowerBound == range.upperBound }

  /// Where an interval lies; a single number is an interval of no width.
  ///
  /// Met if all of it is met, `.stronger` only if all of it is beyond the range. Not met if none of it is, `.none` only
  /// if all of it is without effect.
  public func position(of interval: ClosedRange<Double>) -> Position {
    let accepted = accepted
    if accepted.lowerBound <= interval.lowerBound && interval.upperBound <= accepted.upperBound {
      return interval.overlaps(range) ? .within : .stronger
    }
    if interval.overlaps(accepted) { return .undecided }
    return noEffect.contains {
      $0.lowerBound <= interval.lowerBound && interval.upperBound <= $0.upperBound
    } ? .none : .outside
  }
}

extension RangeRule {
  fileprivate func range(
    around number: Double, within limits: ClosedRange<Double> = -Double.infinity...Double.infinity
  ) -> ClosedRange<Double> {
    let half = halfWidth(around: number)
    return (number - half...number + half).clamped(to: limits)
  }
}
