import Reporting

/// Why a range around a number is as wide as it is: the rule that makes it of the number alone, so that none is drawn by
/// hand.
///
/// A range without a rule begins or ends at its number, as the wording of a source or an aim says: at least, at most,
/// none.
public enum RangeRule: Sendable, Hashable {
  /// The standard deviation over repetitions that the source gives.
  case spread(Double)
  /// A mean, a count or a ratio whose source gives no spread: a tenth of it.
  case tenth
  /// A number in print: half a unit of its last decimal.
  case printed(unit: Double)
  /// A number in print that may be cut in place of rounded: a unit of its last decimal.
  case cut(unit: Double)
  /// A share of so many people: what chance gives so many with a probability of .95, by the normal law.
  case people(Int)
  /// A correlation over so many people: what chance gives people with a probability of .95 whose numbers have nothing to do
  /// with each other.
  case correlation(Int)
  /// Computed by two programs on grids or with orders that are not the same: what these cost.
  case numerics(Double)

  /// Half of the width of the range around a number.
  public func halfWidth(around number: Double) -> Double {
    switch self {
    case .spread(let deviation): deviation
    case .tenth: 0.1 * number.magnitude
    case .printed(let unit): unit / 2
    case .cut(let unit): unit
    case .people(let count): 1.96 * (number * (1 - number) / Double(count)).squareRoot()
    case .correlation(let count): 1.96 / Double(count).squareRoot()
    case .numerics(let cost): cost
    }
  }

  /// The rule in words, as they stand behind "the range is".
  public var words: String {
    switch self {
    case .spread(let deviation):
      "the standard deviation of the source's repetitions, \(deviation.significant(3))"
    case .tenth: "a tenth of the number, as the source gives no spread"
    case .printed(let unit): "half a unit of the last decimal in print, \((unit / 2).significant(3))"
    case .cut(let unit): "a unit of the last decimal in print, cut or rounded, \(unit.significant(3))"
    case .people(let count): "what chance gives a share of \(count) people (95 %)"
    case .correlation(let count): "what chance gives a correlation over \(count) people (95 %)"
    case .numerics(let cost):
      "what two programs differ by that compute it on other grids, \(cost.significant(3))"
    }
  }
}
