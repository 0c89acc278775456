import Learning
public import LinearAlgebra
public import Methods
public import Querying
import RealModule
import Tabular

/// A linear model from gradient explanations: the derivative of a linear score is its weights.
///
/// One explained query gives the weights of a regression or of a logistic model, and its answer the intercept. Where
/// there are only labels, two classes take a line search along the weights for the intercept, and more classes are not
/// possible. A softmax model gives the weights of the class that it predicts, so rows are asked about until every
/// class was predicted; a class that never is keeps the weights that the probabilities tell least about.
///
/// - Source: Milli, Schmidt, Dragan, Hardt, "Model Reconstruction from Model Explanations", FAT* 2019, section 3.
public struct GradientExplanation: ExtractionAttack {
  public static let card = MethodCard(
    id: "gradient", family: .extraction, title: "Gradient explanation",
    summary: "The weights of a linear model as the derivative that one explanation gives.",
    citation: "Milli et al., Model Reconstruction from Model Explanations, FAT* 2019",
    needs: "gradient explanations of a linear model", taxonomy: .modelExtraction)

  public static let settings: [Setting<Self>] = [
    .init("searches", \.searches, "most rows to ask about until every class was predicted", in: 1...)
  ]

  /// Most rows to ask about until every class was predicted.
  public var searches = 1000

  public init() {}

  public static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    guard capabilities.details.contains(.gradients), schema.inputs.allSatisfy(\.isNumber) else {
      return "gradient explanations and columns that are all numbers"
    }
    return schema.classCount <= 2 || capabilities.content == .probabilities
      ? nil : "gradient explanations with the probabilities of all classes"
  }

  public func steal(_ session: QuerySession, using random: inout RandomStream) async throws -> StolenModel {
    let schema = session.schema
    let features = FeatureEncoder(inputs: schema.inputs, isScaled: false)
    let (model, isWhole) =
      schema.classCount > 2
      ? try await softmax(session, using: &random) : try await single(session, using: &random)
    return try StolenModel(
      model, features: features, schema: schema,
      unknowns: (features.space.count + 1) * (schema.classCount > 2 ? schema.classCount : 1),
      gaps: isWhole
        ? [] : ["not every class was predicted, or no step along the weights was found to change the label"])
  }

  private func explained(
    _ session: QuerySession, using random: inout RandomStream
  ) async throws -> (point: [Double], answer: Answer) {
    let point = session.rows(1, using: &random).row(0)
    let answer = try await session.ask(point, details: .gradients)
    guard answer.gradient.count == point.count, answer.gradient.allSatisfy(\.isFinite) else {
      throw QueryError.answerDamaged(
        "an explanation has \(answer.gradient.count) numbers for \(point.count) columns")
    }
    return (point, answer)
  }

  /// A regression or a logistic model.
  private func single(
    _ session: QuerySession, using random: inout RandomStream
  ) async throws -> (FittedModel, Bool) {
    let (point, answer) = try await explained(session, using: &random)
    let weights = answer.gradient
    let product = dot(weights, point)
    if let number = answer.number {
      return (.linear(LinearModel(weights: weights, intercept: number - product)), true)
    }
    if answer.probabilities.count == 2, answer.probabilities.allSatisfy({ $0 > 0 }) {
      let score = Double.log(answer.probabilities[1]) - Double.log(answer.probabilities[0])
      return (.linearClassifier(LinearClassifier(weights: weights, intercept: score - product)), true)
    }
    let (step, isWhole) = try await crossing(session, point, answer, weights)
    let square = dot(weights, weights)
    return (
      .linearClassifier(LinearClassifier(weights: weights, intercept: -product - step * square)), isWhole
    )
  }

  /// The step along the weights at which the label changes, to a relative 1e-9.
  private func crossing(
    _ session: QuerySession, _ point: [Double], _ answer: Answer, _ weights: [Double]
  ) async throws -> (step: Double, isWhole: Bool) {
    guard let label = answer.label, dot(weights, weights) > 0 else { return (0, false) }
    let sign = label == 1 ? -1.0 : 1.0
    func changes(_ step: Double) async throws -> Bool {
      try await session.ask(zip(point, weights).map { $0 + sign * step * $1 }).label != label
    }
    let start = 1 / dot(weights, weights)
    var (low, high) = (0.0, start)
    guard start.isFinite else { return (0, false) }
    do {
      while !(try await changes(high)) {
        // A score of 2⁴⁰ has no probability but 0 or 1, so the label does not change on this way.
        guard high < start * 0x1p40 else { return (sign * high, false) }
        (low, high) = (high, 2 * high)
      }
      while high - low > 1e-9 * high {
        let middle = low + (high - low) / 2
        if try await changes(middle) { high = middle } else { low = middle }
      }
    } catch QueryError.budgetSpent {
      return (sign * (low + high) / 2, false)
    }
    return (sign * (low + high) / 2, true)
  }

  /// A softmax model: weights of every class that is predicted somewhere, intercepts from one answer.
  private func softmax(
    _ session: QuerySession, using random: inout RandomStream
  ) async throws -> (FittedModel, Bool) {
    let (classes, columns) = (session.schema.classCount, session.schema.inputs.count)
    var (weights, seen) = (Matrix(rows: classes, columns: columns), Set<Int>())
    var best: (point: [Double], answer: Answer)?
    for _ in 0..<searches where seen.count < classes {
      do {
        let (point, answer) = try await explained(session, using: &random)
        guard let label = answer.label, answer.probabilities.count == classes else {
          throw QueryError.answerDamaged("the probabilities are missing")
        }
        if seen.insert(label).inserted { weights.setRow(label, answer.gradient) }
        let least = answer.probabilities.min() ?? 0
        if least > best?.answer.probabilities.min() ?? 0 { best = (point, answer) }
      } catch QueryError.budgetSpent where best != nil {
        break
      }
    }
    guard let best else {
      throw StealingError.undetermined(
        method: Self.card.title, reason: "every answer has a probability of zero")
    }
    let intercepts = (0..<classes).map { label in
      Double.log(best.answer.probabilities[label]) - dot(weights.row(label), best.point)
    }
    let model = LinearClassifier(weights: weights, intercepts: intercepts, link: .softmax)
    return (.linearClassifier(model), seen.count == classes)
  }
}
