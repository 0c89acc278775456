import Learning
public import LinearAlgebra
public import Methods
public import Querying
import Tabular

/// Equation solving for logistic and softmax regression, by one linear system.
///
/// The logarithms of the probabilities, less their mean over the classes, are linear in the weights:
/// `log p_k − mean_j log p_j = z_k − mean_j z_j`, so `d + 1` answers of full precision give a softmax model up to
/// what does not matter to it, and a binary model likewise. Weights beyond what the queries determine (indicators of
/// a category, which sum to one) are those of least norm.
///
/// Rows are chosen so that their equations are independent. Where the model is sure of most of them, so that their
/// probabilities are zero or one, further rows are asked around a moderate one, closer and closer, until the equations
/// determine the weights.
///
/// - Source: the binary case is Tramèr, Zhang, Juels, Reiter, Ristenpart, "Stealing Machine Learning Models via
///   Prediction APIs", USENIX Security 2016, section 4.1.1; for softmax the paper minimises a cross entropy with
///   `c (d + 1)` queries.
public struct LogRatio: ExtractionAttack {
  public static let card = MethodCard(
    id: "log-ratio", family: .extraction, title: "Log-ratio equations",
    summary: "One linear system for the weights of a logistic or softmax model, from d + 1 answers.",
    citation: "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016",
    needs: "probabilities of all classes with all their digits, of a logistic or softmax model",
    taxonomy: .modelExtraction)

  public static let settings: [Setting<Self>] = [
    .init("queryFactor", \.queryFactor, "queries for each unknown of one class", in: 1...),
    .init(
      "scoreLimit", \.scoreLimit,
      "logarithm of a ratio of probabilities up to which an answer is an equation", in: .above(0)),
  ]

  /// Queries for each of the `d + 1` unknowns of one class.
  public var queryFactor = 1.0
  /// Logarithm of a ratio of probabilities up to which an answer is an equation.
  public var scoreLimit = 600.0

  public init() {}

  public static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    capabilities.content == .probabilities && schema.classCount >= 2
      ? nil : "the probabilities of all classes"
  }

  public func steal(
    _ session: QuerySession, using random: inout RandomStream
  ) async throws -> StolenModel {
    let schema = session.schema
    let features = FeatureEncoder(inputs: schema.inputs)
    let needed = features.space.count + 1
    let wanted = try session.queryCount(queryFactor, unknowns: needed)
    let design = try EquationDesign(session, features, count: wanted, using: &random)
    var sample = try await session.sample(design.rows(wanted), features, method: Self.card.title)
    let equations = InformativeRows(
      session: session, features: features, method: Self.card.title, limit: scoreLimit)
    var usable = try sample.equations(schema.classCount, limit: scoreLimit)
    var rank = try EquationRank.rank(sample.queries.rows(at: usable.rows), schema, features)
    if rank < design.rank, usable.rows.count < sample.count, session.oracle.recordedQueries == nil,
      session.capabilities.decimals == nil,
      let more = try await equations.extend(sample, toRank: design.rank, using: &random)
    {
      sample = more
      usable = try sample.equations(schema.classCount, limit: scoreLimit)
      rank = try EquationRank.rank(sample.queries.rows(at: usable.rows), schema, features)
    }
    let rows = usable.rows
    guard !rows.isEmpty else {
      throw StealingError.undetermined(
        method: Self.card.title,
        reason: "every answer has a probability of zero; use retrain-adaptive instead")
    }
    let (model, residual) = try Self.solve(usable.design, usable.probabilities)
    var (gaps, remarks) = ([String](), [String]())
    if rows.count < sample.count {
      remarks.append("\(sample.count - rows.count) of \(sample.count) answers were too sure to be equations")
    }
    if rank < design.rank {
      gaps.append("the answers determine \(rank) of \(design.rank) independent unknowns of a class")
      let unasked = schema.unaskedLevels(sample.queries.rows(at: rows))
      if !unasked.isEmpty {
        gaps.append("no equation holds some levels of \(unasked.joined(separator: ", "))")
      }
    }
    if residual > 1e-6 {
      gaps.append(
        "the answers miss the equations by up to \(residual): this is no softmax model, or they were changed")
    }
    if let decimals = session.capabilities.decimals {
      gaps.append("answers of \(decimals) decimals; equation and more queries fit them better")
    }
    return try StolenModel(
      .linearClassifier(model), features: features, schema: schema, unknowns: schema.classCount * needed,
      gaps: gaps, remarks: remarks)
  }

  /// The model that fits the logarithms of probabilities best, and by how much it misses one at most.
  static func solve(
    _ design: Matrix, _ probabilities: Matrix
  ) throws -> (model: LinearClassifier, residual: Double) {
    let (classes, columns) = (probabilities.columns, design.columns)
    let logarithms = probabilities.centredLogarithms()
    let system = design.appending(column: 1)
    var weights = Matrix(rows: classes, columns: columns)
    var (intercepts, residual) = ([Double](repeating: 0, count: classes), 0.0)
    for label in 0..<classes {
      let right = logarithms.column(label)
      let solution = try LeastSquares(system, right).solution
      weights.setRow(label, Array(solution.dropLast()))
      intercepts[label] = solution[columns]
      residual = zip(system.times(solution), right).reduce(residual) { max($0, abs($1.0 - $1.1)) }
    }
    guard classes == 2 else {
      return (LinearClassifier(weights: weights, intercepts: intercepts, link: .softmax), residual)
    }
    let model = LinearClassifier(
      weights: zip(weights.row(1), weights.row(0)).map { $0 - $1 }, intercept: intercepts[1] - intercepts[0])
    return (model, residual)
  }
}

extension Matrix {
  /// This matrix with a column of equal values on its right.
  func appending(column value: Double) -> Matrix {
    var result = Matrix(rows: rows, columns: columns + 1, repeating: value)
    for row in 0..<rows { for column in 0..<columns { result[row, column] = self[row, column] } }
    return result
  }
}
