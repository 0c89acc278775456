/// Why a guard or a detector could not be set up for a service.
public enum GuardingError: Error, Equatable, CustomStringConvertible {
  /// Parameters of a guard that would change answers which they must not change.
  case unsafeGuard(method: String, reason: String)
  /// A guard or a detector that cannot work on this service, or not with what is known of it.
  case notApplicable(method: String, reason: String)
  /// A guard or a detector that looks into the model, or asks it on its own, before one that is behind another service.
  case modelOutOfReach

  public var description: String {
    switch self {
    case .unsafeGuard(let method, let reason): "\(method): \(reason)"
    case .notApplicable(let method, let reason): "\(method) cannot be used here: \(reason)"
    case .modelOutOfReach:
      "one of the guards or detectors looks into the model or asks it about rows of its own, and the model is behind "
        + "another service; leave it out, or serve the model's file itself with --model"
    }
  }
}
