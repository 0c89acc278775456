import Learning
import LinearAlgebra
import Tabular

/// A task without the features that are the same in every row, which have weight zero in every linear model:
/// small samples have many levels of a category without a row. Without an intercept only those that are zero
/// everywhere have weight zero.
struct VaryingFeatures {
  /// The columns that are left, ascending.
  let columns: [Int]
  private let featureCount: Int

  /// Above this share of varying columns a copy costs more than it saves.
  private static let worthwhile = 0.95

  init(_ features: Matrix, intercept: Bool) {
    featureCount = features.columns
    guard features.rows > 0 else {
      columns = Array(0..<features.columns)
      return
    }
    // Differences of bits gather without a branch, which the compiler vectorises.
    var difference = [UInt64](repeating: 0, count: features.columns)
    let count = features.columns
    difference.withUnsafeMutableBufferPointer { difference in
      features.withElements { values in
        for row in 1..<max(features.rows, 1) {
          for column in 0..<count {
            difference[column] |= values[row * count + column].bitPattern ^ values[column].bitPattern
          }
        }
        if !intercept {
          for column in 0..<count where values[column] != 0 { difference[column] = 1 }
        }
      }
    }
    let varying = difference.indices.filter { difference[$0] != 0 }
    columns = Double(varying.count) < Self.worthwhile * Double(count) ? varying : Array(0..<count)
  }

  /// The rows with these columns only.
  func reduced(_ data: RegressionData) -> RegressionData {
    guard columns.count < featureCount else { return data }
    return RegressionData(
      features: data.features.columns(at: columns), target: data.target, weights: data.weights)
  }

  /// The model of all features.
  func expanded(_ model: LinearModel) -> LinearModel {
    var weights = [Double](repeating: 0, count: featureCount)
    for (column, weight) in zip(columns, model.weights) { weights[column] = weight }
    return LinearModel(weights: weights, intercept: model.intercept)
  }
}
