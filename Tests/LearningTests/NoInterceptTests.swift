import Foundation
import Learning
import LinearAlgebra
import Methods
import TestSupport
import Testing

/// Models without an intercept beside scikit-learn's, by `Tests/Fixtures/make/no_intercept.py`.
@Suite("Models without an intercept")
struct NoInterceptTests {
  private struct Fixtures: Decodable {
    let source: String
    let features: [[Double]]
    let target: [Double]
    let labels: [Int]
    let weights: [Double]
    let ols: [Double]
    let ridge: [Double]
    let lasso: [Double]
    let elasticNet: [Double]
    let logistic: [[Double]]
    let sparse: [[Double]]
    let softmax: [[Double]]
    let oneVsRest: [[Double]]

    var data: RegressionData {
      RegressionData(features: Matrix(features), target: target, weights: weights)
    }

    func classes(binary: Bool, weighted: Bool) -> ClassificationData {
      ClassificationData(
        features: Matrix(features), labels: binary ? labels.map { $0 == 0 ? 1 : 0 } : labels,
        classCount: binary ? 2 : 3, weights: weighted ? weights : nil)
    }

    static func load() throws -> Fixtures {
      try FixtureFile.decode("no-intercept.json")
    }
  }

  @Test("linear learners have scikit-learn's weights, from rows and from moments")
  func linear() throws {
    let fixtures = try Fixtures.load()
    let cases: [(LinearLearner, [Double])] = [
      (.leastSquares, fixtures.ols), (.ridge(penalty: 3), fixtures.ridge),
      (.lasso(penalty: 0.2), fixtures.lasso), (.elasticNet(penalty: 0.2, mixing: 0.4), fixtures.elasticNet),
    ]
    let data = fixtures.data
    for (base, expected) in cases {
      let learner = LinearLearner.throughOrigin(base)
      for model in [
        try learner.fit(data), try learner.fit(moments: data.moments()),
        try learner.fit(moments: data.moments().aboutZero),
        try learner.fit(moments: data.moments(), start: nil, tolerance: 1e-13),
      ] {
        #expect(model.intercept == 0)
        #expect(relativeDistance(model.weights, expected) < 1e-9, "\(base)")
      }
      #expect(try base.fit(data).intercept != 0)
    }
  }

  @Test("classifiers have scikit-learn's weights")
  func classifiers() throws {
    let fixtures = try Fixtures.load()
    var logistic = LogisticRegression(penalty: 0.5, intercept: false, gradientTolerance: 1e-12)
    func check(_ model: LinearClassifier, _ expected: [[Double]], _ tolerance: Double) {
      #expect(model.intercepts.allSatisfy { $0 == 0 })
      #expect(relativeDistance(model.weights.elements, expected.flatMap { $0 }) < tolerance)
    }
    check(try logistic.solve(fixtures.classes(binary: true, weighted: true)).model, fixtures.logistic, 1e-8)
    check(
      try OneVsRest(binary: logistic).solve(fixtures.classes(binary: false, weighted: false)).model,
      fixtures.oneVsRest, 1e-8)
    let softmax = SoftmaxRegression(penalty: 0.5, intercept: false, gradientTolerance: 1e-12)
    check(try softmax.solve(fixtures.classes(binary: false, weighted: true)).model, fixtures.softmax, 1e-8)
    logistic.penalty = 2
    logistic.norm = .absolute
    check(try logistic.solve(fixtures.classes(binary: true, weighted: false)).model, fixtures.sparse, 1e-5)
  }

  @Test("many subsets of the rows have the models of single fits")
  func subsets() throws {
    let data = try Fixtures.load().classes(binary: true, weighted: false)
    let learner = LogisticRegression(penalty: 0.5, intercept: false)
    let subsets = [Array(0..<40), Array(20..<60)]
    for (rows, model) in zip(subsets, try learner.solve(data, subsets: subsets)) {
      let single = try learner.solve(data.rows(at: rows)).model
      #expect(model.intercepts == [0])
      #expect(relativeDistance(model.weights.elements, single.weights.elements) < 1e-6)
    }
  }

  @Test("a penalty is chosen for models without an intercept")
  func path() throws {
    let data = try Fixtures.load().data
    for family in [PenaltyPath.Family.ridge, .elasticNet(mixing: 1), .elasticNet(mixing: 0.5)] {
      var path = PenaltyPath(family)
      path.intercept = false
      let fit = try path.fit(data)
      #expect(fit.model.intercept == 0 && !fit.learner.hasIntercept)
      #expect(relativeDistance(fit.model.weights, try fit.learner.fit(data).weights) < 1e-8)
    }
  }

  @Test(
    "every recipe with an intercept can leave it out",
    arguments: ["ols", "ridge", "lasso", "elastic-net", "logistic", "softmax", "ovr"])
  func recipes(id: String) throws {
    let fixtures = try Fixtures.load()
    let choice = try Learners.builtIn.make(id, settings: MethodSettings(["intercept=false"]))
    var random = RandomStream(seed: 1)
    switch choice {
    case .regressor(let recipe):
      let trained = try recipe.train(fixtures.data, columns: .unnamed, workers: 1, using: &random)
      guard case .linear(let model) = trained.model else { return #expect(Bool(false), "\(trained.model)") }
      #expect(model.intercept == 0)
    case .classifier(let recipe):
      let trained = try recipe.train(
        fixtures.classes(binary: id == "logistic", weighted: false), columns: .unnamed, workers: 1,
        using: &random)
      guard case .linearClassifier(let model) = trained.model else {
        return #expect(Bool(false), "\(trained.model)")
      }
      #expect(model.intercepts.allSatisfy { $0 == 0 })
    }
  }

  @Test("a recipe says whether its model has an intercept, whatever came before in its settings")
  func recipes() throws {
    for entry in Learners.builtIn.entries {
      let isAsked = entry.parameters.contains { $0.name == "intercept" }
      #expect(try Learners.builtIn.make(entry.id).hasIntercept)
      guard isAsked else { continue }
      for (settings, expected) in [
        (["intercept=false"], false), (["intercept=false", "intercept=true"], true),
        (["intercept=true", "intercept=false"], false),
      ] {
        let recipe = try Learners.builtIn.make(entry.id, settings: MethodSettings(settings))
        #expect(recipe.hasIntercept == expected, "\(entry.id) \(settings)")
      }
    }
  }
}
