import LinearAlgebra
import Testing

@Suite("Pivoted Cholesky")
struct PivotedCholeskyTests {
  /// Indicators of a category with three levels and of one with four, centred, beside a number: two of the eight
  /// columns are dependent.
  private static func scatter() -> Matrix {
    var random = RandomStream(seed: 5)
    var rows = Matrix(rows: 60, columns: 8)
    for row in 0..<60 {
      rows[row, random.integer(below: 3)] = 1
      rows[row, 3 + random.integer(below: 4)] = 1
      rows[row, 7] = random.normal() * 100
    }
    let means = rows.columnMeans()
    for row in 0..<60 {
      for column in 0..<8 { rows[row, column] -= means[column] }
    }
    return rows.gram()
  }

  @Test("rank and null vectors of one-hot groups")
  func oneHot() throws {
    let matrix = Self.scatter()
    let factor = try PivotedCholesky(matrix, tolerance: 1e-11)
    #expect(factor.rank == 6)
    let vectors = factor.nullVectors(rank: factor.rank)
    #expect(vectors.count == 2)
    for vector in vectors {
      #expect(norm2(matrix.times(vector)) < 1e-10 && vector.contains(1))
      #expect(abs(vector[7]) < 1e-12)
    }
  }

  @Test("a matrix of full rank has no null vector, and one of order zero no rank")
  func edges() throws {
    let regular = Matrix(rows: 2, columns: 2, elements: [4, 1, 1, 9])
    let factor = try PivotedCholesky(regular, tolerance: 1e-11)
    #expect(factor.rank == 2 && factor.nullVectors(rank: 2).isEmpty)
    #expect(try PivotedCholesky(Matrix(rows: 0, columns: 0), tolerance: 1e-11).rank == 0)
    let broken = Matrix(rows: 1, columns: 1, elements: [.nan])
    #expect(throws: LinearAlgebraError.self) { try PivotedCholesky(broken, tolerance: 1e-11) }
  }
}
