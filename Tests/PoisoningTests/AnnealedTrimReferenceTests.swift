import Foundation
import Learning
import LinearAlgebra
import Tabular
import TestSupport
import Testing

@testable import Poisoning

@Suite("Annealed TRIM against NumPy")
struct AnnealedTrimReferenceTests {
  private struct Fixture: Decodable {
    struct Case: Decodable {
      let features: [[Double]]
      let target: [Double]
      let rate: Double
      let kept: [Int]
      let penalty: Double
      let weights: [Double]
    }
    let source: String
    let cases: [Case]
  }

  @Test("keeps the same rows and finds the same weights")
  func reference() throws {
    let fixture: Fixture = try FixtureFile.decode("annealed-trim.json")
    #expect(fixture.cases.count == 3)
    for one in fixture.cases {
      let columns = one.features[0].count
      let space = FeatureSpace(
        names: (0..<columns).map { "x\($0)" }, groups: [],
        lower: [Double](repeating: 0, count: columns), upper: [Double](repeating: 1, count: columns))
      // The final ridge takes the larger of the victim's penalty and the chosen one.
      let task = DefenceTask(
        data: RegressionData(features: Matrix(one.features), target: one.target),
        learner: .ridge(penalty: 0.01), space: space, assumedRate: one.rate)
      var random = RandomStream(seed: 1)
      let fit = try Trim().fit(task, using: &random)
      #expect(task.others(than: fit.rejected) == one.kept)
      for (weight, expected) in zip(fit.model.weights + [fit.model.intercept], one.weights) {
        #expect(abs(weight - expected) <= 1e-8 * max(abs(expected), 0.01))
      }
    }
  }

  @Test("features that are the same in every row change nothing")
  func constantFeatures() throws {
    let world = SyntheticScenario()
    let wide = world.training
    let constant = Matrix(rows: wide.count, columns: 20, repeating: 0)
    var rows: [[Double]] = []
    for row in 0..<wide.count { rows.append(wide.features.row(row) + constant.row(row)) }
    let data = RegressionData(features: Matrix(rows), target: wide.target)
    let varying = VaryingFeatures(data.features, intercept: true)
    #expect(varying.columns == Array(0..<wide.features.columns))
    #expect(varying.reduced(data).features == wide.features)
    let model = LinearModel(weights: (0..<wide.features.columns).map { Double($0) }, intercept: 2)
    let pairs = zip(varying.expanded(model).predict(data.features), model.predict(wide.features))
    #expect(pairs.allSatisfy { abs($0 - $1) < 1e-12 })
  }
}
