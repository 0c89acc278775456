/// Why a privacy figure could not be computed.
public enum PrivacyError: Error, Equatable, CustomStringConvertible {
  /// The grid of a privacy loss would have too many points.
  case gridTooLarge(interval: Double, points: Double)
  /// A number is outside its range.
  case outOfRange(name: String, value: Double, range: String)
  /// A mechanism needs a bound that must not be read from the private data.
  case missingBound(String)
  /// The search did not come as close to the optimum as the noise covers. How close it came depends on the private rows
  /// and is not told; that it failed is the one thing that this says of them.
  case notOptimal(tolerance: Double)
  /// The mechanism has no meaning for these data.
  case notApplicable(mechanism: String, reason: String)
  /// No noise that accounts can speak of keeps the budget.
  case noNoise(epsilon: Double, delta: Double)

  public var description: String {
    switch self {
    case .gridTooLarge(let interval, let points):
      "a grid of \(interval) has \(points) points, too many; use a wider one or more noise"
    case .outOfRange(let name, let value, let range):
      "\(name) is \(value) and must be in \(range)"
    case .missingBound(let name):
      "\(name) is missing; give it as a public bound, since reading it from the data would not be private"
    case .notOptimal(let tolerance):
      "the search did not reach the gradient norm of \(tolerance) that the noise covers; raise the regularisation or "
        + "the tolerance"
    case .notApplicable(let mechanism, let reason):
      "\(mechanism) cannot be used: \(reason)"
    case .noNoise(let epsilon, let delta):
      "no noise up to \(PrivacyAccount.noiseRange.upperBound) is shown to keep epsilon \(epsilon) at delta \(delta); "
        + "allow a larger epsilon or delta, or fewer steps"
    }
  }
}
