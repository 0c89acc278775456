import Learning
public import LinearAlgebra
public import Methods

/// The white-box attack on a tree that trusts its predictions first: if one candidate alone makes the tree predict the
/// person's class, it is the answer; else the candidate with the most training rows in its leaf, times its marginal.
///
/// - Source: Nicolae et al., "Adversarial Robustness Toolbox", arXiv 1807.01069, attack
///   `AttributeInferenceWhiteBoxDecisionTree`, after Fredrikson et al. 2015.
public struct TreeAgreement: InversionAttack, Hashable {
  public static let card = MethodCard(
    id: "tree-agreement", family: .attributeInference, title: "Leaf agreement",
    summary: "The only attribute with the right prediction, or else the one with most training rows.",
    citation:
      "Nicolae et al., Adversarial Robustness Toolbox, arXiv 1807.01069, after Fredrikson et al. 2015",
    needs: "a classification tree with its counts; the response; all other attributes",
    taxonomy: .attributeInference)

  /// The attack.
  public init() {}

  public static func missing(_ task: AttributeTask) -> String? {
    treeNeed(task) ?? task.missingColumns
  }

  public func guess(_ task: AttributeTask, using random: inout RandomStream) async throws -> AttributeGuesses
  {
    guard let leaves = try TreeLeaves(task), case .labels(let labels) = task.responses else {
      throw InversionError.missing(method: Self.card.id, need: "a classification tree with its counts")
    }
    let answers = try await task.ask(task.completedRows())
    let shares = task.marginals[task.sensitive].shares
    let rows = task.known.rows
    var weights = Matrix(rows: rows, columns: task.candidates.count)
    for row in 0..<rows {
      let agreeing = task.candidates.indices.filter { answers.labels[$0 * rows + row] == labels[row] }
      for candidate in task.candidates.indices {
        weights[row, candidate] =
          agreeing.count == 1
          ? (candidate == agreeing[0] ? 1 : 0)
          : shares[candidate] * leaves.count(leaves.reached[candidate][row])
      }
    }
    return AttributeGuesses(candidates: task.candidates, weights: weights)
  }
}
