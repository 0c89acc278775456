import Learning
import LinearAlgebra
import Methods
import Testing

@testable import Privacy

@Suite("Private linear and logistic models")
struct PrivateLinearTests {
  static let bounds = PublicBounds(norm: 2, magnitude: 3, target: -4...4)

  /// Rows within the bounds with a linear target.
  static func regression(_ rows: Int = 400, seed: UInt64 = 1) -> RegressionData {
    var random = RandomStream(seed: seed).child("rows")
    let features = Matrix(
      rows: rows, columns: 3, elements: (0..<rows * 3).map { _ in random.uniform(-1, 1) })
    let target = (0..<rows).map { row in
      0.5 + 1.5 * features[row, 0] - features[row, 1] + 0.2 * random.normal()
    }
    return RegressionData(features: features, target: target)
  }

  static func classes(_ rows: Int = 400, seed: UInt64 = 1) -> ClassificationData {
    let data = regression(rows, seed: seed)
    return ClassificationData(
      features: data.features, labels: data.target.map { $0 > 0.5 ? 1 : 0 }, classCount: 2)
  }

  @Test("The budget that objective perturbation leaves, by the formula of Chaudhuri et al.")
  func budget() {
    // n Λ = 1 and c = 1/4: log(1 + 0.5 + 0.0625) = 0.4462871026284195.
    let large = ObjectivePerturbation.budget(epsilon: 1, rows: 1000, regularisation: 1e-3)
    #expect(abs(large.epsilon - 0.5537128973715805) < 1e-12 && large.penalty == 0)
    // Too small a budget moves into the penalty: 0.25 / (1000 (exp(0.025) − 1)) − 0.001.
    let small = ObjectivePerturbation.budget(epsilon: 0.1, rows: 1000, regularisation: 1e-3)
    #expect(small.epsilon == 0.05 && abs(small.penalty - 0.008875520793) < 1e-9)
  }

  @Test("With hardly any noise objective and output perturbation give the penalised optimum")
  func logisticOptimum() throws {
    let data = Self.classes()
    let bounds = PublicBounds(norm: 2)
    // Rows of norm 2 without an intercept: weights w / 2 of rows x / 2, so the penalty is 4 n Λ.
    let rows = data.features
    let optimum = try LogisticRegression(penalty: 4 * 400 * 0.01, gradientTolerance: 1e-10).solve(
      ClassificationData(
        features: rows.appending(rowsOf: Self.negated(rows)),
        labels: data.labels + data.labels.map { 1 - $0 }, classCount: 2,
        weights: [Double](repeating: 0.5, count: 800)))
    #expect(abs(optimum.model.intercepts[0]) < 1e-6)
    var random = RandomStream(seed: 3)
    let objective = try ObjectivePerturbation(epsilon: 1e4, regularisation: 0.01, hasIntercept: false)
      .fit(data, bounds: bounds, using: &random)
    let output = try OutputPerturbation(epsilon: 1e4, regularisation: 0.01, hasIntercept: false)
      .fit(data, bounds: bounds, using: &random)
    for (found, tolerance) in [(objective, 1e-3), (output, 1e-3)] {
      for (one, other) in zip(found.model.weights.elements, optimum.model.weights.elements) {
        #expect(abs(one - other) < tolerance * 3)
      }
      #expect(found.privacy.adjacency == .replaceOne && found.privacy.delta == 0)
    }
  }

  private static func negated(_ rows: Matrix) -> Matrix {
    Matrix(rows: rows.rows, columns: rows.columns, elements: rows.elements.map { -$0 })
  }

  @Test("Norm and direction of spherical noise")
  func sphere() {
    var random = RandomStream(seed: 5)
    let draws = (0..<4000).map { _ in random.sphericalLaplace(dimension: 5, scale: 0.5) }
    let norms = draws.map(norm2)
    // A gamma variable of shape 5 and scale 0.5 has mean 2.5 and variance 1.25.
    let mean = norms.reduce(0, +) / 4000
    let variance = norms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4000
    #expect(abs(mean - 2.5) < 0.07 && abs(variance - 1.25) < 0.15)
    let first = draws.reduce(0) { $0 + $1[0] } / 4000
    #expect(abs(first) < 0.07)
  }

