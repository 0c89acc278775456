public import Learning
public import LinearAlgebra
public import Querying
import Tabular

/// Equation solving for logistic and softmax regression, by one linear system.
///
/// The logarithms of the probabilities, less their mean over the classes, are linear in the weights:
/// `log p_k − mean_j log p_j = z_k − mean_j z_j`, so `d + 1` answers of full precision give a softmax model up to
/// what does not matter to it, and a binary model likewise. Weights beyond what the queries determine (indicators of
/// a category, which sum to one) are those of least norm.
///
/// - Source: the binary case is Tramèr, Zhang, Juels, Reiter, Ristenpart, "Stealing Machine Learning Models via
///   Prediction APIs", USENIX Security 2016, section 4.1.1; for softmax the paper minimises a cross entropy with
///   `c (d + 1)` queries.
public struct LogRatio: ExtractionAttack {
  public static let card = MethodCard(
    id: "log-ratio", kind: .attack, title: "Log-ratio equations",
    summary: "One linear system for the weights of a logistic or softmax model, from d + 1 answers.",
    citation: "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016",
    needs: "probabilities of all classes with all their digits, of a logistic or softmax model",
    parameters: [
      .init("queryFactor", "queries for each unknown of one class", range: "1...", default: "1")
    ], taxonomy: .modelExtraction)

  /// Queries for each of the `d + 1` unknowns of one class.
  public var queryFactor = 1.0

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
    let sample = try await session.sample(
      queryCount(queryFactor, unknowns: needed), features, method: Self.card.title, using: &random)
    let usable = try sample.usableProbabilities(schema.classCount)
    guard usable.design.rows > 0 else {
      throw StealingError.undetermined(
        method: Self.card.title,
        reason: "every answer has a probability of zero; use retrain-adaptive instead")
    }
    let (model, residual) = try Self.solve(usable.design, usable.probabilities)
    var notes: [String] = []
    let left = sample.count - usable.design.rows
    if left > 0 {
      notes.append("\(left) of \(sample.count) answers had a probability of zero and were left out")
    }
    if usable.design.rows < needed {
      notes.append("\(usable.design.rows) usable answers do not determine \(needed) unknowns of a class")
    }
    if residual > 1e-6 {
      notes.append(
        "the answers miss the equations by up to \(residual): this is no softmax model, or they were changed")
    }
    if let decimals = session.capabilities.decimals {
      notes.append("answers of \(decimals) decimals; equation and more queries fit them better")
    }
    return try StolenModel(
      .linearClassifier(model), features: features, schema: schema, unknowns: schema.classCount * needed,
      isComplete: notes.isEmpty, notes: notes)
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
