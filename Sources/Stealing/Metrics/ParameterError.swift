public import Learning
import LinearAlgebra
import Tabular

/// How far the parameters of a stolen linear model are from the true ones, on the columns of a query, up to what does
/// not matter to the answers.
public struct ParameterError: Sendable, Hashable, Codable {
  /// Largest magnitude of the difference of two weights or intercepts.
  public let largest: Double
  /// Euclidean norm of the difference over that of the true parameters.
  public let relative: Double

  /// What changes no answer and is therefore taken out before parameters are compared.
  public enum Symmetry: String, Sendable, Codable {
    /// Nothing, for a logistic model or a regression.
    case none
    /// Common numbers in all classes of a softmax model.
    case softmax
    /// A positive factor, which labels of two classes cannot tell.
    case scale
  }

  /// Compares two models on the same columns; nil if one of them is not linear or they have different shapes.
  ///
  /// The parameters are those of the scores as functions of the query, so the encodings of the two may differ; all
  /// columns must be numbers.
  public init?(_ stolen: Pipeline, truth: Pipeline, symmetry: Symmetry) {
    guard let left = stolen.scoresOnQueries(), let right = truth.scoresOnQueries(), left.rows == right.rows,
      left.columns == right.columns
    else { return nil }
    self.init(left, right, symmetry)
  }

  /// Compares models that take the numbers as they are; nil if they have different shapes or are not linear.
  public init?(_ stolen: FittedModel, truth: FittedModel, symmetry: Symmetry) {
    guard let left = stolen.parameterRows, let right = truth.parameterRows, left.rows == right.rows,
      left.columns == right.columns
    else { return nil }
    self.init(left, right, symmetry)
  }

  private init(_ stolen: Matrix, _ truth: Matrix, _ symmetry: Symmetry) {
    let (left, right) = (stolen.canonical(symmetry), truth.canonical(symmetry))
    let differences = zip(left, right).map { $0 - $1 }
    largest = differences.reduce(0) { max($0, abs($1)) }
    relative = norm2(differences) / max(norm2(right), .leastNormalMagnitude)
  }
}

extension FittedModel {
  /// Weights with the intercept behind them, one row per score; nil for a model that is not linear.
  fileprivate var parameterRows: Matrix? {
    switch self {
    case .linear(let model): Matrix([model.weights + [model.intercept]])
    case .linearClassifier(let model):
      Matrix(model.intercepts.indices.map { model.weights.row($0) + [model.intercepts[$0]] })
    default: nil
    }
  }
}

extension Pipeline {
  /// Weights on the columns of a query with the intercept behind them; nil for a model that is not linear or has a
  /// column that is no number.
  fileprivate func scoresOnQueries() -> Matrix? {
    guard let rows = model.parameterRows, let scales = features.numberScales else { return nil }
    let count = features.space.count
    guard let origin = try? features.features(inputs: Matrix(rows: 1, columns: count)).row(0) else {
      return nil
    }
    var result = rows
    for row in 0..<rows.rows {
      let weights = Array(rows.row(row).dropLast())
      result.setRow(row, zip(weights, scales).map { $0 / $1 } + [rows[row, count] + dot(weights, origin)])
    }
    return result
  }
}

extension Matrix {
  /// The elements with a symmetry taken out.
  fileprivate func canonical(_ symmetry: ParameterError.Symmetry) -> [Double] {
    switch symmetry {
    case .none: return elements
    case .scale:
      let length = norm2(elements)
      return length > 0 ? elements.map { $0 / length } : elements
    case .softmax:
      let means = columnMeans()
      return (0..<rows).flatMap { row in zip(self.row(row), means).map { $0 - $1 } }
    }
  }
}
