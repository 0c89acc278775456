/// Why a model that was read or put together cannot be used.
public enum ModelError: Error, Equatable, CustomStringConvertible {
  /// Its parts contradict each other.
  case invalid(model: String, reason: String)

  public var description: String {
    switch self {
    case .invalid(let model, let reason):
      "the \(model) is damaged: \(reason); use a file that was written whole"
    }
  }
}
