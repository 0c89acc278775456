import Learning
public import LinearAlgebra
public import Methods

/// The most frequent value for everybody: what the marginal alone gives.
public struct ModeBaseline: InversionAttack, Hashable {
  public static let card = MethodCard(
    id: "mode", family: .attributeInference, title: "Most frequent value",
    summary: "The mode of the marginal; no model.",
    citation: "Fredrikson et al., Privacy in Pharmacogenetics, USENIX Security 2014",
    needs: "the marginal of the sensitive attribute", taxonomy: .attributeInference)

  /// The baseline.
  public init() {}

  public func guess(_ task: AttributeTask, using random: inout RandomStream) async throws -> AttributeGuesses
  {
    var weights = Matrix(rows: task.known.rows, columns: task.candidates.count)
    for row in 0..<weights.rows { weights.setRow(row, task.marginals[task.sensitive].shares) }
    return AttributeGuesses(candidates: task.candidates, weights: weights)
  }
}
