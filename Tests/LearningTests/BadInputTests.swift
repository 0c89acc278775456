import Learning
import LinearAlgebra
import Methods
import Testing

@Suite("Bad input to the linear learners")
struct BadInputTests {
  static let learners = LinearPropertyTests.learners
  let good = LinearPropertyTests.sample(rows: 20, columns: 3)

  @Test("no row and one row are refused", arguments: learners)
  func tooFewRows(learner: LinearLearner) {
    for count in 0..<2 {
      #expect(throws: LearningError.tooFewRows(method: "a linear fit", needed: 2, found: count)) {
        try learner.fit(good.rows(at: Array(0..<count)))
      }
    }
  }

  @Test(
    "NaN and infinity are named by row and column", arguments: learners, [Double.nan, .infinity, -.infinity])
  func notFinite(learner: LinearLearner, value: Double) {
    var data = good
    data.features[13, 2] = value
    #expect(throws: LearningError.featureNotFinite(row: 13, column: 2)) { try learner.fit(data) }
    data = good
    data.target[4] = value
    #expect(throws: LearningError.targetNotFinite(row: 4)) { try learner.fit(data) }
    data = good
    data.weights = (0..<20).map { $0 == 6 ? value : 1 }
    #expect(throws: LearningError.self) { try learner.fit(data) }
  }

  @Test("values whose squares overflow are refused")
  func overflow() {
    var data = good
    data.features[0, 0] = 1e200
    #expect(throws: LearningError.valuesTooLarge) { try OrdinaryLeastSquares().fit(data) }
  }

  @Test("negative and missing weights are refused, zero weights leave a row out")
  func weights() throws {
    var data = good
    data.weights = (0..<20).map { $0 == 6 ? -1 : 1 }
    #expect(throws: LearningError.invalidWeight(row: 6, value: -1)) { try Ridge().fit(data) }
    data.weights = .init(repeating: 0, count: 20)
    #expect(throws: LearningError.allWeightsZero) { try Ridge().fit(data) }
    data.weights = (0..<20).map { $0 < 5 ? 0 : 1 }
    let kept = try Ridge().fit(good.rows(at: Array(5..<20)))
    #expect(try relativeDistance(Ridge().fit(data).weights, kept.weights) < 1e-12)
  }

  @Test("parameters outside their range are refused")
  func parameters() throws {
    let learners: [any MomentLearner] = [
      Ridge(penalty: -1), Ridge(penalty: .nan), Lasso(penalty: -0.1), ElasticNet(penalty: .infinity),
      ElasticNet(mixing: 1.5), ElasticNet(tolerance: 0), ElasticNet(sweeps: 0),
    ]
    for learner in learners { #expect(throws: LearningError.self) { try learner.fit(good) } }
    let start = LinearModel(weights: [1], intercept: 0)
    #expect(throws: LearningError.featureCountMismatch(expected: 3, found: 1)) {
      try Lasso(penalty: 0.1).solve(good, start: start)
    }
  }

  @Test("a constant target, constant features and no features give the mean", arguments: learners)
  func degenerate(learner: LinearLearner) throws {
    let constant = RegressionData(features: good.features, target: .init(repeating: 0.1, count: 20))
    #expect(try abs(learner.fit(constant).predict(good.features)[3] - 0.1) < 1e-14)
    let mean = good.target.reduce(0, +) / 20
    for columns in [0, 2] {
      let flat = RegressionData(
        features: Matrix(rows: 20, columns: columns, repeating: 0.3), target: good.target)
      let model = try learner.fit(flat)
      #expect(model.weights == .init(repeating: 0, count: columns))
      #expect(abs(model.intercept - mean) < 1e-12)
    }
  }

  @Test("a fit that had to stop says so")
  func stopped() throws {
    let data = LinearPropertyTests.sample(rows: 60, columns: 30)
    var doubled = data
    for row in 0..<60 { doubled.features[row, 1] = doubled.features[row, 0] * (1 + 1e-9) }
    let fit = try ElasticNet(penalty: 1e-6, mixing: 1, tolerance: 1e-14, sweeps: 1).solve(doubled)
    #expect(fit.warnings.contains { if case .notConverged = $0 { true } else { false } })
    #expect(fit.warnings.allSatisfy { $0.description.contains("convergence") })
  }

  @Test("the catalogue makes learners from ids and lists the known ones")
  func catalogue() throws {
    #expect(
      try LearnerCatalogue.linear(id: "elastic-net", penalty: 2, mixing: 0.1)
        == .elasticNet(penalty: 2, mixing: 0.1))
    #expect(
      LearnerCatalogue.cards.map(\.id) == [
        "ols", "ridge", "lasso", "elastic-net", "huber", "ransac", "theil-sen", "lts",
      ])
    for card in LearnerCatalogue.cards {
      var random = RandomStream(seed: 1)
      let model = try LearnerCatalogue.learner(id: card.id, penalty: 0.01).fit(good, using: &random)
      #expect(model.featureCount == 3)
      #expect(card.family == .learner && !card.citation.isEmpty)
      #expect(try LearnerCatalogue.card(id: card.id) == card)
    }
    let error = #expect(throws: LearningError.self) { try LearnerCatalogue.linear(id: "forest") }
    #expect(error?.description == "no learner is called 'forest'; known are ols, ridge, lasso, elastic-net")
    #expect(throws: LearningError.self) { try LearnerCatalogue.linear(id: "ridge", penalty: -1) }
  }

  @Test("metrics of a small example")
  func metrics() throws {
    // Origin: scikit-learn 1.9.1 r2_score([10, 20, 30], [11, 15, 30]) = 0.87.
    let metrics = try RegressionMetrics(predictions: [11, 15, 30], truth: [10, 20, 30])
    #expect(abs(metrics.meanSquaredError - 26.0 / 3) < 1e-14)
    #expect(metrics.meanAbsoluteError == 2)
    #expect(abs(metrics.rSquared - 0.87) < 1e-14)
    #expect(abs(metrics.shareWithin20Percent - 2.0 / 3) < 1e-14)
    #expect(throws: LearningError.self) { try RegressionMetrics(predictions: [], truth: []) }
    for wrong in [Double.nan, .infinity, -.infinity] {
      #expect(throws: LearningError.answerNotFinite(row: 1)) {
        try RegressionMetrics(predictions: [11, wrong, 30], truth: [10, 20, 30])
      }
    }
  }
}
