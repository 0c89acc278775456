import Foundation
import LinearAlgebra
import Tabular
import TestSupport
import Testing

@testable import Learning

@Suite("Metrics of classification")
struct ClassificationMetricsTests {
  private struct Fixture: Decodable {
    struct Case: Decodable {
      let probabilities: [[Double]]
      let labels: [Int]
      let accuracy, balanced_accuracy, log_loss, brier, area, macro_f1, mcc, g_mean, calibration: Double
      let precisions, recalls, f1: [Double]
      let confusion: [[Int]]
    }
    let source: String
    let cases: [Case]
  }

  @Test("every metric equals scikit-learn's")
  func reference() throws {
    let fixture: Fixture = try FixtureFile.decode("metrics.json")
    #expect(fixture.cases.count == 4)
    for one in fixture.cases {
      let found = try ClassificationMetrics(probabilities: Matrix(one.probabilities), labels: one.labels)
      let pairs = [
        (found.accuracy, one.accuracy), (found.balancedAccuracy, one.balanced_accuracy),
        (found.logLoss, one.log_loss), (found.brier, one.brier), (found.area ?? -1, one.area),
        (found.macroF1, one.macro_f1), (found.matthewsCorrelation, one.mcc),
        (found.geometricMean, one.g_mean), (found.calibrationError, one.calibration),
        (found.macroPrecision, one.precisions.reduce(0, +) / Double(one.precisions.count)),
      ]
      for (value, expected) in pairs + zip(found.precisions, one.precisions) + zip(found.f1Scores, one.f1)
        + zip(found.recalls.map { $0 ?? -1 }, one.recalls)
      {
        #expect(abs(value - expected) < 1e-12)
      }
      #expect(found.confusion == one.confusion)
    }
  }

  @Test("constant answers have area one half, perfect ones one, and calibration follows")
  func extremes() throws {
    let labels = [0, 1, 1, 0, 1]
    let constant = try ClassificationMetrics(
      probabilities: Matrix(labels.map { _ in [0.4, 0.6] }), labels: labels)
    #expect(constant.area == 0.5)
    #expect(constant.matthewsCorrelation == 0)
    #expect(abs(constant.calibrationError) < 1e-12)
    let perfect = try ClassificationMetrics(
      probabilities: Matrix(labels.map { $0 == 1 ? [0.0, 1.0] : [1.0, 0.0] }), labels: labels)
    #expect(perfect.area == 1 && perfect.accuracy == 1 && perfect.brier == 0)
    #expect(perfect.matthewsCorrelation == 1 && perfect.calibrationError == 0 && perfect.logLoss == 0)
  }

  /// scikit-learn 1.9.1 (`roc_auc_score` and the like with `average="macro"`, the Brier score by its formula) on numbers
  /// of a linear congruential generator; it takes some seconds for them.
  @Test(
    "of a thousand classes equal scikit-learn's, in time that grows with rows times classes",
    .timeLimit(.minutes(2)))
  func manyClasses() throws {
    let (classes, rows) = (1000, 4000)
    var random = Congruential(seed: 11)
    let labels = (0..<rows).map { $0 < classes ? $0 : Int(random.next() * Double(classes)) }
    var answers = Matrix(rows: rows, columns: classes)
    for row in 0..<rows {
      let drawn = (0..<8).map { _ in random.next() }
      var values = [Double](repeating: 1e-3, count: classes)
      for value in drawn.prefix(7) { values[Int(value * Double(classes))] += value }
      if drawn[7] < 0.4 { values[labels[row]] += 2 }
      let sum = values.reduce(0, +)
      answers.setRow(row, values.map { $0 / sum })
    }
    let found = try ClassificationMetrics(probabilities: answers, labels: labels)
    for (value, expected) in [
      (found.accuracy, 0.392), (found.balancedAccuracy, 0.38736031746031746),
      (found.logLoss, 5.535425752144431), (found.brier, 0.8816770114895691),
      (try #require(found.area), 0.8053609166288176), (found.macroPrecision, 0.5911186049257947),
      (found.macroF1, 0.4145895397485473), (found.matthewsCorrelation, 0.39160801521971506),
    ] { #expect(abs(value - expected) < 1e-12, "\(value) beside \(expected)") }
    #expect(found.geometricMean == 0 && found.f1Scores.count == classes && found.recalls.count == classes)
  }

  @Test("The area is the share of pairs that are in order, ties counting half", arguments: 1...20)
  func areaOfPairs(seed: Int) {
    var random = Congruential(seed: seed)
    let scores = (0..<40).map { _ in (random.next() * 8).rounded() / 8 }
    let isPositive = (0..<40).map { _ in random.next() < Double(seed) / 21 }
    var (won, pairs) = (0.0, 0.0)
    for one in scores.indices where isPositive[one] {
      for other in scores.indices where !isPositive[other] {
        pairs += 1
        won += scores[one] > scores[other] ? 1 : scores[one] == scores[other] ? 0.5 : 0
      }
    }
    let area = ClassificationMetrics.area(scores: scores, isPositive: isPositive)
    #expect(area == (pairs > 0 ? won / pairs : nil))
  }

  @Test("a class without example is left out of means")
  func absentClass() throws {
    let answers = Matrix([[0.5, 0.3, 0.2], [0.1, 0.8, 0.1]])
    let found = try ClassificationMetrics(probabilities: answers, labels: [0, 1])
    #expect(found.recalls == [1, 1, nil])
    #expect(found.areas[2] == nil)
    #expect(found.balancedAccuracy == 1 && found.area == 1 && found.geometricMean == 1)
    #expect(throws: LearningError.tooFewRows(method: "a comparison", needed: 1, found: 0)) {
      try ClassificationMetrics(probabilities: Matrix(rows: 0, columns: 2), labels: [])
    }
  }

  @Test("answers that are no numbers are refused with their row", .timeLimit(.minutes(10)))
  func notFinite() throws {
    let answers = Matrix([[0.5, 0.5], [.nan, .nan], [0.2, 0.8]])
    #expect(throws: LearningError.answerNotFinite(row: 1)) {
      try ClassificationMetrics(probabilities: answers, labels: [0, 1, 1])
    }
    _ = ClassificationMetrics.area(scores: [.nan, 0.5, .nan, 0.2], isPositive: [true, false, false, true])
    // Scores of opposite infinite sums have no difference.
    let model = LinearClassifier(
      weights: Matrix([[1, -1], [1, 1], [-1, 1]]), intercepts: [0, 0, 0], link: .softmax)
    let inputs = ["x", "y"].map { InputColumn(name: $0, kind: .number(lower: 0, upper: 1)) }
    let pipeline = try Pipeline(
      features: FeatureEncoder(inputs: inputs, isScaled: false),
      target: .classes(name: "kind", labels: ["a", "b", "c"]), model: .linearClassifier(model))
    let table = Table(
      columns: ["x", "y"].map { .init(name: $0, values: .numeric([1, 1.5e308])) })
    #expect(throws: LearningError.answerNotFinite(row: 1)) { try pipeline.predict(table) }
    let sum = try Pipeline(
      features: pipeline.features, target: .number(name: "sum"),
      model: .linear(LinearModel(weights: [1, 1], intercept: 0)))
    #expect(throws: LearningError.answerNotFinite(row: 1)) { try sum.predict(table) }
  }
}
