public import Learning
import LinearAlgebra
public import Tabular

/// Features as shares of their ranges, `(x − lower) / width`, the only units in which a method may have constants of
/// its own: penalties, radii and directions then mean the same whatever the units of a table.
///
/// Columns that are in 0...1 already stay bit for bit. The penalty of the victim is not among such constants: it counts
/// on the columns as they are.
public struct RangeShares: Sendable {
  private let lower: [Double]
  private let widths: [Double]
  /// Whether shares are the columns themselves.
  public let isIdentity: Bool

  private init(lower: [Double], widths: [Double]) {
    self.lower = lower
    self.widths = widths
    isIdentity = lower.allSatisfy { $0 == 0 } && widths.allSatisfy { $0 == 1 }
  }

  /// The shares of a space.
  ///
  /// - Parameter movesZero: whether the smallest value becomes 0; a model without an intercept needs zero where it is.
  public init(_ space: FeatureSpace, movesZero: Bool = true) {
    self.init(
      lower: space.lower.map { movesZero && $0.isFinite ? $0 : 0 },
      widths: space.widths.map { $0.isFinite ? $0 : 1 })
  }

  /// The same zero with the widths as they are in the table.
  var origin: RangeShares { RangeShares(lower: lower, widths: widths.map { _ in 1 }) }

  /// The same zero with other widths, each a multiple of the one here.
  func widened(by factors: [Double]) -> RangeShares {
    RangeShares(lower: lower, widths: zip(widths, factors).map { $0 * $1 })
  }

  /// A penalty on the square of a weight of every column, as one on the weight of its share.
  func squarePenalties(_ penalty: Double) -> [Double] { widths.map { penalty / ($0 * $0) } }

  /// One value as a share.
  func share(_ value: Double, column: Int) -> Double { (value - lower[column]) / widths[column] }

  /// A change of one value as one of its share.
  func change(_ value: Double, column: Int) -> Double { value / widths[column] }

  /// One row, a value per column, in shares.
  public func row(_ features: [Double]) -> [Double] {
    isIdentity ? features : features.indices.map { share(features[$0], column: $0) }
  }

  /// Rows in shares; targets and weights stay.
  public func data(_ data: RegressionData) -> RegressionData {
    guard !isIdentity else { return data }
    var result = data
    let (count, columns) = (data.features.rows, data.features.columns)
    result.features.withMutableElements { values in
      for row in 0..<count {
        for column in 0..<columns {
          values[row * columns + column] = share(values[row * columns + column], column: column)
        }
      }
    }
    return result
  }

  /// A model of shares as one of the columns themselves, with the same predictions.
  public func restored(_ model: LinearModel) -> LinearModel {
    guard !isIdentity else { return model }
    let weights = zip(model.weights, widths).map { $0 / $1 }
    return LinearModel(weights: weights, intercept: model.intercept - dot(weights, lower))
  }

  /// A model of the columns as one of their shares.
  func ofShares(_ model: LinearModel) -> LinearModel {
    guard !isIdentity else { return model }
    return LinearModel(
      weights: zip(model.weights, widths).map { $0 * $1 },
      intercept: model.intercept + dot(model.weights, lower))
  }
}

extension DefenceTask {
  /// The features as shares of their ranges, for constants of the defence's own.
  public var shares: RangeShares { RangeShares(space, movesZero: learner.hasIntercept) }
}
