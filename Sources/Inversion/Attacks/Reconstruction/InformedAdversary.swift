public import Learning
import LinearAlgebra
public import Methods

/// The one unknown training row of a linear or logistic model, from all other rows and the parameters.
///
/// At the optimum the gradients of all rows and of the penalty cancel, so what the known rows leave over is that of the
/// unknown one: `g = −Σ_known rᵢ (xᵢ, 1) − penalty · (w, 0) = r · (x, 1)`. The last entry is the residual `r` of the unknown
/// row, the others divided by it are the row, and the residual gives the target.
///
/// The answer is exact up to how exactly the model is the optimum: noise of `σ` on the parameters costs about
/// `n · σ / |r|`.
///
/// - Source: Balle, Cherubin, Hayes, "Reconstructing Training Data with Informed Adversaries", IEEE S&P 2022.
public struct InformedAdversary: ReconstructionAttack, Hashable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "informed-adversary", family: .reconstruction, title: "Reconstruction of the one unknown row",
    summary:
      "The gradients of all rows sum to zero at the optimum, which gives the gradient of the unknown row.",
    citation:
      "Balle, Cherubin, Hayes, Reconstructing Training Data with Informed Adversaries, IEEE S&P 2022",
    needs: "a ridge or logistic regression and all of its training rows but one",
    taxonomy: .attributeInference
  )

  public static let settings: [Setting<Self>] = [
    .init(
      "penalty", \.penalty, "penalty of the model on its squared weights; that of its file if it has one",
      in: 0...)
  ]

  /// Penalty of the model on its squared weights.
  public var penalty = 1.0

  public init() {}

  public static let knowledge = ReconstructionKnowledge.otherRows

  /// The attack with the penalty that a model file tells, where none is given.
  ///
  /// - Throws: ``InversionError/unsolvable(_:)`` for a ridge regression whose file does not tell it.
  public func adapted(to provenance: ModelFile.Provenance?, settings: MethodSettings) throws -> Self {
    var standard = Self()
    let text = provenance?.settings.first { $0.hasPrefix("penalty=") }?.dropFirst("penalty=".count)
    if let penalty = text.flatMap({ Double($0) }), penalty > 0 {
      standard.penalty = penalty
    } else if provenance?.recipe == "ols" {
      standard.penalty = 0
    } else if provenance?.recipe == "ridge", settings == .none {
      throw InversionError.unsolvable(
        "the penalty was chosen by cross-validation and is not in the model file; give --set penalty=…")
    }
    return try settings.applied(to: standard)
  }

  public func check(_ model: FittedModel) throws {
    switch model {
    case .linear, .linearClassifier: return
    default: throw Self.otherModels
    }
  }

  private static var otherModels: InversionError {
    .missing(method: card.id, need: "a linear or logistic model file")
  }

  public func row(_ task: ReconstructionTask) throws -> ReconstructedRow {
    let row: Row
    switch (task.model, task.evidence) {
    case (.linearClassifier(let model), .classes(let data)):
      row = try Self.row(missingFrom: data, model: model, penalty: penalty)
    case (.linear(let model), .numbers(let data)):
      row = try Self.row(missingFrom: data, model: model, penalty: penalty)
    default:
      throw Self.otherModels
    }
    return ReconstructedRow(
      features: row.features, target: row.target,
      figures: [.init("penalty", penalty), .init("the model misses the row by", row.residual)])
  }

  /// A reconstructed row.
  public struct Row: Sendable, Hashable {
    /// The features.
    public let features: [Double]
    /// The target: a number, or 0 or 1.
    public let target: Double
    /// The residual of the row, prediction less target; the smaller, the less exact is the rest.
    public let residual: Double
  }

  /// The unknown row of a logistic regression that minimises `Σ loss + penalty / 2 · ‖w‖²`.
  ///
  /// - Parameter known: all rows but one.
  /// - Throws: ``InversionError/unsolvable(_:)`` for another kind of model, and if the unknown row has no residual.
  public static func row(
    missingFrom known: ClassificationData, model: LinearClassifier, penalty: Double
  ) throws -> Row {
    guard model.link == .logistic else {
      throw InversionError.unsolvable("a logistic regression of two classes is needed")
    }
    let predictions = model.probabilities(known.features).column(1)
    let residuals = zip(predictions, known.labels).map { $0 - Double($1) }
    let row = try solve(known.features, residuals, weights: model.weights.row(0), penalty: penalty)
    // The residual is p − y with p between 0 and 1.
    return Row(features: row.features, target: row.residual < 0 ? 1 : 0, residual: row.residual)
  }

  /// The unknown row of a ridge regression that minimises `Σ (wᵀx + b − y)² + penalty · ‖w‖²`.
  ///
  /// - Parameter known: all rows but one.
  /// - Throws: ``InversionError/unsolvable(_:)`` if the unknown row has no residual.
  public static func row(
    missingFrom known: RegressionData, model: LinearModel, penalty: Double
  ) throws -> Row {
    let residuals = zip(model.predict(known.features), known.target).map { $0 - $1 }
    let row = try solve(known.features, residuals, weights: model.weights, penalty: penalty)
    let prediction = dot(row.features, model.weights) + model.intercept
    return Row(features: row.features, target: prediction - row.residual, residual: row.residual)
  }

  private static func solve(
    _ features: Matrix, _ residuals: [Double], weights: [Double], penalty: Double
  ) throws -> (features: [Double], residual: Double) {
    guard features.columns == weights.count else {
      throw InversionError.unsolvable("the rows have \(features.columns) columns, the model \(weights.count)")
    }
    let gradient = zip(features.transposedTimes(residuals), weights).map { -$0 - penalty * $1 }
    let residual = -residuals.reduce(0, +)
    guard residual.isFinite, abs(residual) > 1e-14 else {
      throw InversionError.unsolvable("the model predicts it exactly, so it leaves no trace")
    }
    return (gradient.map { $0 / residual }, residual)
  }
}
