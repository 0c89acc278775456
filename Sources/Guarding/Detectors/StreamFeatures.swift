public import LinearAlgebra
public import Querying
import Tabular

/// Queries as a detector sees them: numbers scaled to -1...1 by the bounds of their columns, an indicator per category,
/// zero where nothing is known.
///
/// This is independent of how the model itself encodes them, so that distances mean the same for trees as for linear
/// models.
public struct StreamFeatures: Sendable {
  /// Farthest that a feature lies from 0, so that squares of distances, and their sums, stay numbers.
  private static let reach = 1e6

  private let encoder: FeatureEncoder

  /// Features of the queries of a service.
  public init(_ schema: QuerySchema) { encoder = FeatureEncoder(inputs: schema.inputs) }

  /// Number of features.
  public var count: Int { encoder.space.count }

  /// The features of some queries, one row each, all of them finite; infinite numbers count as unknown, and far ones as a
  /// million.
  public func callAsFunction(_ queries: Matrix) -> Matrix {
    let finite = Matrix(
      rows: queries.rows, columns: queries.columns,
      elements: queries.elements.map { $0.isInfinite ? .nan : $0 })
    guard let features = try? encoder.features(inputs: finite) else {
      preconditionFailure("an encoder that takes everything refused a query")
    }
    return Matrix(
      rows: features.rows, columns: features.columns,
      elements: features.elements.map { min(max($0, -Self.reach), Self.reach) })
  }

  /// The features of one query.
  public func callAsFunction(_ query: [Double]) -> [Double] {
    self(Matrix(rows: 1, columns: query.count, elements: query)).row(0)
  }
}

extension Array where Element == Double {
  /// The square of the Euclidean distance to another point.
  func squaredDistance(to other: [Double]) -> Double {
    precondition(count == other.count, "points of \(count) and \(other.count) coordinates")
    return withUnsafeBufferPointer { left in
      other.withUnsafeBufferPointer { right in
        var sum = 0.0
        for index in left.indices {
          let difference = left[index] - right[index]
          sum += difference * difference
        }
        return sum
      }
    }
  }

  /// The mean.
  var mean: Double { reduce(0, +) / Double(count) }

  /// The standard deviation, with divisor n.
  var deviation: Double { rootMeanSquare(self, about: mean) }
}
