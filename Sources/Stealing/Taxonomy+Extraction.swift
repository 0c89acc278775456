import Learning

extension MethodCard.Taxonomy {
  /// Copying a model through its prediction interface.
  static let modelExtraction = MethodCard.Taxonomy(
    atlas: ["AML.T0024.002"], owasp: ["ML05:2023"], nist: ["NISTAML.031"])
}
