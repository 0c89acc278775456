import LinearAlgebra

/// Products, moments and factorisations.
func numericsBenchmarks(threads: Int) -> [Benchmark] {
  let sizes = [100, 256, 512, 1024]
  return sizes.map(productBenchmark)
    + sizes.map { gramBenchmark(rows: max($0, 512), columns: $0) }
    + [gramBenchmark(rows: 200_000, columns: 100)]
    + Set([1, threads]).sorted().flatMap { threads in
      [(200_000, 100), (50_000, 512)].map { momentBenchmark(rows: $0, columns: $1, threads: threads) }
    }
    + [100, 512, 1024].map(choleskyBenchmark)
    + [updateBenchmark(order: 512)]
    + [(2000, 50), (2000, 200)].map { decompositionBenchmark(rows: $0, columns: $1) }
}

private func randomMatrix(_ rows: Int, _ columns: Int) -> Matrix {
  var random = RandomStream(seed: 1).child("benchmark")
  return Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in random.normal() })
}

private func productBenchmark(_ order: Int) -> Benchmark {
  let size = Double(order)
  return Benchmark(name: "dgemm \(order)", threads: 1, operations: 2 * size * size * size) {
    let (a, b) = (randomMatrix(order, order), randomMatrix(order, order))
    var result = Matrix(rows: order, columns: order)
    return { multiply(a, b, into: &result) }
  }
}

private func gramBenchmark(rows: Int, columns: Int) -> Benchmark {
  let (n, d) = (Double(rows), Double(columns))
  return Benchmark(name: "dsyrk \(rows)x\(columns)", threads: 1, operations: n * d * (d + 1)) {
    let matrix = randomMatrix(rows, columns)
    return { _ = matrix.gram() }
  }
}

private func momentBenchmark(rows: Int, columns: Int, threads: Int) -> Benchmark {
  let (n, d) = (Double(rows), Double(columns))
  return Benchmark(name: "moments \(rows)x\(columns)", threads: threads, operations: n * d * (d + 1)) {
    let features = randomMatrix(rows, columns)
    let target = features.column(0)
    return { _ = try Moments(features: features, target: target, workers: threads) }
  }
}

private func choleskyBenchmark(_ order: Int) -> Benchmark {
  let size = Double(order)
  return Benchmark(name: "cholesky \(order)", threads: 1, operations: size * size * size / 3) {
    var matrix = randomMatrix(2 * order, order).gram()
    matrix.addToDiagonal(1)
    return { _ = try Cholesky(matrix) }
  }
}

private func updateBenchmark(order: Int) -> Benchmark {
  Benchmark(name: "cholesky update and downdate \(order)", threads: 1, operations: nil) {
    var matrix = randomMatrix(2 * order, order).gram()
    matrix.addToDiagonal(1)
    var factor = try Cholesky(matrix)
    let row = randomMatrix(1, order).elements
    return {
      factor.update(row)
      try factor.downdate(row)
    }
  }
}

private func decompositionBenchmark(rows: Int, columns: Int) -> Benchmark {
  Benchmark(name: "svd \(rows)x\(columns)", threads: 1, operations: nil) {
    let matrix = randomMatrix(rows, columns)
    return { _ = try SingularValueDecomposition(matrix) }
  }
}
