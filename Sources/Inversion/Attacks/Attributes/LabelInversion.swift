import Learning
public import LinearAlgebra
public import Methods

/// The label-only attack (LOMIA): where one candidate alone gives the right prediction it is taken for the truth, and a
/// model of the attribute is learned from these people and asked about all.
///
/// The attack model is a softmax regression on the other attributes and the response.
///
/// - Source: Mehnaz, Dibbo, Kabir, Li, Bertino, "Are Your Sensitive Attributes Private?", USENIX Security 2022,
///   section 5.
public struct LabelInversion: InversionAttack, Hashable {
  public static let card = MethodCard(
    id: "lomia", family: .attributeInference, title: "Labels only (LOMIA)",
    summary: "A model of the attribute, learned where only one candidate gives the right prediction.",
    citation: "Mehnaz et al., Are Your Sensitive Attributes Private?, USENIX Security 2022",
    needs: "predicted classes; the response; all other attributes", taxonomy: .attributeInference)

  /// The attack.
  public init() {}

  public static func missing(_ task: AttributeTask) -> String? { ConfidenceInversion.missing(task) }

  public func guess(_ task: AttributeTask, using random: inout RandomStream) async throws -> AttributeGuesses
  {
    let answers = try await task.ask(task.completedRows())
    guard case .labels(let labels) = task.responses else {
      throw InversionError.missing(method: Self.card.id, need: "a model of classes")
    }
    let rows = task.known.rows
    var (sure, complete) = ([Int](), task.known)
    for row in 0..<rows {
      let agreeing = task.candidates.indices.filter { answers.labels[$0 * rows + row] == labels[row] }
      guard agreeing.count == 1 else { continue }
      sure.append(row)
      complete[row, task.sensitive] = task.candidates[agreeing[0]]
    }
    guard Set(sure.map { complete[$0, task.sensitive] }).count >= 2 else {
      // Nothing to learn from, so the marginal is all that is left.
      return try await ModeBaseline().guess(task, using: &random)
    }
    var second = task
    second.auxiliary = AttributeRecords(rows: complete, responses: task.responses).rows(at: sure)
    return try await Imputation().guess(second, using: &random)
  }
}
