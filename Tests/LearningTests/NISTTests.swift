import Foundation
import Learning
import LinearAlgebra
import TestSupport
import Testing

/// The linear sets of NIST's Statistical Reference Datasets, by `Tests/Fixtures/make/nist.py`.
struct NISTFixtures: Decodable {
  struct Set: Decodable, CustomStringConvertible {
    let name: String
    let intercept: Bool
    let features: [[Double]]
    let target: [Double]
    let certified: [Double]
    let numpyDigits: Double
    let numpyStandardDigits: Double

    var description: String { name }
    var data: RegressionData { RegressionData(features: Matrix(features), target: target) }

    /// Correct digits of the worst parameter, at most 15.
    func digits(_ model: LinearModel) -> Double {
      let found = (intercept ? [model.intercept] : []) + model.weights
      return zip(found, certified).reduce(15) { worst, pair in
        min(worst, pair.0 == pair.1 ? 15 : max(-log10(abs(pair.0 - pair.1) / abs(pair.1)), 0))
      }
    }

    /// The features with mean 0 and deviation 1, with what was taken out.
    var standardised: (data: RegressionData, means: [Double], deviations: [Double]) {
      var features = Matrix(self.features)
      let means = features.columnMeans()
      let deviations = means.indices.map { column in
        let squares = features.column(column).reduce(0) { $0 + ($1 - means[column]) * ($1 - means[column]) }
        return (squares / Double(target.count)).squareRoot()
      }
      for row in 0..<features.rows {
        for column in means.indices {
          features[row, column] = (features[row, column] - means[column]) / deviations[column]
        }
      }
      return (RegressionData(features: features, target: target), means, deviations)
    }
  }

  let source: String
  let sets: [Set]

  /// Empty if the file cannot be read, which a test of its own would say.
  static let all = ((try? FixtureFile.decode("nist.json", as: NISTFixtures.self))?.sets) ?? []
}

