import Learning
public import LinearAlgebra
public import Methods
import Querying
import Tabular

/// A softmax regression of the sensitive attribute on the known ones, learned from other people: no model is attacked.
///
/// With the response it knows all that the attacks know but the model. Trained on the very rows that are attacked it is
/// the "ideal" of the literature. A number that somebody is known not to have counts as the middle of its range, a
/// category as none of its levels.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``usesResponse`` | true | | Whether the response is a feature |
/// | ``penalty`` | 1 | `0...` | Of the softmax regression |
///
/// - Source: Jayaraman and Evans, "Are attribute inference attacks just imputation?", CCS 2022.
public struct Imputation: InversionAttack, Hashable {
  public static let card = MethodCard(
    id: "imputation", family: .attributeInference, title: "Imputation",
    summary: "A softmax regression of the attribute on the known ones; the model is not asked.",
    citation: "Jayaraman and Evans, Are Attribute Inference Attacks Just Imputation?, CCS 2022",
    needs: "other people of whom everything is known", taxonomy: .attributeInference)

  public static let settings: [Setting<Self>] = [
    .init("usesResponse", \.usesResponse, "whether the response is a feature"),
    .init("penalty", \.penalty, "of the softmax regression", in: 0...),
  ]

  /// Whether the response is a feature.
  public var usesResponse = true
  /// Strength of the penalty of the softmax regression.
  public var penalty = 1.0

  /// The baseline with its default parameters.
  public init() {}

  /// The baseline with or without the response.
  public init(usesResponse: Bool) { self.usesResponse = usesResponse }

  public static func missing(_ task: AttributeTask) -> String? {
    task.auxiliary == nil ? "other people of whom everything is known" : nil
  }

  public func guess(_ task: AttributeTask, using random: inout RandomStream) async throws -> AttributeGuesses
  {
    guard let auxiliary = task.auxiliary else {
      throw InversionError.missing(method: Self.card.id, need: "other people of whom everything is known")
    }
    let columns = task.knownColumns
    let marginal = task.marginals[task.sensitive]
    let usable = (0..<auxiliary.count).filter {
      marginal.place(of: auxiliary.rows[$0, task.sensitive]) != nil
    }
    let labels = usable.compactMap { marginal.place(of: auxiliary.rows[$0, task.sensitive]) }
    guard let first = labels.first else {
      throw InversionError.tooFewRows("usable rows of other people", needed: 1, found: 0)
    }
    guard labels.contains(where: { $0 != first }) else {
      // All of them are alike, so everybody is taken to be.
      var weights = Matrix(rows: task.known.rows, columns: task.candidates.count)
      for row in 0..<weights.rows { weights[row, first] = 1 }
      return AttributeGuesses(candidates: task.candidates, weights: weights)
    }
    let known = auxiliary.rows(at: usable)
    let scale = ResponseScale(known.responses)
    let data = ClassificationData(
      features: try features(known.rows, known.responses, columns, task, scale),
      labels: labels,
      classCount: marginal.values.count)
    let model = try SoftmaxRegression(penalty: penalty).fit(data, using: &random)
    let rows = try features(task.known, task.responses, columns, task, scale)
    return AttributeGuesses(candidates: task.candidates, weights: model.probabilities(rows))
  }

  private func features(
    _ rows: Matrix, _ responses: Responses, _ columns: [Int], _ task: AttributeTask, _ scale: ResponseScale
  ) throws -> Matrix {
    var parts: [Matrix] = []
    if !columns.isEmpty {
      let encoder = FeatureEncoder(inputs: columns.map { task.schema.inputs[$0] })
      parts.append(try encoder.features(inputs: rows.columns(at: columns)))
    }
    if usesResponse { parts.append(scale.features(responses, classCount: task.schema.classCount)) }
    let width = parts.reduce(0) { $0 + $1.columns }
    return Matrix(
      rows: rows.rows, columns: width,
      elements: (0..<rows.rows).flatMap { row in parts.flatMap { $0.row(row) } })
  }
}

/// The response as features: a number in units of its deviation, a class as indicators.
struct ResponseScale: Sendable {
  private var mean = 0.0
  private var deviation = 1.0

  init(_ responses: Responses) {
    guard case .numbers(let values) = responses, !values.isEmpty else { return }
    mean = values.reduce(0, +) / Double(values.count)
    let spread = rootMeanSquare(values, about: mean)
    deviation = spread > 0 ? spread : 1
  }

  func features(_ responses: Responses, classCount: Int) -> Matrix {
    switch responses {
    case .numbers(let values):
      return Matrix(
        rows: values.count, columns: 1, elements: values.map { ($0 - mean) / deviation })
    case .labels(let labels):
      var result = Matrix(rows: labels.count, columns: max(classCount, 1))
      for (row, label) in labels.enumerated() { result[row, label] = 1 }
      return result
    }
  }
}
