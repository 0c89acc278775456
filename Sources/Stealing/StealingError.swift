/// Why an attack on a deployed model, or a defence of it, could not be made.
public enum StealingError: Error, Equatable, CustomStringConvertible {
  /// The answers do not determine a model.
  case undetermined(method: String, reason: String)
  /// The attack needs more queries than the budget allows.
  case budgetTooSmall(method: String, needed: Int, allowed: Int)
  /// More queries than memory holds rows.
  case tooManyQueries(Int)
  /// Parameters of a guard that would change answers which they must not change.
  case unsafeGuard(method: String, reason: String)
  /// A guard or a detector that cannot work on this service, or not with what is known of it.
  case notApplicable(method: String, reason: String)
  /// A guard or a detector that looks into the model, or asks it on its own, before one that is behind another service.
  case modelOutOfReach
  /// Two models that do not predict the same from the same columns.
  case notComparable(String)

  public var description: String {
    switch self {
    case .undetermined(let method, let reason): "\(method) found no model: \(reason)"
    case .budgetTooSmall(let method, let needed, let allowed):
      "\(method) needs at least \(needed) queries and \(allowed) are allowed; raise the budget or use another attack"
    case .tooManyQueries(let count):
      "the attack would ask about \(count) rows, which memory does not hold; give a smaller budget"
    case .unsafeGuard(let method, let reason): "\(method): \(reason)"
    case .notApplicable(let method, let reason): "\(method) cannot be used here: \(reason)"
    case .notComparable(let reason): "the two models cannot be compared: \(reason)"
    case .modelOutOfReach:
      "one of the guards or detectors looks into the model or asks it about rows of its own, and the model is behind "
        + "another service; leave it out, or serve the model's file itself with --model"
    }
  }
}
