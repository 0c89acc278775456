import Learning
public import LinearAlgebra
public import Methods
public import Querying
import RealModule
import Tabular

/// Equation solving as published: every answer is an equation in the parameters of the model.
///
/// | Model | Queries | Solved by |
/// | --- | --- | --- |
/// | a number, linear in the columns | `d + 1` | least squares |
/// | two classes, logistic | `d + 1` | least squares on `ln p₁ − ln p₀` |
/// | more classes, softmax or one-versus-rest | `c (d + 1)` | L-BFGS on the cross entropy with the probabilities |
///
/// Where probabilities are rounded or zero, two classes are solved by the cross entropy too, which stays finite. The
/// cross entropy takes a small probability for as exact as it is small; after rounding all may be wrong by half a unit
/// of the last digit, so a softmax model is solved once more from there, by the squares of the differences, and where
/// nothing but rounding is left of them by their eighth powers: for errors evenly spread over an interval the estimate by
/// powers of `m` has `3 / (2m - 1)` of the variance of least squares. One-versus-rest models and fits with a penalty stay
/// at the cross entropy.
///
/// - Source: Tramèr, Zhang, Juels, Reiter, Ristenpart, "Stealing Machine Learning Models via Prediction APIs",
///   USENIX Security 2016, sections 4.1.1 and 4.1.2.
public struct EquationSolving: ExtractionAttack {
  /// How scores of several classes become probabilities.
  public enum Link: String, Sendable, Codable, CaseIterable {
    case softmax
    case oneVsRest = "one-vs-rest"
  }

  public static let card = MethodCard(
    id: "equation", family: .extraction, title: "Equation solving",
    summary:
      "The parameters of a linear, logistic, softmax or one-versus-rest model as unknowns of equations.",
    citation: "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016",
    needs: "probabilities of all classes, or the number of a regression", taxonomy: .modelExtraction)

  public static let settings: [Setting<Self>] = [
    .init("queryFactor", \.queryFactor, "queries for each unknown", in: .above(0)),
    .init("link", \.link, "kind of model where there are several classes"),
    .init("penalty", \.penalty, "penalty on the squared weights in the cross entropy", in: 0...),
    .init("iterations", \.iterations, "most steps of the search", in: 1...),
  ]

  /// Queries for each unknown.
  public var queryFactor = 1.0
  /// Kind of model where there are several classes.
  public var link = Link.softmax
  /// Penalty on the squared weights in the cross entropy.
  public var penalty = 0.0
  /// Most steps of the search.
  public var iterations = 3000

  public init() {}

