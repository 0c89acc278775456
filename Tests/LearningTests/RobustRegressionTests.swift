import LinearAlgebra
import Testing

@testable import Learning

@Suite("Robust regression")
struct RobustRegressionTests {
  /// A plane with noise and a third of the rows far away.
  private func contaminated(rows: Int = 120) -> (data: RegressionData, outliers: Set<Int>) {
    var random = RandomStream(seed: 5).child("robust")
    var features = Matrix(rows: rows, columns: 3)
    var target = [Double]()
    for row in 0..<rows {
      for column in 0..<3 { features[row, column] = random.uniform(-1, 1) }
      let value = 2 + 3 * features[row, 0] - features[row, 1] + random.uniform(-0.1, 0.1)
      target.append(row % 3 == 0 ? value + 20 + 5 * features[row, 2] : value)
    }
    return (RegressionData(features: features, target: target), Set((0..<rows).filter { $0 % 3 == 0 }))
  }

  @Test("Huber has scikit-learn's weights, intercept and scale")
  func huber() throws {
    let reference = try LinearFixtures.load().huber
    let features = Matrix(reference.features)
    let learner = HuberRegression(threshold: reference.epsilon, penalty: reference.penalty)
    for (weights, expected) in [(nil, reference.plain), (reference.sampleWeights, reference.weighted)] {
      let data = RegressionData(features: features, target: reference.target, weights: weights)
      let found = try learner.solve(data)
      #expect(relativeDistance(found.fit.model.weights, expected.weights) < 1e-5)
      #expect(abs(found.fit.model.intercept - expected.intercept) < 1e-5)
      #expect(abs(found.scale - (expected.scale ?? 0)) < 1e-5)
      #expect(found.fit.warnings.isEmpty)
    }
  }

  @Test("Theil-Sen over all subsets equals scikit-learn's")
  func theilSen() throws {
    let reference = try LinearFixtures.load().theilSen
    var random = RandomStream(seed: 1)
    let model = try TheilSenRegression().fit(reference.data, using: &random)
    #expect(relativeDistance(model.weights, reference.fit.weights) < 1e-6)
    #expect(abs(model.intercept - reference.fit.intercept) < 1e-6)
  }

  @Test("least trimmed squares finds the best of all subsets")
  func leastTrimmedSquares() throws {
    let reference = try LinearFixtures.load().trimmed
    var random = RandomStream(seed: 1)
    let learner = LeastTrimmedSquares(kept: reference.kept, starts: 100)
    let fit = try learner.solve(reference.data, using: &random)
    #expect(relativeDistance(fit.model.weights, reference.fit.weights) < 1e-8)
    #expect(fit.kept.allSatisfy { ![1, 5, 9].contains($0) })
  }

  @Test("RANSAC and least trimmed squares drop gross outliers and fit the other rows")
  func outliers() throws {
    let (data, outliers) = contaminated()
    var random = RandomStream(seed: 9)
    let consensus = try RANSACRegression(threshold: 1).solve(data, using: &random)
    #expect(consensus.kept == (0..<data.count).filter { !outliers.contains($0) })
    #expect(try consensus.model == OrdinaryLeastSquares().fit(data.rows(at: consensus.kept)))
    let trimmed = try LeastTrimmedSquares(starts: 50).solve(data, using: &random)
    #expect(trimmed.kept.allSatisfy { !outliers.contains($0) })
    #expect(relativeDistance(trimmed.model.weights, [3, -1, 0]) < 0.05)
    let sparse = try LeastTrimmedSquares(starts: 20, base: .lasso(penalty: 0.01)).fit(data, using: &random)
    #expect(relativeDistance(sparse.weights, [3, -1, 0]) < 0.1)
  }

  @Test("the same seed gives the same model, with any number of workers")
  func determinism() throws {
    let (data, _) = contaminated(rows: 60)
    func models(_ workers: Int) throws -> [LinearModel] {
      var random = RandomStream(seed: 2)
      return [
        try RANSACRegression().fit(data, using: &random),
        try TheilSenRegression(subsets: 300, workers: workers).fit(data, using: &random),
        try LeastTrimmedSquares(starts: 20, workers: workers).fit(data, using: &random),
      ]
    }
    #expect(try models(1) == models(2))
  }

  @Test("Huber on an exact plane is least squares")
  func exactPlane() throws {
    let features = Matrix([[0, 1], [1, 0], [2, 2], [3, 1], [1, 5]])
    let data = RegressionData(
      features: features, target: (0..<5).map { 1 + 2 * features[$0, 0] - features[$0, 1] })
    let model = try HuberRegression(penalty: 0).solve(data).fit.model
    #expect(relativeDistance(model.weights, [2, -1]) < 1e-10)
  }

  @Test("settings and data that a robust learner cannot use are refused")
  func refusals() throws {
    var random = RandomStream(seed: 1)
    let wide = RegressionData(features: Matrix(rows: 40, columns: 21), target: .init(repeating: 0, count: 40))
    #expect(throws: LearningError.self) { try TheilSenRegression().fit(wide, using: &random) }
    #expect(throws: LearningError.self) { try HuberRegression(threshold: 0.5).solve(wide) }
    #expect(throws: LearningError.self) { try RANSACRegression(trials: 0).solve(wide, using: &random) }
    #expect(throws: LearningError.self) { try LeastTrimmedSquares(kept: 41).solve(wide, using: &random) }
    var weighted = wide
    weighted.weights = .init(repeating: 1, count: 40)
    #expect(throws: LearningError.weightsUnsupported(method: "RANSAC")) {
      try RANSACRegression().solve(weighted, using: &random)
    }
    let line = RegressionData(features: Matrix([[1], [2], [3]]), target: [1, 5, 2])
    #expect(throws: LearningError.self) {
      try RANSACRegression(threshold: 1e-9, subsetSize: 3).solve(line, using: &random)
    }
  }

  @Test("points that coincide hold the spatial median with the strength of their number")
  func coincidingPoints() {
    var random = RandomStream(seed: 4)
    let zero = [[Double]](repeating: [0, 0, 0], count: 700)
    let others = (0..<300).map { _ in (0..<3).map { _ in 0.5 + random.normal() } }
    let median = SpatialMedian(zero + others)
    #expect(median.isConverged)
    #expect(norm2(median.point) < 1e-9)
  }
}
