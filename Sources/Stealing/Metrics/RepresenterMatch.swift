public import LinearAlgebra

/// How close stolen representers come to training rows, each matched to another one.
///
/// - Source: Tramèr, Zhang, Juels, Reiter, Ristenpart, "Stealing Machine Learning Models via Prediction APIs", USENIX
///   Security 2016, section 4.1.3, with the matching of the authors' code.
public struct RepresenterMatch: Sendable, Hashable {
  /// For every stolen row the true one that it is matched to.
  public let partner: [Int]
  /// The sum of the differences of all columns of each pair, by magnitude.
  public let distances: [Double]

  /// Matches rows of two matrices of the same width so that the sum of distances is least; there are at least as
  /// many true rows as stolen ones.
  public init(stolen: Matrix, truth: Matrix) {
    precondition(stolen.columns == truth.columns, "\(stolen.columns) columns and \(truth.columns)")
    let right = (0..<truth.rows).map { truth.row($0) }
    let costs = (0..<stolen.rows).map { row in
      let left = stolen.row(row)
      return right.map { zip(left, $0).reduce(0) { $0 + abs($1.0 - $1.1) } }
    }
    partner = Assignment(costs: costs).columns
    distances = partner.enumerated().map { costs[$0.offset][$0.element] }
  }

  /// The mean distance of a pair.
  public var mean: Double { distances.reduce(0, +) / Double(max(distances.count, 1)) }
}
