import Learning
import Methods

extension MethodCard.Taxonomy {
  /// Where attacks on training data stand in the threat catalogues.
  static let trainingData = MethodCard.Taxonomy(
    atlas: ["AML.T0020", "AML.T0059", "AML.T0031"], owasp: ["ML02:2023"],
    nist: ["NISTAML.013"])
}

extension MethodCard.Taxonomy {
  /// Where defences that clean or outvote training data stand in the threat catalogues.
  static let sanitizeTrainingData = MethodCard.Taxonomy(
    atlas: ["AML.M0007", "AML.M0025"], owasp: ["ML02:2023"], nist: ["NISTAML.013"])
}
