import Learning
import LinearAlgebra
import TestSupport
import Testing

@Suite("Logistic family against scikit-learn")
struct LogisticReferenceTests {
  @Test("breast cancer: C = 1, sample weights, balanced classes")
  func cancer() throws {
    let cancer = try LogisticFixtures.shared.get().cancer
    let plain = try LogisticRegression().solve(cancer.data)
    #expect(plain.warnings.isEmpty && plain.gradientNorm <= 1e-8)
    #expect(distance(plain.model, cancer.plain) < 1e-6)
    #expect(try scoreDistance(plain.model, cancer.data, cancer.plain) < 1e-6)
    // penalty = 2.5 is C = 0.4.
    let weighted = try LogisticRegression(penalty: 2.5).solve(cancer.weightedData)
    #expect(distance(weighted.model, cancer.weighted) < 1e-6)
    let balanced = try LogisticRegression(isBalanced: true).solve(cancer.weightedData)
    #expect(distance(balanced.model, cancer.balanced) < 1e-6)
  }

  @Test("breast cancer, absolute penalty: the same weights are zero")
  func sparse() throws {
    let cancer = try LogisticFixtures.shared.get().cancer
    let fit = try LogisticRegression(penalty: cancer.sparsePenalty, norm: .absolute).solve(cancer.scaledData)
    #expect(fit.warnings.isEmpty)
    #expect(distance(fit.model, cancer.sparse) < 1e-6)
    #expect(fit.model.weights.elements.map { $0 == 0 } == cancer.sparse.weights[0].map { $0 == 0 })
    #expect(fit.model.weights.elements.contains(0))
  }

  @Test("iris: softmax and one-versus-rest, parameters and probabilities")
  func iris() throws {
    let iris = try LogisticFixtures.shared.get().iris
    let rows = iris.data.features.rows(at: Array(0..<5))
    let softmax = try SoftmaxRegression().solve(iris.data)
    #expect(distance(softmax.model, iris.softmax) < 1e-6)
    #expect(try scoreDistance(softmax.model, iris.data, iris.softmax) < 1e-6)
    #expect(closeness(softmax.model.probabilities(rows), iris.probabilities) < 1e-7)
    let models = try OneVsRest().solve(iris.data)
    #expect(distance(models.model, iris.oneVsRest) < 1e-6)
    #expect(closeness(models.model.probabilities(rows), iris.oneVsRest.probabilities ?? []) < 1e-7)
  }

  @Test("digits: ten classes with constant features, and even against odd")
  func digits() throws {
    let digits = try LogisticFixtures.shared.get().digits
    let strong = try SoftmaxRegression(penalty: digits.softmaxPenalty).solve(digits.data)
    #expect(distance(strong.model, digits.softmaxPenalised) < 1e-6)
    let softmax = try SoftmaxRegression().solve(digits.data)
    #expect(distance(softmax.model, digits.softmax) < 1e-6)
    #expect(try scoreDistance(softmax.model, digits.data, digits.softmax) < 1e-6)
    #expect(try scoreDistance(strong.model, digits.data, digits.softmaxPenalised) < 1e-6)
    #expect(softmax.model.accuracy(on: digits.data) == 1)
    let parity = ClassificationData(
      features: digits.data.features, labels: digits.labels.map { $0 % 2 }, classCount: 2)
    #expect(try distance(LogisticRegression().solve(parity).model, digits.even) < 1e-6)
  }

  @Test(
    "whole tables, one-hot",
    .needs("adult.csv", "mushrooms.csv", "pima-diabetes.csv", "breast-cancer-wisconsin.csv"),
    arguments: EncodedTable.names)
  func tables(name: String) throws {
    let reference = try #require(try LogisticFixtures.shared.get().tables[name])
    let data = try EncodedTable(name).data
    #expect(data.count == reference.rows && data.features.columns == reference.columns)
    let fit = try LogisticRegression().solve(data, workers: 2)
    #expect(fit.warnings.isEmpty)
    #expect(distance(fit.model, reference.fit) < 1e-6)
    #expect(try scoreDistance(fit.model, data, reference.fit) < 1e-6)
  }

  private func closeness(_ found: Matrix, _ wanted: [[Double]]) -> Double {
    zip(found.elements, wanted.flatMap(\.self)).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }
}
