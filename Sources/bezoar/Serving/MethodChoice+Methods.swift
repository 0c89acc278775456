import Learning
import Stealing

extension MethodChoice {
  /// The guard that is meant.
  ///
  /// - Throws: `StealingError.unknownMethod`, or an error of the settings.
  func responseGuard() throws -> any ResponseGuard {
    throw StealingError.unknownMethod(kind: "guard", id: id, known: [])
  }

  /// The detector that is meant.
  ///
  /// - Throws: `StealingError.unknownMethod`, or an error of the settings.
  func detector() throws -> any QueryDetector {
    throw StealingError.unknownMethod(kind: "detector", id: id, known: [])
  }
}
