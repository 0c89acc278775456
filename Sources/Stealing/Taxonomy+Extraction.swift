import Learning
import Methods

extension MethodCard.Taxonomy {
  /// Copying a model through its prediction interface.
  static let modelExtraction = MethodCard.Taxonomy(
    atlas: ["AML.T0024.002"], owasp: ["ML05:2023"], nist: ["NISTAML.031"])

  /// Giving less away in answers (Passive ML Output Obfuscation).
  static let outputObfuscation = MethodCard.Taxonomy(
    atlas: ["AML.M0002"], owasp: ["ML05:2023"], nist: ["NISTAML.031"])

  /// Giving less away of who was in the training data.
  static let membershipObfuscation = MethodCard.Taxonomy(
    atlas: ["AML.M0002"], owasp: ["ML04:2023"], nist: ["NISTAML.033"])

  /// Allowing fewer queries (Restrict Number of ML Model Queries).
  static let queryRestriction = MethodCard.Taxonomy(
    atlas: ["AML.M0004"], owasp: ["ML05:2023"], nist: ["NISTAML.031"])

  /// Recognising queries that are no honest use (Adversarial Input Detection).
  static let queryDetection = MethodCard.Taxonomy(
    atlas: ["AML.M0015"], owasp: ["ML05:2023"], nist: ["NISTAML.031"])
}
