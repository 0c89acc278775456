/// Why an attack on a deployed model could not be made.
public enum StealingError: Error, Equatable, CustomStringConvertible {
  /// The answers do not determine a model.
  case undetermined(method: String, reason: String)
  /// The attack needs more queries than the budget allows.
  case budgetTooSmall(method: String, needed: Int, allowed: Int)
  /// More queries than memory holds rows.
  case tooManyQueries(Int)
  /// Two models that do not predict the same from the same columns.
  case notComparable(String)

  public var description: String {
    switch self {
    case .undetermined(let method, let reason): "\(method) found no model: \(reason)"
    case .budgetTooSmall(let method, let needed, let allowed):
      "\(method) needs at least \(needed) queries and \(allowed) are allowed; raise the budget or use another attack"
    case .tooManyQueries(let count):
      "the attack would ask about \(count) rows, which memory does not hold; give a smaller budget"
    case .notComparable(let reason): "the two models cannot be compared: \(reason)"
    }
  }
}
