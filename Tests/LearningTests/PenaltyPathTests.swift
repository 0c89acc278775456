import Learning
import LinearAlgebra
import Testing

@Suite("Choice of a penalty by cross-validation")
struct PenaltyPathTests {
  let reference: LinearFixtures.Paths
  let data: RegressionData

  init() throws {
    reference = try LinearFixtures.load().paths
    data = RegressionData(features: Matrix(reference.features), target: reference.target)
  }

  @Test("penalties, errors and choice equal scikit-learn's LassoCV and ElasticNetCV")
  func sparsePaths() throws {
    let cases = [
      (PenaltyPath.lasso, reference.lasso),
      (PenaltyPath(.elasticNet(mixing: 0.5)), reference.elasticNet),
    ]
    for (family, expected) in cases {
      var path = family
      path.tolerance = 1e-10
      let fit = try path.fit(data, folds: reference.folds)
      #expect(relativeDistance(fit.curve.penalties, expected.penalties) < 1e-12)
      #expect(relativeDistance(fit.curve.errors, expected.errors) < 1e-9)
      #expect(abs(fit.penalty - expected.best) < 1e-12 * expected.best)
      #expect(relativeDistance(fit.model.weights, expected.fit.weights) < 1e-8)
    }
  }

  @Test("ridge errors equal those of scikit-learn's Ridge on the same folds")
  func ridgePath() throws {
    let path = PenaltyPath(.ridge, penalties: reference.ridgePenalties)
    let fit = try path.fit(data, folds: reference.folds)
    #expect(relativeDistance(fit.curve.errors, reference.ridgeErrors) < 1e-10)
    #expect(try PenaltyPath.ridge.fit(data).curve.penalties.count == 100)
  }

  @Test("the result does not depend on the number of workers")
  func workers() throws {
    #expect(try PenaltyPath.lasso.fit(data, workers: 1) == PenaltyPath.lasso.fit(data, workers: 2))
  }

  @Test("the one-standard-error rule chooses a penalty at least as large, within the error bar")
  func oneStandardError() throws {
    let lowest = try PenaltyPath.lasso.fit(data)
    let simple = try PenaltyPath(.elasticNet(mixing: 1), rule: .oneStandardError).fit(data)
    #expect(simple.penalty >= lowest.penalty)
    let bound = lowest.curve.errors[lowest.chosen] + lowest.curve.standardErrors[lowest.chosen]
    #expect(simple.curve.errors[simple.chosen] <= bound)
  }

  @Test("shuffled folds are a partition that the seed decides")
  func shuffledFolds() throws {
    var (first, second) = (RandomStream(seed: 3), RandomStream(seed: 3))
    let folds = try Folds.shuffled(rows: 23, folds: 4, using: &first)
    #expect(try folds == Folds.shuffled(rows: 23, folds: 4, using: &second))
    #expect(folds.rows.map(\.count) == [6, 6, 6, 5])
    #expect(folds.rows.flatMap(\.self).sorted() == Array(0..<23))
  }

  @Test("impossible folds and penalties are refused")
  func refusals() {
    #expect(throws: LearningError.tooFewRows(method: "5-fold cross-validation", needed: 5, found: 3)) {
      try PenaltyPath.lasso.fit(data.rows(at: [0, 1, 2]))
    }
    #expect(throws: LearningError.self) { try PenaltyPath.lasso.fit(data, folds: 1) }
    #expect(throws: LearningError.self) { try PenaltyPath(.elasticNet(mixing: 0)).fit(data) }
    #expect(throws: LearningError.self) { try PenaltyPath(.ridge, penalties: [1, -1]).fit(data) }
    #expect(throws: LearningError.self) { try PenaltyPath(.ridge, penalties: []).fit(data) }
    var spoilt = data
    spoilt.features[7, 2] = .nan
    #expect(throws: LearningError.featureNotFinite(row: 7, column: 2)) { try PenaltyPath.lasso.fit(spoilt) }
  }
}
