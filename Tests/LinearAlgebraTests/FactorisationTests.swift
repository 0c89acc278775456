import LinearAlgebra
import Testing

struct FactorisationTests {
  @Test func leastSquaresEqualNumPy() throws {
    for problem in try Reference.load().problems {
      let matrix = Matrix(rows: problem.rows, columns: problem.columns, elements: problem.matrix)
      let fit = try LeastSquares(matrix, problem.right)
      #expect(distance(fit.solution, problem.solution) < 1e-13, "\(problem.name)")
      #expect(fit.rank == problem.rank)
      #expect(distance(fit.singularValues, problem.singularValues) < 1e-14)
      #expect(distance([fit.residualNorm], [problem.residualNorm]) < 1e-13)
      #expect(fit.isRankDeficient == (problem.rank < problem.columns))
      let svd = try SingularValueDecomposition(matrix)
      let qr = try PivotedQR(matrix)
      #expect(svd.rank() == problem.rank)
      #expect(qr.rank() == problem.rank)
      var residuals = problem.right
      axpy(-1, matrix.times(qr.solve(problem.right)), into: &residuals)
      #expect(distance([norm2(residuals)], [problem.residualNorm]) < 1e-13)
    }
  }

  @Test func eigenvaluesEqualNumPy() throws {
    let reference = try Reference.load().symmetric
    let matrix = Matrix(rows: reference.order, columns: reference.order, elements: reference.matrix)
    #expect(distance(try SymmetricEigen(matrix).values, reference.eigenvalues) < 1e-14)
  }

  @Test func factorsReconstructTheMatrix() throws {
    for seed in 0..<120 {
      var random = RandomStream(seed: UInt64(seed)).child("shapes")
      let (rows, columns) = (random.integer(below: 9), random.integer(below: 9))
      let matrix = randomMatrix(rows, columns, &random)
      let svd = try SingularValueDecomposition(matrix)
      var scaled = svd.left
      for row in 0..<rows {
        for column in svd.singularValues.indices { scaled[row, column] *= svd.singularValues[column] }
      }
      #expect(distance(scaled.times(svd.rightTransposed), matrix) < 1e-13)
      #expect(distance(svd.left.gram(), .identity(min(rows, columns))) < 1e-13)
      let qr = try PivotedQR(matrix)
      #expect(distance(qr.orthogonal().times(qr.upper), matrix.columns(at: qr.permutation)) < 1e-13)
      #expect(distance(qr.orthogonal().gram(), .identity(min(rows, columns))) < 1e-13)
      let vector = (0..<rows).map { _ in random.normal() }
      #expect(distance(qr.applyQ(qr.applyTransposedQ(vector)), vector) < 1e-13)
      let gram = matrix.gram()
      let eigen = try SymmetricEigen(gram)
      #expect(zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 <= $1 })
      var stretched = eigen.vectors
      for row in 0..<columns {
        for column in 0..<columns { stretched[row, column] *= eigen.values[column] }
      }
      #expect(distance(stretched.timesTransposed(eigen.vectors), gram) < 1e-13)
      let fit = try LeastSquares(matrix, vector)
      #expect(fit.rank == min(rows, columns) && fit.solution.count == columns)
      #expect(distance(matrix.transposed().transposed(), matrix) == 0)
    }
  }

  @Test func inputThatIsNotFiniteIsRefused() {
    let matrix = Matrix([[1, 2], [3, -.infinity]])
    let expected = LinearAlgebraError.notFinite(row: 1, column: 1)
    #expect(throws: expected) { try PivotedQR(matrix) }
    #expect(throws: expected) { try SingularValueDecomposition(matrix) }
    #expect(throws: expected) { try SymmetricEigen(matrix) }
    #expect(throws: expected) { try LeastSquares(matrix, [1, 2]) }
    #expect(throws: LinearAlgebraError.notFinite(row: 0, column: 2)) {
      try LeastSquares(Matrix.identity(2), [.nan, 2])
    }
  }

  @Test func kernelChoiceAsksOnlyForWhatTheProcessorHas() {
    let text =
      "processor\t: 0\nflags\t\t: fma avx2 avx512f avx512dq avx512cd avx512bw avx512vl\n\nflags : sse\n"
    let flags = KernelChoice.cpuFlags(fromCPUInfo: text)
    #expect(flags.count == 7)
    #expect(KernelChoice.preferred(coreName: "Haswell", cpuFlags: flags) == "SkylakeX")
    #expect(KernelChoice.preferred(coreName: "Zen", cpuFlags: flags) == "SkylakeX")
    #expect(KernelChoice.preferred(coreName: "SkylakeX", cpuFlags: flags) == nil)
    #expect(KernelChoice.preferred(coreName: "SapphireRapids", cpuFlags: flags) == nil)
    #expect(KernelChoice.preferred(coreName: "neoversen1", cpuFlags: []) == nil)
    #expect(KernelChoice.preferred(coreName: "Haswell", cpuFlags: flags.subtracting(["avx512vl"])) == nil)
    #expect(KernelChoice.cpuFlags(fromCPUInfo: "").isEmpty)
  }
}
