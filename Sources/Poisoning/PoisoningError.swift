/// Why an attack or a defence could not run on the data it was given.
public enum PoisoningError: Error, Equatable, CustomStringConvertible {
  /// There are too few rows for the method.
  case tooFewRows(method: String, needed: Int, found: Int)

  public var description: String {
    switch self {
    case .tooFewRows(let method, let needed, let found):
      "\(method) needs at least \(needed) rows and was given \(found); use more data or a lower rate"
    }
  }
}
