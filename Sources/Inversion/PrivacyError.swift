/// Why a privacy figure could not be computed.
public enum PrivacyError: Error, Equatable, CustomStringConvertible {
  /// The grid of a privacy loss would have too many points.
  case gridTooLarge(interval: Double, points: Double)
  /// A number is outside its range.
  case outOfRange(name: String, value: Double, range: String)

  public var description: String {
    switch self {
    case .gridTooLarge(let interval, let points):
      "a grid of \(interval) has \(points) points, too many; use a wider one or more noise"
    case .outOfRange(let name, let value, let range):
      "\(name) is \(value) and must be in \(range)"
    }
  }
}
