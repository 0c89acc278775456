import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Values of NumPy and SciPy, from `Tests/Fixtures/make/linear_algebra.py`.
struct Reference: Decodable {
  struct Stream: Decodable {
    let seed: String
    let path: String
    let words: [String]
    let uniforms: [Double]
    let normals: [Double]

    func stream() throws -> RandomStream {
      RandomStream(seed: try #require(UInt64(seed)), path: try #require(UInt64(path)))
    }
  }
  struct Problem: Decodable {
    let name: String
    let rows: Int
    let columns: Int
    let matrix: [Double]
    let right: [Double]
    let solution: [Double]
    let rank: Int
    let singularValues: [Double]
    let residualNorm: Double
  }
  struct Symmetric: Decodable {
    let order: Int
    let matrix: [Double]
    let eigenvalues: [Double]
    let cholesky: [Double]
    let logDeterminant: Double
    let reciprocalCondition: Double
  }
  let streams: [Stream]
  let probabilities: [Double]
  let quantiles: [Double]
  let problems: [Problem]
  let symmetric: Symmetric

  static func load() throws -> Reference {
    try FixtureFile.decode("linear-algebra.json")
  }
}

func randomMatrix(_ rows: Int, _ columns: Int, _ random: inout RandomStream) -> Matrix {
  Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in random.normal() })
}

/// The largest difference of two lists, relative to the largest magnitude of the second (at least 1).
func distance(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  let scale = b.reduce(1) { max($0, $1.magnitude) }
  return zip(a, b).reduce(0) { worst, pair in
    let difference = (pair.0 - pair.1).magnitude / scale
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}

func distance(_ a: Matrix, _ b: Matrix) -> Double {
  a.rows == b.rows && a.columns == b.columns ? distance(a.elements, b.elements) : .infinity
}
