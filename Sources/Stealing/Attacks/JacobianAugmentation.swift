import Learning
public import LinearAlgebra
public import Methods
public import Querying
import Tabular

/// A substitute trained on rows that grow along its own derivative.
///
/// ```
/// S ← S ∪ { x + step · sign(∂ score of the label of x / ∂x) : x in S }
/// ```
///
/// is repeated from some random rows until the queries are spent; the substitute is trained anew each time. Columns of
/// categories stay as they are, and numbers within their bounds.
///
/// - Source: Papernot, McDaniel, Goodfellow, Jha, Celik, Swami, "Practical Black-Box Attacks against Machine
///   Learning", ASIA CCS 2017, algorithm 1.
public struct JacobianAugmentation: ExtractionAttack {
  /// Learners whose models have a derivative.
  public enum Recipe: String, Sendable, Codable, CaseIterable {
    /// Logistic for two classes, softmax for more.
    case auto
    case logistic
    case softmax
    case oneVsRest = "ovr"
    case network = "mlp"
  }

  public static let card = MethodCard(
    id: "jacobian", family: .extraction, title: "Jacobian augmentation",
    summary: "A substitute trained on rows that are moved along the sign of its derivative.",
    citation: "Papernot et al., Practical Black-Box Attacks against Machine Learning, ASIA CCS 2017",
    needs: "labels of a model with at least one column of numbers", taxonomy: .modelExtraction)

  public static let settings: [Setting<Self>] = [
    .init("recipe", \.recipe, "learner of the substitute"),
    .init("penalty", \.penalty, "penalty on the squared weights of a linear substitute", in: 0...),
    .init("seeds", \.seeds, "random rows to begin with, at most a quarter of the budget", in: 1...),
    .init("rounds", \.rounds, "most doublings of the rows", in: 1...20),
    .init("step", \.step, "length of a move in columns scaled to -1...1", in: .above(0)),
  ]

  /// Learner of the substitute.
  public var recipe = Recipe.auto
  /// Penalty of a linear substitute.
  public var penalty = 1e-5
  /// Random rows to begin with.
  public var seeds = 150
  /// Most doublings of the rows.
  public var rounds = 6
  /// Length of a move.
  public var step = 0.1

  public init() {}

  public static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    schema.classCount >= 2 && schema.inputs.contains(where: \.isNumber)
      ? nil : "labels of classes and a column of numbers"
  }

  public func steal(_ session: QuerySession, using random: inout RandomStream) async throws -> StolenModel {
    let substitute = Substitute(recipe: recipe.rawValue, penalty: penalty, schema: session.schema)
    let features = FeatureEncoder(inputs: session.schema.inputs)
    let first = session.remaining.map { min(seeds, max($0 / 4, 1)) } ?? seeds
    var sample = try await session.sample(first, features, method: Self.card.title, using: &random)
    for round in 0..<rounds where session.remaining != 0 {
      var stream = random.child("round").child(round)
      let model = try substitute.fit(sample, using: &stream)
      let moved = try moved(sample, model, session.schema)
      do {
        let asked = try await session.sample(moved, features, method: Self.card.title)
        if let classifier = model.classifier { session.report(classifier, on: asked) }
        sample.append(asked)
      } catch StealingError.budgetTooSmall {
        break
      }
    }
    return try substitute.stolen(sample, using: &random)
  }

  /// All rows, moved along the sign of the derivative of the score of their label.
  private func moved(_ sample: QuerySample, _ model: FittedModel, _ schema: QuerySchema) throws -> Matrix {
    let labels = sample.answers.labels
    let gradient: Matrix
    switch model {
    case .linearClassifier(let model) where model.link == .logistic:
      gradient = Matrix(labels.map { label in model.weights.row(0).map { label == 1 ? $0 : -$0 } })
    case .linearClassifier(let model): gradient = model.weights.rows(at: labels)
    case .networkClassifier(let model):
      gradient = model.inputGradient(sample.design, logProbabilityOf: labels)
    default:
      throw StealingError.undetermined(
        method: Self.card.title,
        reason: "a substitute '\(recipe.rawValue)' has no derivative; use logistic, softmax, ovr or mlp")
    }
    var result = sample.queries
    let owners = sample.features.inputOfColumn
    for (column, owner) in owners.enumerated() {
      guard case .number(let lower, let upper) = schema.inputs[owner].kind else { continue }
      let length = step * (upper > lower ? upper / 2 - lower / 2 : 1)
      for row in labels.indices where gradient[row, column] != 0 {
        let value = result[row, owner] + (gradient[row, column] > 0 ? length : -length)
        result[row, owner] = upper > lower ? min(max(value, lower), upper) : value
      }
    }
    return result
  }
}
