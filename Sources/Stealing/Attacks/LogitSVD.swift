import Learning
public import LinearAlgebra
public import Methods
public import Querying
import Tabular

/// The width of the last hidden layer and the last layer itself, up to an invertible matrix, from the singular values
/// of the scores.
///
/// Scores `W h(x) + b` of many rows span as many dimensions as the hidden layer has units. The logarithms of the
/// probabilities are the scores less a number per row; with the means of rows and columns taken out, their singular
/// values drop to nothing behind the width `h`, if that is at most `c − 2`, and the right vectors before the drop
/// span the columns of `W`. A linear model fitted to the same answers is handed over as a copy, which it is not.
///
/// - Source: Carlini et al., "Stealing Part of a Production Language Model", ICML 2024, section 4.
public struct LogitSVD: ExtractionAttack {
  public static let card = MethodCard(
    id: "svd", family: .extraction, title: "Singular values of scores",
    summary: "Width of the last hidden layer and the layer behind it, up to an invertible matrix.",
    citation: "Carlini et al., Stealing Part of a Production Language Model, ICML 2024",
    needs: "probabilities of at least three classes with all their digits", taxonomy: .modelExtraction)

  public static let settings: [Setting<Self>] = [
    .init("queries", \.queries, "random rows to ask about", in: 2...),
    .init("gap", \.gap, "ratio of neighbouring singular values that counts as a drop", in: .above(1)),
  ]

  /// Random rows to ask about.
  public var queries = 200
  /// Ratio of neighbouring singular values that counts as a drop.
  public var gap = 100.0

  public init() {}

  public static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    capabilities.content == .probabilities && schema.classCount >= 3
      ? nil : "the probabilities of at least three classes"
  }

  public func steal(_ session: QuerySession, using random: inout RandomStream) async throws -> StolenModel {
    let schema = session.schema
    let features = FeatureEncoder(inputs: schema.inputs)
    let sample = try await session.sample(queries, features, method: Self.card.title, using: &random)
    let usable = try sample.equations(schema.classCount)
    guard usable.design.rows > schema.classCount else {
      throw StealingError.undetermined(
        method: Self.card.title,
        reason:
          "\(usable.design.rows) answers without a probability of zero do not show \(schema.classCount) classes"
      )
    }
    var scores = usable.probabilities.centredLogarithms()
    let means = scores.columnMeans()
    for row in 0..<scores.rows { scores.setRow(row, zip(scores.row(row), means).map { $0 - $1 }) }
    let parts = try SingularValueDecomposition(scores)
    let values = parts.singularValues
    var findings = [
      Finding(
        "singular-values", .matrix(Matrix(rows: 1, columns: values.count, elements: values)),
        meaning: "singular values of the centred log-probabilities, descending")
    ]
    var notes: [String] = []
    if let width = Self.width(values, classes: schema.classCount, gap: gap) {
      let rows = parts.rightTransposed.rows(at: Array(0..<width))
      findings.append(
        Finding("hidden-width", .number(Double(width)), meaning: "units of the last hidden layer"))
      findings.append(
        Finding(
          "last-layer", .matrix(rows.transposed()),
          meaning:
            "a row per class: the last layer, less the mean of its rows, times an unknown invertible matrix"))
      notes.append("the last hidden layer has \(width) units")
    } else {
      notes.append(
        "the singular values show no drop: the last hidden layer has at least \(schema.classCount - 1) units, "
          + "or the answers are rounded")
    }
    let (model, _) = try LogRatio.solve(usable.design, usable.probabilities)
    return try StolenModel(
      .linearClassifier(model), features: features, schema: schema,
      gaps: ["the model is only a linear approximation"], remarks: notes, findings: findings)
  }

  /// The number of singular values before the largest drop, if there is one that counts.
  ///
  /// At most `classes − 1` of them differ from zero whatever the model, so a drop there tells nothing.
  static func width(_ values: [Double], classes: Int, gap: Double) -> Int? {
    let last = min(values.count, classes - 1)
    guard last >= 2, values[0] > 0 else { return nil }
    let floor = values[0] * 1e-17
    let drops = (0..<last - 1).map { values[$0] / max(values[$0 + 1], floor) }
    let best = drops.indices.reduce(0) { drops[$1] > drops[$0] ? $1 : $0 }
    return drops[best] >= gap ? best + 1 : nil
  }
}