  public static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    switch capabilities.content {
    case .number where schema.target == .number: nil
    case .probabilities where schema.classCount >= 2: nil
    default: "the probabilities of all classes, or a number"
    }
  }

  public func steal(
    _ session: QuerySession, using random: inout RandomStream
  ) async throws -> StolenModel {
    let schema = session.schema
    let features = FeatureEncoder(inputs: schema.inputs)
    let unknowns = (features.space.count + 1) * (schema.classCount > 2 ? schema.classCount : 1)
    let wanted = try session.queryCount(queryFactor, unknowns: unknowns)
    let design = try EquationDesign(session, features, count: wanted, using: &random)
    let sample = try await session.sample(
      queryFactor < 1 ? design.rows.rows(at: Array(0..<min(wanted, design.rows.rows))) : design.rows(wanted),
      features, method: Self.card.title)
    let isEnough = sample.count >= min(unknowns, wanted)
    var gaps = isEnough ? [] : ["the budget gave \(sample.count) queries for \(unknowns) unknowns"]
    let rank = try EquationRank.rank(sample.queries, schema, features)
    if rank < design.rank {
      gaps.append("the queries determine \(rank) of \(design.rank) independent unknowns of a score")
      let unasked = schema.unaskedLevels(sample.queries)
      if !unasked.isEmpty { gaps.append("no query holds some levels of \(unasked.joined(separator: ", "))") }
    }
    let model =
      schema.target == .number
      ? try number(sample, &gaps) : try classes(sample, session, &gaps, using: &random)
    return try StolenModel(
      model, features: features, schema: schema, unknowns: unknowns, gaps: gaps)
  }

  private func number(_ sample: QuerySample, _ gaps: inout [String]) throws -> FittedModel {
    let answers = sample.answers.numbers
    guard answers.allSatisfy(\.isFinite) else {
      throw QueryError.answerDamaged("a predicted number is missing")
    }
    let fit = try LeastSquares(sample.design.appending(column: 1), answers)
    let scale = max(norm2(answers), .leastNormalMagnitude)
    if fit.residualNorm > 1e-6 * scale {
      gaps.append(
        "the answers are not linear in the columns: \(fit.residualNorm / scale) of their norm is left")
    }
    return .linear(
      LinearModel(weights: Array(fit.solution.dropLast()), intercept: fit.solution[fit.solution.count - 1]))
  }

  private func classes(
    _ sample: QuerySample, _ session: QuerySession, _ gaps: inout [String], using random: inout RandomStream
  ) throws -> FittedModel {
    let count = session.schema.classCount
    if count == 2, session.capabilities.decimals == nil {
      let usable = try sample.equations(count)
      if usable.design.rows == sample.count {
        let (model, residual) = try LogRatio.solve(usable.design, usable.probabilities)
        if residual > 1e-6 { gaps.append("the answers miss the equations by up to \(residual)") }
        return .linearClassifier(model)
      }
      gaps.append(
        "\(sample.count - usable.design.rows) of \(sample.count) answers have a probability of zero")
    }
    let probabilities = try sample.answers.probabilityMatrix(classCount: count)
    let loss: SoftLoss = link == .softmax || count == 2 ? .softmax : .oneVsRest
    var learner = SoftLabelLearner(loss: loss)
    learner.penalty = penalty
    learner.minimiser.maximumIterations = iterations
    let fit = try learner.solve(sample.design, targets: probabilities, using: &random)
    let excess = fit.value - probabilities.meanEntropy()
    if excess > 1e-8 {
      gaps.append("the cross entropy stays \(excess) above that of the answers themselves")
    }
    guard let decimals = session.capabilities.decimals, loss == .softmax, penalty == 0 else {
      return try fit.classifier()
    }
    return try sharpened(fit, learner, sample.design, probabilities, decimals: decimals, using: &random)
  }

  /// The model of a fit to rounded probabilities, solved once more by the powers of the differences.
  private func sharpened(
    _ fit: SoftLabelLearner.Fit, _ learner: SoftLabelLearner, _ design: Matrix, _ probabilities: Matrix,
    decimals: Int, using random: inout RandomStream
  ) throws -> FittedModel {
    // Half a unit of the last digit is the most that rounding changes.
    let width = 0.5 * Double.pow(10, -Double(decimals))
    var learner = learner
    learner.minimiser.valueTolerance = 1e-9
    learner.loss = .powers(exponent: 2, width: width)
    let squares = try learner.solve(design, targets: probabilities, start: fit.network, using: &random)
    let model = try squares.classifier()
    guard let found = model.classifier?.probabilities(design),
      zip(found.elements, probabilities.elements).allSatisfy({ abs($0 - $1) <= 3 * width })
    else { return model }
    learner.loss = .powers(exponent: 8, width: width)
    return try learner.solve(design, targets: probabilities, start: squares.network, using: &random)
      .classifier()
  }
}

extension Matrix {
  /// The mean over the rows of `−Σ p ln p`, the least cross entropy that any model can have with them.
  func meanEntropy() -> Double {
    let sum = elements.reduce(0) { $1 > 0 ? $0 - $1 * Double.log($1) : $0 }
    return sum / Double(max(rows, 1))
  }
}