  @Test(
    "AdaSSP's noise for sensitivity 1 and delta 1e-6, exact and as in the reference",
    arguments: [(1.0, 7.317, 11.852), (0.1, 62.88, 118.5)])
  func adaptiveNoise(epsilon: Double, exact: Double, reference: Double) {
    let ours = AdaSSP.noise(epsilon: epsilon, delta: 1e-6, calibration: .exact)
    let theirs = AdaSSP.noise(epsilon: epsilon, delta: 1e-6, calibration: .reference)
    #expect(abs(ours / exact - 1) < 1e-3 && abs(theirs / reference - 1) < 1e-3)
    // Three releases at the reference's noise are 0.596-private instead of 1-private.
    if epsilon == 1 {
      let spent = GaussianMechanism.epsilon(delta: 1e-6, sigma: theirs / 3.0.squareRoot())
      #expect(abs(spent - 0.596) < 1e-3)
    }
  }

  @Test("The reference's noise keeps its promise for large budgets too", arguments: [1.0, 20, 50, 100, 1000])
  func referenceKeepsPromise(epsilon: Double) {
    for delta in [1e-2, 1e-6] {
      let noise = AdaSSP.noise(epsilon: epsilon, delta: delta, calibration: .reference)
      #expect(
        GaussianMechanism.epsilon(delta: delta, sigma: noise / 3.0.squareRoot()) <= epsilon * (1 + 1e-9))
    }
  }

  @Test("With hardly any noise the functional mechanism and AdaSSP give least squares")
  func leastSquares() throws {
    let data = Self.regression()
    let exact = try OrdinaryLeastSquares().solve(data).model
    var random = RandomStream(seed: 4)
    let functional = try FunctionalMechanism(epsilon: 1e4).fit(data, bounds: Self.bounds, using: &random)
    let adaptive = try AdaSSP(epsilon: 1e4).fit(
      data, bounds: Self.bounds, publicRows: data.count, using: &random)
    for model in [functional.model, adaptive.model] {
      for (one, other) in zip(model.weights + [model.intercept], exact.weights + [exact.intercept]) {
        #expect(abs(one - other) < 0.02)
      }
    }
    #expect(functional.privacy.adjacency == .replaceOne && adaptive.privacy.adjacency == .addRemove)
    #expect(adaptive.privacy.bounds.contains { $0.contains("-4.0...4.0") })
  }

  @Test("The functional mechanism and objective perturbation classify with little noise")
  func classification() throws {
    let data = Self.classes(2000)
    let bounds = PublicBounds(norm: 2, magnitude: 3)
    var random = RandomStream(seed: 6)
    let functional = try FunctionalMechanism(epsilon: 10).fit(data, bounds: bounds, using: &random)
    let objective = try ObjectivePerturbation(epsilon: 5).fit(data, bounds: bounds, using: &random)
    for model in [functional.model, objective.model] {
      #expect(model.accuracy(on: Self.classes(1000, seed: 2)) > 0.85)
    }
    // With a tiny budget nothing is left but chance: the noise is symmetric, so that the mean is one half.
    let few = Self.classes(300)
    let accuracies = try (0..<100).map { seed -> Double in
      var random = RandomStream(seed: UInt64(seed))
      return try ObjectivePerturbation(epsilon: 0.001).fit(few, bounds: bounds, using: &random).model
        .accuracy(on: few)
    }
    #expect(abs(accuracies.reduce(0, +) / 100 - 0.5) < 0.1)
  }

  @Test("Rows and targets beyond the bounds count as if they lay on them")
  func clipping() throws {
    var (far, near) = (Self.regression(50), Self.regression(50))
    near.features.setRow(7, [2, 0, 0])
    far.features.setRow(7, [2e6, 0, 0])
    (near.target[7], far.target[7]) = (4, 1e9)
    func weights(_ data: RegressionData, _ kind: Int) throws -> [Double] {
      var random = RandomStream(seed: 9)
      return switch kind {
      case 0: try FunctionalMechanism().fit(data, bounds: Self.bounds, using: &random).model.weights
      case 1: try AdaSSP().fit(data, bounds: Self.bounds, publicRows: 50, using: &random).model.weights
      default: try OutputPerturbation().fit(data, bounds: Self.bounds, using: &random).model.weights
      }
    }
    for kind in 0..<3 { #expect(try weights(far, kind) == weights(near, kind)) }
  }

  @Test("No neighbour changes the coefficients by more than the sensitivity")
  func sensitivity() throws {
    var random = RandomStream(seed: 11)
    let bounds = PublicBounds(norm: 1.5, magnitude: 2)
    var largest = 0.0
    for _ in 0..<2000 {
      let rows = (0..<2).map { _ in (0..<4).map { _ in 2 * random.normal() } }
      let scaled = try BoundedRows(Matrix(rows), bounds: bounds, hasIntercept: true)
      let (x, y) = (scaled.matrix.row(0), [scaled.matrix.row(1), random.uniform(-1, 1) > 0 ? [1] : [-1]])
      #expect(norm2(x) <= 1 && x.reduce(0) { $0 + abs($1) } <= scaled.magnitude)
      // The quadratic coefficients of the one row minus those of the other, and the linear ones.
      var change = 0.0
      for row in 0..<5 {
        change += 2 * abs(x[row] * y[1][0] - y[0][row])
        for column in 0..<5 { change += abs(x[row] * x[column] - y[0][row] * y[0][column]) }
      }
      largest = max(largest, change / (2 * (2 * scaled.magnitude + scaled.magnitude * scaled.magnitude)))
    }
    #expect(largest <= 1 && largest > 0.3)
  }

  @Test("Directions without curvature are left out of a noisy quadratic")
  func trimming() throws {
    let found = try FunctionalMechanism.trimmedMinimum(Matrix([[2, 0], [0, -3]]), [4, 5])
    #expect(abs(found[0] + 1) < 1e-12 && found[1] == 0)
  }

  @Test("A small share of the budget for sensitive features takes their effect away and leaves the others'")
  func unequalBudget() throws {
    let data = Self.regression(20_000)
    let sensitive = FunctionalMechanism.Sensitive(columns: [0], magnitude: 1, share: 0.002)
    var errors = (own: 0.0, other: 0.0)
    for seed in 0..<20 {
      var random = RandomStream(seed: UInt64(seed))
      let model = try FunctionalMechanism(epsilon: 4, sensitive: sensitive)
        .fit(data, bounds: Self.bounds, using: &random).model
      errors.own += abs(model.weights[0] - 1.5) / 20
      errors.other += abs(model.weights[1] + 1) / 20
    }
    #expect(errors.own > 3 * errors.other)
  }

  @Test("A delta of one in the public rows or more is refused by every mechanism that has one")
  func largeDelta() throws {
    var random = RandomStream(seed: 1)
    let data = Self.regression(20)
    let classes = ClassificationData(
      features: data.features, labels: data.labels.map { $0 % 2 }, classCount: 2)
    for (delta, rows) in [(0.05, 20), (0.5, 20), (1e-3, 1000), (1e-5, 0)] {
      #expect(throws: PrivacyError.self) {
        try AdaSSP(delta: delta).fit(data, bounds: Self.bounds, publicRows: rows, using: &random)
      }
      #expect(throws: PrivacyError.self) {
        try PrivateGradientDescent(steps: 1).fit(classes, delta: delta, publicRows: rows, using: &random)
      }
    }
    _ = try AdaSSP(delta: 0.049).fit(data, bounds: Self.bounds, publicRows: 20, using: &random)
    let names = PrivateMechanisms.builtIn.entries.map { ($0.id, Set($0.parameters.map(\.name))) }
    let withDelta = names.filter { $0.1.contains("delta") }
    #expect(withDelta.map(\.0) == ["adassp", "dp-sgd"] && withDelta.allSatisfy { $0.1.contains("rows") })
  }

  @Test("What must be public is asked for, and what cannot be is refused")
  func mistakes() throws {
    var random = RandomStream(seed: 1)
    let data = Self.regression(20)
    #expect(throws: PrivacyError.missingBound("the range of the target")) {
      try AdaSSP().fit(data, bounds: PublicBounds(norm: 1), publicRows: 20, using: &random)
    }
    #expect(throws: PrivacyError.self) {
      try AdaSSP(epsilon: 0).fit(data, bounds: Self.bounds, publicRows: 20, using: &random)
    }
    #expect(throws: PrivacyError.self) {
      try OutputPerturbation(regularisation: 0).fit(data, bounds: Self.bounds, using: &random)
    }
    #expect(throws: PrivacyError.self) {
      try FunctionalMechanism().fit(data, bounds: PublicBounds(norm: -1, target: 0...1), using: &random)
    }
    #expect(throws: LearningError.self) {
      try ObjectivePerturbation().fit(
        ClassificationData(features: data.features, labels: data.labels, classCount: 3),
        bounds: Self.bounds, using: &random)
    }
    var gap = data
    gap.features[3, 1] = .nan
    #expect(throws: LearningError.featureNotFinite(row: 3, column: 1)) {
      try AdaSSP().fit(gap, bounds: Self.bounds, publicRows: 20, using: &random)
    }
  }
}

extension RegressionData {
  /// Three classes, for a mistake.
  fileprivate var labels: [Int] { target.indices.map { $0 % 3 } }
}
