import Learning
import LinearAlgebra
import Testing

@Suite("Properties of the linear learners")
struct LinearPropertyTests {
  static let learners: [LinearLearner] = [
    .leastSquares, .ridge(penalty: 3), .lasso(penalty: 0.05), .elasticNet(penalty: 0.08, mixing: 0.6),
  ]

  /// Correlated features, some weights zero, noise.
  static func sample(rows: Int = 90, columns: Int = 12, offset: Double = 0) -> RegressionData {
    var random = RandomStream(seed: 11).child(rows).child(columns)
    var features = Matrix(rows: rows, columns: columns)
    var target = [Double](repeating: 4, count: rows)
    for row in 0..<rows {
      let common = random.uniform(-1, 1)
      for column in 0..<columns {
        features[row, column] = offset + common + random.uniform(-1, 1)
        if column % 3 == 0 { target[row] += Double(column - 4) * (features[row, column] - offset) / 4 }
      }
      target[row] += random.uniform(-0.5, 0.5)
    }
    return RegressionData(features: features, target: target)
  }

  @Test(
    "the gradient of the error equals the penalty on the support and stays inside it elsewhere",
    arguments: learners)
  func stationarity(learner: LinearLearner) throws {
    let data = Self.sample()
    let model = try learner.fit(data)
    let (absolute, square) = learner.penalties(rows: data.count)
    let residuals = zip(data.target, model.predict(data.features)).map { $0 - $1 }
    #expect(abs(residuals.reduce(0, +)) < 1e-9)
    let gradient = data.features.transposedTimes(residuals).map { $0 / Double(data.count) }
    for (slope, weight) in zip(gradient, model.weights) {
      if weight == 0 {
        #expect(abs(slope) <= absolute * (1 + 1e-9))
      } else {
        #expect(abs(slope - square * weight - (weight > 0 ? absolute : -absolute)) < 1e-11)
      }
    }
  }

  @Test("a start does not change the answer, from rows or from moments", arguments: learners)
  func warmStart(learner: LinearLearner) throws {
    let data = Self.sample()
    let cold = try learner.fit(data)
    let far = LinearModel(weights: (0..<12).map { Double($0) - 6 }, intercept: 9)
    for start in [far, cold] {
      let warm = try learner.solve(data, start: start).model
      #expect(relativeDistance(warm.weights, cold.weights) < 1e-9)
      #expect(
        try relativeDistance(learner.fit(moments: data.moments(), start: start).weights, cold.weights) < 1e-9)
    }
  }

  @Test(
    "the order of the rows, the number of workers and weights of two for doubled rows do not matter",
    arguments: learners)
  func rowOrder(learner: LinearLearner) throws {
    let data = Self.sample()
    let expected = try learner.fit(data)
    var random = RandomStream(seed: 4)
    let shuffled = try learner.fit(data.rows(at: random.permutation(data.count)))
    #expect(relativeDistance(shuffled.weights, expected.weights) < 1e-9)
    #expect(try learner.fit(data, workers: 2) == expected)
    let doubled = data.appending(data.rows(at: Array(0..<30)))
    let weighted = RegressionData(
      features: data.features, target: data.target, weights: (0..<data.count).map { $0 < 30 ? 2 : 1 })
    #expect(try relativeDistance(learner.fit(weighted).weights, learner.fit(doubled).weights) < 1e-9)
  }

  @Test("standardised learners do not see the units of a feature")
  func units() throws {
    let data = Self.sample()
    var scaled = data
    for row in 0..<data.count { scaled.features[row, 3] *= 1000 }
    let learners: [any MomentLearner] = [
      OrdinaryLeastSquares(), Ridge(penalty: 5, standardise: true), Lasso(penalty: 0.1, standardise: true),
      ElasticNet(penalty: 0.1, mixing: 0.3, standardise: true),
    ]
    for learner in learners {
      let (first, second) = (try learner.fit(data), try learner.fit(scaled))
      #expect(relativeDistance(second.predict(scaled.features), first.predict(data.features)) < 1e-9)
    }
  }

  @Test("data far from the origin loses no digits", arguments: learners)
  func offset(learner: LinearLearner) throws {
    let near = try learner.fit(Self.sample())
    let far = try learner.fit(Self.sample(offset: 4096))
    #expect(relativeDistance(far.weights, near.weights) < 1e-8)
  }

  @Test("a vanishing ridge is least squares, a large LASSO penalty leaves the mean")
  func limits() throws {
    let data = Self.sample()
    let exact = try OrdinaryLeastSquares().fit(data)
    #expect(try relativeDistance(Ridge(penalty: 1e-10).fit(data).weights, exact.weights) < 1e-10)
    #expect(try relativeDistance(Lasso(penalty: 0).fit(data).weights, exact.weights) < 1e-10)
    let empty = try Lasso(penalty: 1e6).fit(data)
    #expect(empty.weights.allSatisfy { $0 == 0 })
    #expect(abs(empty.intercept - data.target.reduce(0, +) / Double(data.count)) < 1e-12)
    let smooth = try ElasticNet(penalty: 0.2, mixing: 0).fit(data)
    #expect(try smooth == Ridge(penalty: 0.2 * Double(data.count)).fit(data))
  }

  @Test("nearly dependent features keep eight digits, with rows at hand")
  func illConditioned() throws {
    // Origin: the weights are exact by construction; the target has no noise.
    var data = Self.sample(rows: 60, columns: 5)
    let weights = [1, -2, 3, 0.5, 4.0]
    for row in 0..<60 { data.features[row, 4] = data.features[row, 0] + 1e-5 * data.features[row, 4] }
    data.target = data.features.times(weights)
    let fit = try OrdinaryLeastSquares().solve(data)
    #expect(fit.condition > 1e9)
    #expect(relativeDistance(fit.model.weights, weights) < 1e-8)
  }

  @Test("taking a fold out of the moments equals never having seen it")
  func foldMoments() throws {
    let data = Self.sample(offset: 50)
    let (fold, rest) = (data.rows(at: Array(0..<25)), data.rows(at: Array(25..<90)))
    var moments = try data.moments()
    try moments.remove(fold.moments())
    let model = try LinearLearner.lasso(penalty: 0.05).fit(moments: moments)
    let expected = try LinearLearner.lasso(penalty: 0.05).fit(rest)
    #expect(relativeDistance(model.weights, expected.weights) < 1e-9)
    #expect(try abs(fold.moments().meanSquaredError(model) - model.meanSquaredError(on: fold)) < 1e-10)
  }

  @Test("collinear LASSO features end by the duality gap")
  func collinear() throws {
    var data = Self.sample()
    for row in 0..<data.count { data.features[row, 1] = data.features[row, 0] }
    let fit = try Lasso(penalty: 0.01).solve(data)
    #expect(fit.warnings.isEmpty)
    let single = try Lasso(penalty: 0.01).solve(
      RegressionData(features: data.features.columns(at: [0] + Array(2..<12)), target: data.target))
    let (a, b) = (fit.model, single.model)
    #expect(abs(a.weights[0] + a.weights[1] - b.weights[0]) < 1e-4)
  }
}
