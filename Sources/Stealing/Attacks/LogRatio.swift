#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
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
    let count = max(Int((queryFactor * Double(features.space.count + 1)).rounded(.up)), 1)
    let queries = session.rows(count, using: &random)
    let answers = try await session.ask(queries)
    let probabilities = try answers.probabilityMatrix(classCount: schema.classCount)
    let design = try features.features(inputs: queries)
    let usable = (0..<design.rows).filter { row in probabilities.row(row).allSatisfy { $0 > 0 } }
    guard !usable.isEmpty else {
      throw StealingError.undetermined(
        method: Self.card.title, reason: "every answer has a probability of zero; use retrain instead")
    }
    let model = try solve(design.rows(at: usable), probabilities.rows(at: usable))
    let left = count - usable.count
    return try StolenModel(
      .linearClassifier(model), features: features, schema: schema,
      unknowns: schema.classCount * (features.space.count + 1), isComplete: left == 0,
      notes: left == 0 ? [] : ["\(left) of \(count) answers had a probability of zero and were left out"])
  }

  private func solve(_ design: Matrix, _ probabilities: Matrix) throws -> LinearClassifier {
    let (rows, classes, columns) = (design.rows, probabilities.columns, design.columns)
    var logarithms = Matrix(rows: rows, columns: classes)
    for row in 0..<rows {
      let values = probabilities.row(row).map { log($0) }
      let mean = values.reduce(0, +) / Double(classes)
      logarithms.setRow(row, values.map { $0 - mean })
    }
    let system = design.appending(column: 1)
    var weights = Matrix(rows: classes, columns: columns)
    var intercepts = [Double](repeating: 0, count: classes)
    for label in 0..<classes {
      let solution = try LeastSquares(system, logarithms.column(label)).solution
      weights.setRow(label, Array(solution.dropLast()))
      intercepts[label] = solution[columns]
    }
    guard classes == 2 else {
      return LinearClassifier(weights: weights, intercepts: intercepts, link: .softmax)
    }
    return LinearClassifier(
      weights: zip(weights.row(1), weights.row(0)).map { $0 - $1 }, intercept: intercepts[1] - intercepts[0])
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
