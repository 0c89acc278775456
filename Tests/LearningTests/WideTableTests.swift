import Learning
import LinearAlgebra
import TestSupport
import Testing

/// Linear models of more features than rows beside scikit-learn 1.9.1's `LinearRegression`, `Ridge(solver="svd")`,
/// `Lasso` and `ElasticNet` (`tol=1e-14`) on numbers of a linear congruential generator.
@Suite("Linear models of few rows of many features")
struct WideTableTests {
  private static func data(rows: Int = 20, columns: Int = 600, weighted: Bool = false) -> RegressionData {
    var random = Congruential(seed: 7)
    var features = Matrix(rows: rows, columns: columns)
    for row in 0..<rows { for column in 0..<columns { features[row, column] = random.next() } }
    let target = (0..<rows).map { row in
      3 * features[row, 0] - 2 * features[row, 1] + features[row, 2] * features[row, 3] + 0.1 * random.next()
    }
    let weights = (0..<rows).map { _ in 0.5 + random.next() }
    return RegressionData(features: features, target: target, weights: weighted ? weights : nil)
  }

  /// Intercept, weights 1, 2 and 600, the sums of magnitudes and squares, and the number of weights that are not zero.
  private static func figures(_ model: LinearModel) -> [Double] {
    let weights = model.weights
    return [
      model.intercept, weights[0], weights[1], weights[599], weights.reduce(0) { $0 + abs($1) },
      weights.reduce(0) { $0 + $1 * $1 }, Double(weights.count { $0 != 0 }),
    ]
  }

  private static func agree(_ model: LinearModel, _ expected: [Double], _ tolerance: Double) {
    for (value, right) in zip(figures(model), expected) {
      #expect(abs(value - right) <= tolerance * max(1, abs(right)), "\(value) beside \(right)")
    }
  }

  @Test("Least squares and ridge equal scikit-learn's")
  func smooth() throws {
    let data = Self.data()
    Self.agree(
      try OrdinaryLeastSquares().fit(data),
      [
        1.2091948116528266, 0.10117117500025463, -0.06532943061783197, -0.01588266285980134,
        13.103998763923661, 0.44469914064473726, 600,
      ], 1e-10)
    Self.agree(
      try OrdinaryLeastSquares(intercept: false).fit(data),
      [
        0, 0.1055371615695143, -0.06217318201982511, -0.010902928309556595, 13.092750663350659,
        0.4545912626221007, 600,
      ], 1e-10)
    Self.agree(
      try Ridge(penalty: 1).fit(data),
      [
        1.2125252241768985, 0.09916110746201842, -0.06401234474730233, -0.015549696113874327,
        12.845251297497708, 0.42725722834238866, 600,
      ], 1e-10)
    Self.agree(
      try Ridge(penalty: 1, intercept: false).fit(data),
      [
        0, 0.10354226512149928, -0.06085757403307486, -0.010572350927646183, 12.836649302289372,
        0.4372396746793946, 600,
      ], 1e-10)
    Self.agree(
      try Ridge(penalty: 0.01).fit(Self.data(weighted: true)),
      [
        1.2091877602807162, 0.10115009922719961, -0.06531341120137818, -0.015878309086552196,
        13.10114514681807, 0.4445055557736034, 600,
      ], 1e-10)
  }

  @Test("LASSO and elastic net equal scikit-learn's")
  func sparse() throws {
    let data = Self.data()
    Self.agree(
      try Lasso(penalty: 0.01).fit(data),
      [
        0.3639968460405504, 2.5249667071962354, -1.2116851474365398, 0, 5.347735128647891, 8.171256946725794,
        15,
      ],
      1e-6)
    Self.agree(
      try Lasso(penalty: 0.001).fit(data),
      [
        0.23907669593638636, 2.5202006795765763, -1.2539299049215096, 0, 5.818077857076082,
        8.322136463283472, 19,
      ], 1e-6)
    Self.agree(
      try ElasticNet(penalty: 0.01, mixing: 0.5).fit(data),
      [
        0.4314105004521953, 0.7556884126151683, -0.26762767799008086, 0, 6.202182493510416,
        1.853100470907623, 45,
      ], 1e-6)
    Self.agree(
      try Lasso(penalty: 0.01).fit(Self.data(weighted: true)),
      [
        0.23452017224178356, 2.4632726395472284, -1.1471082358046578, 0, 5.264646240994733,
        7.734991923155358, 15,
      ], 1e-6)
  }

