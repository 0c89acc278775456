import Learning
public import LinearAlgebra
public import Methods

/// A model of membership for every class, learned from the answers of shadow models on records that they saw and did not
/// see.
///
/// The attack model is a decision tree on the vector of probabilities, whose leaves hold at least one in a hundred of the
/// answers; the source leaves the choice open and used networks.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``modelLimit`` | 16 | `1...` | Shadow models that are learned from |
///
/// - Source: Shokri, Stronati, Song, Shmatikov, "Membership Inference Attacks Against Machine Learning Models", IEEE
///   S&P 2017, section V.
public struct ShadowAttack: MembershipAttack, Hashable {
  public static let card = MethodCard(
    id: "shadow", family: .membershipInference, title: "Shadow models",
    summary: "A model of membership per class, learned from the answers of models like the victim.",
    citation: "Shokri et al., Membership Inference Attacks Against Machine Learning Models, IEEE S&P 2017",
    needs: "the probabilities of all classes; shadow models", taxonomy: .membershipInference)

  public static let settings: [Setting<Self>] = [
    .init("modelLimit", \.modelLimit, "most shadow models whose answers are used", in: 1...)
  ]
  public static let needsShadows = true

  /// Shadow models that are learned from.
  public var modelLimit = 16

  /// The attack with its default parameters.
  public init() {}

  public func score(_ task: MembershipTask, using random: inout RandomStream) async throws -> [Double] {
    guard let shadows = task.shadows else {
      throw InversionError.missing(method: Self.card.id, need: "shadow models")
    }
    let probabilities = try await task.probabilities()
    var scores = [Double](repeating: 0, count: task.records.count)
    for label in 0..<task.records.classCount {
      let records = task.records.labels.indices.filter { task.records.labels[$0] == label }
      guard !records.isEmpty else { continue }
      let models = 0..<min(modelLimit, shadows.count)
      let elements = models.flatMap { model in
        records.flatMap { shadows.probabilities[model].row($0) }
      }
      let data = ClassificationData(
        features: Matrix(
          rows: records.count * models.count, columns: probabilities.columns, elements: elements),
        labels: models.flatMap { model in records.map { shadows.isMember[model][$0] ? 1 : 0 } }, classCount: 2
      )
      let limits = TreeLimits(minimumLeafRows: max(20, data.count / 100))
      let model = try DecisionTreeClassifier(settings: TreeSettings(limits: limits)).fit(data, using: &random)
      let answers = model.probabilities(probabilities.rows(at: records))
      for (place, record) in records.enumerated() { scores[record] = answers[place, 1] }
    }
    return scores
  }
}
