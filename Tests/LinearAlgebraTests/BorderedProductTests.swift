import LinearAlgebra
import Testing

@Suite("Bordered products and solving in place")
struct BorderedProductTests {
  @Test("the Gram matrix with ones equals that of the rows with a one appended")
  func gramWithOnes() {
    var random = RandomStream(seed: 3)
    let matrix = Matrix(rows: 9, columns: 4, elements: (0..<36).map { _ in random.normal() })
    let bordered = Matrix((0..<9).map { matrix.row($0) + [1] })
    let (one, other) = (matrix.gramWithOnes(), bordered.gram())
    #expect(one.rows == 5)
    for (left, right) in zip(one.elements, other.elements) { #expect(abs(left - right) < 1e-12) }
  }

  @Test("solving in place equals solving by the factor, and refuses an indefinite matrix")
  func solveInPlace() throws {
    var random = RandomStream(seed: 4)
    let rows = Matrix(rows: 12, columns: 6, elements: (0..<72).map { _ in random.normal() })
    let (gram, right) = (rows.gram(), (0..<6).map { Double($0) })
    var room = gram
    let solution = try room.solveInPlace(right)
    for (left, other) in zip(solution, try Cholesky(gram).solve(right)) { #expect(abs(left - other) < 1e-10) }
    var indefinite = Matrix([[1, 2], [2, 1]])
    #expect(throws: LinearAlgebraError.notPositiveDefinite(minor: 2)) {
      try indefinite.solveInPlace([1, 1])
    }
  }
}
