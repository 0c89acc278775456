/// The places of the families in the threat catalogues, for the cards of methods.
extension MethodCard.Taxonomy {
  /// Attacks on training data.
  public static let trainingData = MethodCard.Taxonomy(
    atlas: ["AML.T0020", "AML.T0059", "AML.T0031"], owasp: ["ML02:2023"], nist: ["NISTAML.013"])

  /// Defences that clean or outvote training data.
  public static let sanitizeTrainingData = MethodCard.Taxonomy(
    atlas: ["AML.M0007", "AML.M0025"], owasp: ["ML02:2023"], nist: ["NISTAML.013"])

  /// Copying a model through its prediction interface.
  public static let modelExtraction = MethodCard.Taxonomy(
    atlas: ["AML.T0024.002"], owasp: ["ML05:2023"], nist: ["NISTAML.031"])

  /// Giving less away in answers (Passive ML Output Obfuscation).
  public static let outputObfuscation = MethodCard.Taxonomy(
    atlas: ["AML.M0002"], owasp: ["ML05:2023"], nist: ["NISTAML.031"])

  /// Giving less away of who was in the training data.
  public static let membershipObfuscation = MethodCard.Taxonomy(
    atlas: ["AML.M0002"], owasp: ["ML04:2023"], nist: ["NISTAML.033"])

  /// Allowing fewer queries (Restrict Number of ML Model Queries).
  public static let queryRestriction = MethodCard.Taxonomy(
    atlas: ["AML.M0004"], owasp: ["ML05:2023"], nist: ["NISTAML.031"])

  /// Recognising queries that are no honest use (Adversarial Input Detection).
  public static let queryDetection = MethodCard.Taxonomy(
    atlas: ["AML.M0015"], owasp: ["ML05:2023"], nist: ["NISTAML.031"])

  /// Learning attributes of people, or their records, from a model.
  public static let attributeInference = MethodCard.Taxonomy(
    atlas: ["AML.T0024.001"], owasp: ["ML03:2023"], nist: ["NISTAML.033"])

  /// Learning who was in the training data.
  public static let membershipInference = MethodCard.Taxonomy(
    atlas: ["AML.T0024.000"], owasp: ["ML04:2023"], nist: ["NISTAML.033"])
}
