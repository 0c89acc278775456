import Learning
public import LinearAlgebra
public import Methods

/// The white-box attack with counts on a classification tree. Of the leaves that fit what is known of a person,
///
/// `score(v) = Pr[v] · Σ_i nᵢ φᵢ(v) / Σ_j nⱼ φⱼ(v)`
///
/// where `φᵢ(v)` says that leaf `i` can hold a person with the value `v`, the upper sum runs over the leaves that fit the
/// person and the lower one over all leaves, or over those that some attacked person reaches, or counts the people that
/// one would have ``Normaliser/expected`` in the leaves of the upper one.
///
/// As printed the counts are those of all training rows, and the response is not used. With ``usesResponse`` the upper
/// counts are those of the person's own class: that is what finds members.
///
/// | Parameter | Default | Meaning |
/// | --- | --- | --- |
/// | ``usesResponse`` | true | Whether the counts above are those of the person's class |
/// | ``normaliser`` | compatible | The leaves of the lower sum |
///
/// - Source: Fredrikson, Jha, Ristenpart, "Model Inversion Attacks that Exploit Confidence Information and Basic
///   Countermeasures", CCS 2015.
public struct TreeCounts: InversionAttack, Hashable {
  public static let card = MethodCard(
    id: "tree-counts", family: .attributeInference, title: "Leaf counts",
    summary: "The attribute whose leaves hold most training rows, of the person's own class.",
    citation: "Fredrikson, Jha, Ristenpart, Model Inversion Attacks, CCS 2015",
    needs: "a classification tree with its counts; the response if it is used", taxonomy: .attributeInference
  )

  public static let settings: [Setting<Self>] = [
    .init("usesResponse", \.usesResponse, "count rows of the person's own class only"),
    .init("normaliser", \.normaliser, "leaves in the denominator"),
  ]

  /// The leaves of the lower sum.
  public enum Normaliser: String, Sendable, Hashable, Codable, CaseIterable {
    /// All leaves that can hold somebody with the value.
    case compatible
    /// Those that some attacked row reaches with the value, as the Adversarial Robustness Toolbox has it.
    case reached
    /// The people one would expect in the leaves that fit the person if the attribute said nothing of the other columns:
    /// each attacked person counts in the leaf of every value with the share of that value. Leaves are then no longer
    /// favoured for being wide. It takes many attacked people, as they stand for the population.
    case expected
    /// No lower sum. Counts of leaves that the attribute tells apart hold its distribution already, so this is the form
    /// that does not count it twice.
    case none
  }

  /// Whether the counts above are those of the person's class.
  public var usesResponse = true
  /// The leaves of the lower sum.
  public var normaliser = Normaliser.compatible

  /// The attack with its default parameters.
  public init() {}

  public static func missing(_ task: AttributeTask) -> String? { treeNeed(task) }

  public func guess(_ task: AttributeTask, using random: inout RandomStream) async throws -> AttributeGuesses
  {
    guard let leaves = try TreeLeaves(task), case .labels(let labels) = task.responses else {
      throw InversionError.missing(method: Self.card.id, need: "a classification tree with its counts")
    }
    let shares = task.marginals[task.sensitive].shares
    let below = lowerSums(leaves, shares: shares)
    var weights = Matrix(rows: task.known.rows, columns: task.candidates.count)
    for row in 0..<weights.rows {
      var sum = 0.0
      for candidate in task.candidates.indices {
        let reached = leaves.reached[candidate][row]
        let lower = below(candidate, reached)
        guard lower > 0 else { continue }
        let above = leaves.count(reached, label: usesResponse ? labels[row] : nil)
        weights[row, candidate] = shares[candidate] * above / lower
        sum += weights[row, candidate]
      }
      // No training row is like this person, so only the marginal speaks.
      if sum == 0 { weights.setRow(row, shares) }
    }
    return AttributeGuesses(candidates: task.candidates, weights: weights)
  }

  /// The lower sum for a candidate and the leaves that a person reaches with it.
  private func lowerSums(
    _ leaves: TreeLeaves, shares: [Double]
  ) -> (_ candidate: Int, _ reached: [Int]) -> Double {
    let fixed: [Double]
    switch normaliser {
    case .compatible: fixed = leaves.open.map { leaves.count($0) }
    case .reached: fixed = leaves.reached.map { leaves.count(Array(Set($0.flatMap(\.self)))) }
    case .none: fixed = shares.map { _ in 1 }
    case .expected:
      let expected = leaves.expectedPeople(shares: shares)
      return { _, reached in reached.reduce(0) { $0 + expected[$1] } }
    }
    return { candidate, _ in fixed[candidate] }
  }
}

/// What an attack on a tree lacks.
func treeNeed(_ task: AttributeTask) -> String? {
  if case .model(let pipeline) = task.access, case .treeClassifier(let model) = pipeline.model,
    model.tree.nodes.first.map({ $0.weight > 0 }) ?? false
  {
    return nil
  }
  return "a classification tree with its counts"
}
