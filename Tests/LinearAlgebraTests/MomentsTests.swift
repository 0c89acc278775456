import LinearAlgebra
import Testing

struct MomentsTests {
  /// Two passes in plain loops, means from first differences: the reference for all sums.
  private func reference(_ features: Matrix, _ target: [Double], _ weights: [Double]?) -> Moments.Sums {
    let (n, d) = (features.rows, features.columns)
    let joint = features.rows == 0 ? [] : (0..<n).map { features.row($0) + [target[$0]] }
    let w = weights ?? [Double](repeating: 1, count: n)
    let total = w.reduce(0, +)
    guard total > 0 else { return .init(means: [Double](repeating: 0, count: d + 1), products: []) }
    var means = joint[0]
    for _ in 0..<3 {
      means = (0...d).map { column in
        means[column] + (0..<n).reduce(0) { $0 + w[$1] * (joint[$1][column] - means[column]) } / total
      }
    }
    var products = [[Double]](repeating: [Double](repeating: 0, count: d + 1), count: d + 1)
    for row in 0..<n {
      for i in 0...d {
        let left: Double = w[row] * (joint[row][i] - means[i])
        for j in 0...d { products[i][j] += left * (joint[row][j] - means[j]) }
      }
    }
    return .init(means: means, products: products)
  }

  private func expect(_ moments: Moments, _ sums: Moments.Sums, tolerance: Double = 1e-11) {
    let d = moments.columns
    #expect(distance(moments.means + [moments.targetMean], sums.means) < tolerance)
    guard !sums.products.isEmpty else { return #expect(moments.weight == 0) }
    for i in 0..<d {
      #expect(distance(moments.scatter.row(i), Array(sums.products[i][0..<d])) < tolerance)
    }
    #expect(distance(moments.crossProducts, (0..<d).map { sums.products[$0][d] }) < tolerance)
    #expect(distance([moments.targetScatter], [sums.products[d][d]]) < tolerance)
  }

  private func sample(
    _ rows: Int, _ columns: Int, offset: Double, _ random: inout RandomStream
  ) -> (Matrix, [Double], [Double]) {
    var features = randomMatrix(rows, columns, &random)
    features.withMutableElements { for index in $0.indices { $0[index] += offset } }
    let target = (0..<rows).map { _ in offset + random.normal() }
    let weights = (0..<rows).map { _ in random.bernoulli(0.2) ? 0 : random.exponential() }
    return (features, target, weights)
  }

  @Test(arguments: [0.0, 1e8]) func equalTwoPasses(offset: Double) throws {
    for seed in 0..<40 {
      var random = RandomStream(seed: UInt64(seed)).child("moments")
      let (rows, columns) = (random.integer(below: 60), random.integer(below: 30))
      let (features, target, weights) = sample(rows, columns, offset: offset, &random)
      // With a mean of 1e8 the data themselves are known to 1e-8 only; the sums of them are not worse.
      let weighted = try Moments(features: features, target: target, weights: weights)
      expect(weighted, reference(features, target, weights))
      let plain = try Moments(features: features, target: target)
      expect(plain, reference(features, target, nil))
      #expect(plain.weight == Double(rows) && plain.rowCount == rows)
    }
  }

  @Test func bitsDoNotDependOnWorkersOrBlocks() throws {
    var random = RandomStream(seed: 3)
    let (features, target, weights) = sample(13_000, 5, offset: 1e3, &random)
    let one = try Moments(features: features, target: target, weights: weights)
    for workers in [2, 5] {
      #expect(try Moments(features: features, target: target, weights: weights, workers: workers) == one)
    }
    var accumulator = MomentAccumulator(columns: 5, workers: 2)
    var start = 0
    while start < target.count {
      let range = Array(start..<min(start + 1 + random.integer(below: 6000), target.count))
      try accumulator.add(
        features: features.rows(at: range), target: range.map { target[$0] },
        weights: range.map { weights[$0] })
      start += range.count
    }
    #expect(try accumulator.moments() == one)
    expect(one, reference(features, target, weights))
  }

  @Test func addingAndRemovingEqualsComputingAfresh() throws {
    for seed in 0..<30 {
      var random = RandomStream(seed: UInt64(seed)).child("merge")
      let (rows, columns) = (2 + random.integer(below: 40), random.integer(below: 6))
      let (features, target, weights) = sample(rows, columns, offset: 50, &random)
      let cut = random.integer(below: rows + 1)
      let part = { (range: Range<Int>) in
        try Moments(
          features: features.rows(at: Array(range)), target: Array(target[range]),
          weights: Array(weights[range]))
      }
      let (head, tail) = (try part(0..<cut), try part(cut..<rows))
      var joined = head
      joined.add(tail)
      expect(joined, reference(features, target, weights))
      #expect(joined.rowCount == rows)
      joined.remove(tail)
      #expect(joined.rowCount == cut)
      guard head.weight > 0.5 else { continue }
      #expect(distance(joined.scatter, head.scatter) < 1e-9)
      #expect(distance(joined.means, head.means) < 1e-9)
      #expect(distance(joined.crossProducts, head.crossProducts) < 1e-9)
      #expect(joined.scatter == joined.scatter.transposed())
    }
  }

  @Test func constantColumnsHaveNoScatter() throws {
    let features = Matrix(rows: 9000, columns: 2, repeating: 0.1)
    let moments = try Moments(features: features, target: [Double](repeating: 1e9 / 3, count: 9000))
    #expect(moments.scatter == Matrix(rows: 2, columns: 2))
    #expect(moments.means == [0.1, 0.1] && moments.targetScatter == 0)
  }

  @Test func badNumbersAreErrors() {
    var features = Matrix(rows: 5000, columns: 2, repeating: 1)
    let target = [Double](repeating: 1, count: 5000)
    #expect(throws: LinearAlgebraError.invalidWeight(row: 4999)) {
      try Moments(features: features, target: target, weights: Array(target.dropLast()) + [-1])
    }
    features[4500, 1] = 1e200
    #expect(throws: LinearAlgebraError.overflow(what: "sums of squares of the features or the target")) {
      try Moments(features: features, target: target)
    }
    features[4500, 1] = .nan
    #expect(throws: LinearAlgebraError.notFinite(row: 4500, column: 1)) {
      try Moments(features: features, target: target, workers: 2)
    }
    #expect(throws: LinearAlgebraError.notFinite(row: 0, column: 2)) {
      try Moments(features: .init(rows: 1, columns: 2), target: [.infinity])
    }
  }
}

extension Moments {
  /// Means and centred products of the features and, last, the target.
  fileprivate struct Sums {
    let means: [Double]
    let products: [[Double]]
  }
}