  @Test(
    "Rows and moments give the same model, with weights, constant columns, units and penalties of every size")
  func bothWays() throws {
    var data = Self.data(rows: 12, columns: 520, weighted: true)
    for row in 0..<data.count {
      data.features[row, 5] = 4
      data.features[row, 6] = 1000 + 50 * data.features[row, 6]
      data.features[row, 7] = data.features[row, 8]
    }
    data.weights?[3] = 0
    let learners: [any MomentLearner] =
      [1e-6, 1, 1e6].flatMap { penalty in
        [false, true].flatMap { standardise in
          [false, true].map { intercept in
            Ridge(penalty: penalty, standardise: standardise, intercept: intercept) as any MomentLearner
          }
        }
      } + [false, true].map { Lasso(penalty: 0.02, standardise: $0) }
      + [false, true].map { ElasticNet(penalty: 0.05, mixing: 0.3, intercept: $0) }
      + [false, true].map { OrdinaryLeastSquares(intercept: $0) }
    let moments = try data.moments()
    for learner in learners {
      let wide = try learner.fit(data, workers: 1)
      if let ridge = learner as? Ridge, ridge.penalty == 1e-6, ridge.standardise, !ridge.intercept {
        // Far from zero and without an intercept, moments have lost so weak a penalty. These are the weights by the dual
        // in 50 digits (mpmath 1.3).
        let exact = [
          (0, 0.03853039), (1, -0.01832417), (5, 0.00046323), (6, 0.00078482), (7, 0.00872426),
          (8, 0.00872426), (256, 0.0468783997),
        ]
        for (column, value) in exact { #expect(abs(wide.weights[column] - value) < 1e-8) }
        continue
      }
      let narrow = try learner.fit(moments: moments)
      let size = narrow.weights.reduce(abs(narrow.intercept)) { max($0, abs($1)) }
      let far = zip(wide.weights, narrow.weights).map { abs($0 - $1) }.max() ?? 0
      #expect(far <= 1e-6 * size, "\(learner): \(far) of \(size)")
      #expect(abs(wide.intercept - narrow.intercept) <= 1e-5 * max(size, abs(narrow.intercept)))
    }
  }

  @Test(
    "A path of penalties is the same from rows and from moments",
    arguments: [PenaltyPath.Family.ridge, .elasticNet(mixing: 1)])
  func paths(family: PenaltyPath.Family) throws {
    let data = Self.data(rows: 24, columns: 520)
    let folds = try Folds.contiguous(rows: data.count, folds: 4)
    let parts = try folds.rows.map { try data.rows(at: $0).moments() }
    var path = PenaltyPath(family, length: 12, ratio: 0.05)
    path.tolerance = 1e-9
    let (wide, narrow) = (try path.fit(data, folds: folds), try path.fit(total: data.moments(), folds: parts))
    #expect(wide.chosen == narrow.chosen)
    for (one, other) in zip(wide.curve.penalties, narrow.curve.penalties) {
      #expect(abs(one / other - 1) < 1e-9)
    }
    for (one, other) in zip(wide.curve.errors, narrow.curve.errors) { #expect(abs(one / other - 1) < 1e-3) }
    let size = narrow.model.weights.reduce(0) { max($0, abs($1)) }
    #expect(zip(wide.model.weights, narrow.model.weights).allSatisfy { abs($0 - $1) <= 1e-6 * size })
    #expect(try path.fit(data, folds: folds, workers: 3) == wide)
  }

  @Test("Forty thousand features are fitted without a matrix of them", .timeLimit(.minutes(2)))
  func veryWide() throws {
    let data = Self.data(rows: 12, columns: 40_000)
    let exact = try OrdinaryLeastSquares().solve(data)
    #expect(exact.rank == 11)
    #expect(try RegressionMetrics(exact.model, on: data).meanSquaredError < 1e-20)
    #expect(try Lasso(penalty: 0.05).solve(data).warnings.isEmpty)
    #expect(try RegressionMetrics(Ridge(penalty: 1).fit(data), on: data).rSquared > 0.99)
  }

  @Test("Values that are no numbers, and too few rows, are told of as elsewhere")
  func faults() throws {
    var data = Self.data(rows: 4, columns: 600)
    data.features[2, 30] = .nan
    for learner in [OrdinaryLeastSquares(), Ridge(), Lasso()] as [any MomentLearner] {
      #expect(throws: LearningError.featureNotFinite(row: 2, column: 30)) {
        try learner.fit(data, workers: 1)
      }
      #expect(throws: LearningError.self) { try learner.fit(data.rows(at: [0]), workers: 1) }
    }
    #expect(throws: LearningError.self) { try Ridge(penalty: -1).fit(Self.data(rows: 4)) }
  }

  @Test("A matrix that memory does not hold is refused with a sentence")
  func memory() {
    #expect(!SystemMemory.holds(squareOf: .max, copies: 1))
    #expect(!SystemMemory.holds(squareOf: 10_000_000, copies: 4))
    #expect(SystemMemory.holds(squareOf: 100, copies: 4))
    let order = SystemMemory.largestSquare(copies: 4)
    #expect(
      SystemMemory.holds(squareOf: order - 1, copies: 4)
        && !SystemMemory.holds(squareOf: order + 2, copies: 4))
  }
}
