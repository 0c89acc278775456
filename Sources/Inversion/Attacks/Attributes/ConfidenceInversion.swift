import Learning
public import LinearAlgebra
public import Methods

/// The confidence-score attack (CSMIA): all candidates are asked for.
///
/// 1. One candidate alone gives the right prediction: it is the answer.
/// 2. Several do: the one of the highest confidence.
/// 3. None does: the one of the lowest confidence.
///
/// Equal confidences are decided at random.
///
/// - Source: Mehnaz, Dibbo, Kabir, Li, Bertino, "Are Your Sensitive Attributes Private?", USENIX Security 2022,
///   section 4.
public struct ConfidenceInversion: InversionAttack, Hashable {
  public static let card = MethodCard(
    id: "csmia", family: .attributeInference, title: "Confidence scores (CSMIA)",
    summary: "The attribute with which the model is right and sure, or wrong and unsure.",
    citation: "Mehnaz et al., Are Your Sensitive Attributes Private?, USENIX Security 2022",
    needs: "predicted classes with confidences; the response; all other attributes",
    taxonomy: .attributeInference)

  /// The attack.
  public init() {}

  public static func missing(_ task: AttributeTask) -> String? {
    guard case .labels = task.responses else { return "a model of classes" }
    return task.missingColumns
  }

  public func guess(_ task: AttributeTask, using random: inout RandomStream) async throws -> AttributeGuesses
  {
    let answers = try await task.ask(task.completedRows())
    guard case .labels(let labels) = task.responses, answers.confidences.count == answers.labels.count else {
      throw InversionError.missing(method: Self.card.id, need: "predicted classes with confidences")
    }
    let (rows, places) = (task.known.rows, task.candidates.indices)
    var weights = Matrix(rows: rows, columns: places.count)
    for row in 0..<rows {
      let agreeing = places.filter { answers.labels[$0 * rows + row] == labels[row] }
      // The wrong answer that is least sure is nearest to the right one.
      let sign = agreeing.isEmpty ? -1.0 : 1.0
      let open = agreeing.isEmpty ? Array(places) : agreeing
      let scores = open.map { sign * answers.confidences[$0 * rows + row] }
      let best = scores.max() ?? 0
      let tied = open.indices.filter { scores[$0] == best }
      weights[row, open[tied.count == 1 ? tied[0] : tied[random.integer(below: tied.count)]]] = 1
    }
    return AttributeGuesses(candidates: task.candidates, weights: weights)
  }
}
