/// The values that a setting may have, as a value that checks, prints and is tested.
public indirect enum AllowedValues: Sendable, Hashable, CustomStringConvertible {
  /// Numbers between two ends, either of which may be left out of the range.
  case numbers(NumberRange)
  /// Whole numbers between two ends, which belong to the range.
  case wholes(ClosedRange<Int>)
  /// One of some words.
  case words([String])
  /// A list of such values.
  case list(AllowedValues)
  /// What words say, such as `name of a column`; anything that can be read is allowed.
  case text(String)

  public var description: String {
    switch self {
    case .numbers(let range): range.description
    case .wholes(let range):
      range.upperBound == AllowedValues.largestWhole
        ? "\(range.lowerBound)..." : "\(range.lowerBound)...\(range.upperBound)"
    case .words(let words): words.joined(separator: "|")
    case .list(let values): "a list of \(values)"
    case .text(let text): text
    }
  }

  /// Counts without an end of their own are at most this large, so that products of them fit an integer.
  public static let largestWhole = 1_000_000_000
}

/// Numbers between two ends.
public struct NumberRange: Sendable, Hashable, CustomStringConvertible {
  /// The lower end.
  public let lower: Double
  /// The upper end; infinite where there is none.
  public let upper: Double
  /// Whether the lower end is allowed.
  public let includesLower: Bool
  /// Whether the upper end is allowed.
  public let includesUpper: Bool

  private init(_ lower: Double, _ upper: Double, _ includesLower: Bool, _ includesUpper: Bool) {
    (self.lower, self.upper) = (lower, upper)
    (self.includesLower, self.includesUpper) = (includesLower, includesUpper)
  }

  /// Numbers from one to another, both included.
  public static func within(_ range: ClosedRange<Double>) -> NumberRange {
    NumberRange(range.lowerBound, range.upperBound, true, true)
  }

  /// Numbers from one up to another, which is left out.
  public static func within(_ range: Range<Double>) -> NumberRange {
    NumberRange(range.lowerBound, range.upperBound, true, false)
  }

  /// A number and all above it.
  public static func from(_ lower: Double) -> NumberRange { NumberRange(lower, .infinity, true, false) }

  /// All numbers above one.
  public static func above(_ lower: Double) -> NumberRange { NumberRange(lower, .infinity, false, false) }

  /// The numbers above one and below another.
  public static func above(_ lower: Double, below upper: Double) -> NumberRange {
    NumberRange(lower, upper, false, false)
  }

  /// The numbers above one, up to and with another.
  public static func above(_ lower: Double, through upper: Double) -> NumberRange {
    NumberRange(lower, upper, false, true)
  }

  /// Whether a number lies in the range; one that is not finite never does.
  public func contains(_ value: Double) -> Bool {
    guard value.isFinite else { return false }
    let isAbove = includesLower ? value >= lower : value > lower
    return isAbove && (includesUpper ? value <= upper : value < upper)
  }

  public var description: String {
    let low = Self.text(lower)
    guard upper < .infinity else { return includesLower ? "\(low)..." : "> \(low)" }
    let sign =
      switch (includesLower, includesUpper) {
      case (true, true): "..."
      case (true, false): "..<"
      case (false, true): "<.."
      case (false, false): "<..<"
      }
    return low + sign + Self.text(upper)
  }

  /// A number in as few digits as give it back.
  static func text(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(value)"
  }
}