@Suite("Least squares on NIST's reference datasets")
struct NISTTests {
  @Test("all eleven sets are there")
  func complete() { #expect(NISTFixtures.all.count == 11) }

  @Test("raw columns: at least the digits of NumPy's QR, less one", arguments: NISTFixtures.all)
  func raw(set: NISTFixtures.Set) throws {
    let fit = try OrdinaryLeastSquares(intercept: set.intercept).solve(set.data)
    let digits = set.digits(fit.model)
    #expect(fit.rank == set.features[0].count, "\(set.name)")
    #expect(digits >= set.numpyDigits - 1, "\(set.name): \(digits), NumPy \(set.numpyDigits)")
    if !set.intercept { #expect(fit.model.intercept == 0) }
  }

  @Test(
    "standardised columns: at least the digits of NumPy's QR, less one",
    arguments: NISTFixtures.all.filter { $0.intercept })
  func standard(set: NISTFixtures.Set) throws {
    let (data, means, deviations) = set.standardised
    let fit = try OrdinaryLeastSquares().fit(data)
    let weights = zip(fit.weights, deviations).map { $0 / $1 }
    let model = LinearModel(weights: weights, intercept: fit.intercept - dot(weights, means))
    let digits = set.digits(model)
    #expect(digits >= set.numpyStandardDigits - 1, "\(set.name): \(digits), NumPy \(set.numpyStandardDigits)")
  }

  @Test(
    "units of columns change neither rank nor predictions", arguments: NISTFixtures.all, [1e-6, 1e4, 1e9])
  func units(set: NISTFixtures.Set, unit: Double) throws {
    var data = set.data
    for row in 0..<data.count {
      for column in stride(from: 0, to: data.features.columns, by: 2) { data.features[row, column] *= unit }
    }
    let learner = OrdinaryLeastSquares(intercept: set.intercept)
    let (first, second) = (try learner.solve(set.data), try learner.solve(data))
    #expect(first.rank == second.rank)
    #expect(
      relativeDistance(second.model.predict(data.features), first.model.predict(set.data.features)) < 1e-7)
  }

  @Test("a dependence of 1e-9 is none, one of rounding is", arguments: [1.0, 1e7, 1e-5])
  func dependence(unit: Double) throws {
    let random = RandomStream(seed: 3).child("near")
    func data(_ share: Double) -> RegressionData {
      var stream = random.child("rows")
      var features = Matrix(rows: 50, columns: 3)
      var target: [Double] = []
      for row in 0..<50 {
        let (a, b, c) = (stream.normal(), stream.normal(), stream.normal())
        features[row, 0] = a
        features[row, 1] = b
        features[row, 2] = (a + b + share * c) * unit
        target.append(a - b + c)
      }
      return RegressionData(features: features, target: target)
    }
    let near = try OrdinaryLeastSquares().solve(data(1e-9))
    #expect(near.rank == 3)
    let exact = try OrdinaryLeastSquares().solve(data(0))
    #expect(exact.rank == 2)
    // Of smallest norm: orthogonal to the direction (1, 1, −1/unit) that the features map to zero.
    let weights = exact.model.weights
    let overlap = weights[0] + weights[1] - weights[2] / unit
    let length = norm2(weights) * norm2([1, 1, 1 / unit])
    #expect(abs(overlap) < 1e-9 * length)
  }

  @Test(
    "columns far from zero: an exact dependence is found, whole numbers or not, and weights stay small",
    arguments: [2e3, 1e6, 1e9], [false, true])
  func offset(offset: Double, isWhole: Bool) throws {
    for seed in UInt64(0)..<20 {
      var random = RandomStream(seed: seed).child("offset")
      let spread = offset == 2e3 ? 20 : 200
      var features = Matrix(rows: 30, columns: 3)
      var target: [Double] = []
      for row in 0..<30 {
        let (a, b) =
          isWhole
          ? (Double(random.integer(below: spread)), Double(random.integer(below: spread)))
          : (random.uniform() * Double(spread), random.uniform() * Double(spread))
        features[row, 0] = offset + a
        features[row, 1] = offset + b
        features[row, 2] = features[row, 0] + features[row, 1]
        target.append(2 * a - b + random.normal())
      }
      let data = RegressionData(features: features, target: target)
      let fit = try OrdinaryLeastSquares().solve(data)
      #expect(fit.rank == 2, "seed \(seed)")
      // The same rows about zero; 1.5, -1.5, 0 up to the noise of the target.
      var near = features
      for row in 0..<30 {
        near[row, 0] -= offset
        near[row, 1] -= offset
        near[row, 2] = near[row, 0] + near[row, 1]
      }
      let expected = try OrdinaryLeastSquares().solve(RegressionData(features: near, target: target))
      #expect(relativeDistance(fit.model.weights, expected.model.weights) < 1e-6, "seed \(seed)")
      #expect(fit.model.weights.allSatisfy { abs($0) < 3 }, "seed \(seed)")
    }
  }

  @Test("columns far from zero that are nearly dependent keep their rank", arguments: [2e3, 1e6])
  func nearOffset(offset: Double) throws {
    var random = RandomStream(seed: 4).child("near")
    var features = Matrix(rows: 50, columns: 3)
    var target: [Double] = []
    for row in 0..<50 {
      let (a, b, c) = (random.uniform() * 100, random.uniform() * 100, random.uniform() * 100)
      features[row, 0] = offset + a
      features[row, 1] = offset + b
      features[row, 2] = features[row, 0] + features[row, 1] + 1e-6 * c
      target.append(a - b + c)
    }
    let fit = try OrdinaryLeastSquares().solve(RegressionData(features: features, target: target))
    #expect(fit.rank == 3)
    #expect(relativeDistance(fit.model.weights, [1 - 1e6, -1 - 1e6, 1e6]) < 1e-3)
  }
}
