import LinearAlgebra
import Testing

struct CholeskyTests {
  @Test func equalsNumPy() throws {
    let reference = try Reference.load().symmetric
    let order = reference.order
    let cholesky = try Cholesky(Matrix(rows: order, columns: order, elements: reference.matrix))
    #expect(distance(cholesky.factor.elements, reference.cholesky) < 1e-14)
    #expect(distance([cholesky.logDeterminant], [reference.logDeterminant]) < 1e-14)
    let ratio = cholesky.reciprocalCondition() / reference.reciprocalCondition
    #expect(ratio > 0.999 && ratio < 3)
  }

  @Test func updatesAndDowndatesEqualRefactorisation() throws {
    for seed in 0..<60 {
      var random = RandomStream(seed: UInt64(seed)).child("update")
      let order = random.integer(below: 12)
      let rows = randomMatrix(2 * order + 1, order, &random)
      var matrix = rows.gram()
      matrix.addToDiagonal(0.1)
      var changed = try Cholesky(matrix)
      let x = (0..<order).map { _ in 3 * random.normal() }
      var larger = matrix
      larger.addOuterProduct(1, x, x)
      changed.update(x)
      let direct = try Cholesky(larger)
      #expect(distance(changed.factor, direct.factor) < 1e-12)
      let ratio = changed.reciprocalCondition() / direct.reciprocalCondition()
      #expect(abs(ratio - 1) < 1e-6)
      try changed.downdate(x)
      #expect(distance(changed.factor, try Cholesky(matrix).factor) < 1e-10)
      #expect(distance(changed.factor.timesTransposed(changed.factor), matrix) < 1e-11)
    }
  }

  @Test func solvesBySubstitution() throws {
    var random = RandomStream(seed: 5)
    let matrix = randomMatrix(20, 7, &random).gram()
    let cholesky = try Cholesky(matrix)
    let b = (0..<7).map { _ in random.normal() }
    let x = cholesky.solveUpper(cholesky.solveLower(b))
    #expect(distance(matrix.times(x), b) < 1e-11)
    #expect(distance(cholesky.solve(b), x) < 1e-12)
    #expect(distance(cholesky.inverse().times(b), x) < 1e-11)
  }

  @Test func failuresAreErrors() throws {
    #expect(throws: LinearAlgebraError.notPositiveDefinite(minor: 2)) {
      try Cholesky(Matrix([[1, 1], [1, 1]]))
    }
    #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 0)) {
      try Cholesky(Matrix([[1, 0], [.nan, 1]]))
    }
    var cholesky = try Cholesky(Matrix.identity(2))
    let before = cholesky.factor
    #expect(throws: LinearAlgebraError.notPositiveDefinite(minor: 2)) { try cholesky.downdate([0.5, 1]) }
    #expect(throws: LinearAlgebraError.notFinite(row: 0, column: 0)) {
      try cholesky.downdate([.infinity, 0])
    }
    #expect(cholesky.factor == before)
    #expect(try Cholesky(Matrix(rows: 0, columns: 0)).reciprocalCondition() == 1)
  }
}
