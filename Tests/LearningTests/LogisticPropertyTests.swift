import Foundation
import Learning
import LinearAlgebra
import Testing

@testable import Learning

@Suite("Logistic family: properties")
struct LogisticPropertyTests {
  /// Uniform features with classes drawn from a softmax model.
  static func sample(
    rows: Int, columns: Int, classes: Int, seed: UInt64 = 5, strength: Double = 1.5
  ) -> ClassificationData {
    var random = RandomStream(seed: seed).child("logistic sample")
    let weights = (0..<classes * columns).map { _ in random.uniform(-strength, strength) }
    let features = Matrix(
      rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in random.uniform(-1, 1) })
    let model = LinearClassifier(
      weights: Matrix(rows: classes, columns: columns, elements: weights),
      intercepts: .init(repeating: 0, count: classes), link: .softmax)
    let shares = model.probabilities(features)
    let labels = (0..<rows).map { random.weightedChoice(weights: shares.row($0)) }
    return ClassificationData(features: features, labels: labels, classCount: classes)
  }

  @Test("gradient and Hessian agree with differences", arguments: [2, 4], [true, false])
  func differences(classes: Int, isWeighted: Bool) throws {
    let data = Self.sample(rows: 300, columns: 3, classes: classes)
    let objective = LogisticObjective(
      features: ScaledFeatures(data.features), labels: data.labels,
      weights: isWeighted ? (0..<300).map { Double($0 % 4) / 2 } : nil, penalty: 0.7,
      basis: classes > 2 ? ContrastBasis(classes: classes) : nil,
      workers: 1)
    let point = (0..<objective.order).map { 0.3 * Double($0 % 5) - 0.5 }
    var gradient = [Double](repeating: 0, count: point.count)
    _ = objective.value(at: point, gradient: &gradient)
    let hessian = objective.hessian(at: point)
    let step = 1e-5
    for index in point.indices {
      var (upper, lower, above, below) = (point, point, gradient, gradient)
      upper[index] += step
      lower[index] -= step
      let high = objective.value(at: upper, gradient: &above)
      let low = objective.value(at: lower, gradient: &below)
      #expect(abs((high - low) / (2 * step) - gradient[index]) < 1e-6 * (1 + abs(gradient[index])))
      for row in index..<point.count {
        #expect(abs((above[row] - below[row]) / (2 * step) - hessian[row, index]) < 1e-6 * 300)
      }
    }
  }

  @Test("a weight of two is a row that stands twice, a weight of zero one that is absent")
  func repetition() throws {
    for classes in [2, 3] {
      let data = Self.sample(rows: 120, columns: 4, classes: classes)
      let repeated = data.appending(data.rows(at: Array(0..<40))).rows(at: Array(0..<100) + Array(120..<160))
      var weighted = data
      weighted.weights = (0..<120).map { $0 < 40 ? 2 : $0 < 100 ? 1 : 0 }
      #expect(try distance(fit(weighted), fit(repeated)) < 1e-8)
      let absolute = LogisticRegression(penalty: 2, norm: .absolute)
      if classes == 2 {
        #expect(try distance(absolute.solve(weighted).model, absolute.solve(repeated).model) < 1e-7)
      }
    }
  }

  @Test("softmax of two classes with twice the penalty is the binary model")
  func twoClasses() throws {
    let data = Self.sample(rows: 200, columns: 5, classes: 2)
    let softmax = try SoftmaxRegression(penalty: 3).solve(data).model
    // The weights are half of those of the difference, in two rows: their penalty is half as strong.
    let binary = try LogisticRegression(penalty: 1.5).solve(data).model
    for column in 0..<5 {
      #expect(abs(softmax.weights[1, column] - softmax.weights[0, column] - binary.weights[0, column]) < 1e-7)
    }
    let (two, one) = (softmax.probabilities(data.features), binary.probabilities(data.features))
    #expect(zip(two.elements, one.elements).allSatisfy { abs($0 - $1) < 1e-7 })
  }

  @Test("a stronger penalty gives smaller weights, and one of thinned rows the same as all")
  func path() throws {
    let data = Self.sample(rows: 400, columns: 6, classes: 2)
    var (squares, counts) = ([Double](), [Int]())
    for penalty in [0.01, 0.1, 1, 10, 100] {
      squares.append(norm2(try LogisticRegression(penalty: penalty).solve(data).model.weights.elements))
      let sparse = try LogisticRegression(penalty: penalty, norm: .absolute).solve(data)
      counts.append(sparse.model.weights.elements.count { $0 != 0 })
      #expect(sparse.warnings.isEmpty)
    }
    #expect(squares == squares.sorted(by: >))
    #expect(counts == counts.sorted(by: >) && counts.last == 0)
  }

  @Test("starts and threads change nothing that matters; threads not a bit", arguments: [2, 3])
  func startsAndThreads(classes: Int) throws {
    let data = Self.sample(rows: 20_000, columns: 5, classes: classes)
    let one = try solve(data, workers: 1)
    #expect(try solve(data, workers: 2) == one)
    #expect(one.warnings.isEmpty)
    let again = try solve(data, start: one.model)
    #expect(again.iterations <= 1)
    #expect(distance(again.model, one.model) < 1e-8)
    let features = data.features
    #expect(one.model.probabilities(features, workers: 2) == one.model.probabilities(features))
    let far = LinearClassifier(
      weights: Matrix(rows: classes == 2 ? 1 : classes, columns: 5, repeating: 40),
      intercepts: .init(repeating: -30, count: classes == 2 ? 1 : classes),
      link: classes == 2 ? .logistic : .softmax)
    #expect(try distance(solve(data, start: far).model, one.model) < 1e-7)
  }

  @Test("one-hot features give the same models as the same features made dense", arguments: [2, 3])
  func oneHot(classes: Int) throws {
    let dense = Self.sample(rows: 5_000, columns: 3, classes: classes, strength: 2)
    // Ten indicators of equal intervals for each feature, and the feature.
    let rows = (0..<dense.count).map { row in
      dense.features.row(row).flatMap { value in
        [value] + (0..<10).map { Int((value + 1) * 5) == $0 ? 1.0 : 0 }
      }
    }
    var data = dense
    data.features = Matrix(rows)
    let (sparse, fit) = (try #require(SparseRows(data.features)), try solve(data))
    #expect(sparse.entryCount == 6 * data.count)
    // An offset beside which the deviations are small takes the other way.
    var moved = data
    for row in 0..<data.count { for column in 0..<33 { moved.features[row, column] += 1 } }
    #expect(SparseRows(moved.features) == nil)
    let other = try solve(moved)
    #expect(fit.warnings.isEmpty && other.warnings.isEmpty)
    let weights = zip(fit.model.weights.elements, other.model.weights.elements)
    #expect(weights.allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(abs(fit.objective - other.objective) < 1e-8 * fit.objective)
    #expect(try solve(data, workers: 2) == fit)
  }

  @Test("more parameters than Hessians are made for are fitted by L-BFGS")
  func manyParameters() throws {
    let data = Self.sample(rows: 150, columns: 210, classes: 11, strength: 0.5)
    let fit = try SoftmaxRegression(penalty: 5).solve(data)
    #expect(fit.warnings.isEmpty && fit.gradientNorm <= 1e-8)
    // The penalised optimum has weights `Σ u (y − p) x / penalty`.
    var residuals = fit.model.probabilities(data.features)
    for row in 0..<150 { residuals[row, data.labels[row]] -= 1 }
    let expected = residuals.transposedTimes(data.features)
    #expect(zip(fit.model.weights.elements, expected.elements).allSatisfy { abs($0 + $1 / 5) < 1e-6 })
  }

  @Test("features of any scale and offset give the same predictions without a penalty")
  func scales() throws {
    let data = Self.sample(rows: 300, columns: 3, classes: 3)
    var scaled = data
    for row in 0..<300 {
      scaled.features[row, 0] = data.features[row, 0] * 1e-6 + 3
      scaled.features[row, 1] = data.features[row, 1] * 1e6 - 1e8
    }
    let (plain, other) = (SoftmaxRegression(penalty: 0), SoftmaxRegression(penalty: 0))
    let expected = try plain.solve(data).model.probabilities(data.features)
    let found = try other.solve(scaled).model.probabilities(scaled.features)
    #expect(zip(expected.elements, found.elements).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  private func fit(_ data: ClassificationData) throws -> LinearClassifier { try solve(data).model }

  private func solve(
    _ data: ClassificationData, start: LinearClassifier? = nil, workers: Int = 1
  ) throws -> LogisticFit {
    try data.classCount == 2
      ? LogisticRegression().solve(data, start: start, workers: workers)
      : SoftmaxRegression().solve(data, start: start, workers: workers)
  }

  private func distance(_ one: LinearClassifier, _ other: LinearClassifier) -> Double {
    zip(one.weights.elements + one.intercepts, other.weights.elements + other.intercepts)
      .reduce(0) { max($0, abs($1.0 - $1.1)) }
  }
}
