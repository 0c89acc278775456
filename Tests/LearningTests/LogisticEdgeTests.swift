import Foundation
import LinearAlgebra
import Methods
import Testing

@testable import Learning

@Suite("Logistic family: separable, degenerate and bad data")
struct LogisticEdgeTests {
  let good = LogisticPropertyTests.sample(rows: 60, columns: 3, classes: 2)

  @Test("separable classes without a penalty: a warning and finite weights")
  func separable() throws {
    let line = ClassificationData(
      features: Matrix((0..<20).map { [Double($0)] }), labels: (0..<20).map { $0 < 8 ? 0 : 1 }, classCount: 2)
    let fit = try LogisticRegression(penalty: 0).solve(line)
    #expect(fit.warnings == [.separable(isComplete: true)])
    #expect(fit.model.weights.elements.allSatisfy { $0.isFinite && abs($0) < 1000 })
    #expect(fit.model.accuracy(on: line) == 1)
    #expect(try LogisticRegression(penalty: 1e-3).solve(line).warnings.isEmpty)
    // Two rows of both classes on the border.
    let border = line.appending(
      ClassificationData(features: Matrix([[7.5], [7.5]]), labels: [0, 1], classCount: 2))
    #expect(try LogisticRegression(penalty: 0).solve(border).warnings == [.separable(isComplete: false)])
    // So many parameters that L-BFGS solves it.
    let wide = ClassificationData(
      features: Matrix(
        (0..<60).map { [Double($0 % 3 - 1)] + [Double](repeating: 0, count: LogisticSolver.largestFactor) }),
      labels: (0..<60).map { $0 % 3 == 1 ? $0 % 2 : $0 % 3 / 2 }, classCount: 2)
    #expect(try LogisticRegression(penalty: 0).solve(wide).warnings == [.separable(isComplete: false)])
    #expect(try LogisticRegression(penalty: 1e-3).solve(wide).warnings.isEmpty)
    let softmax = try SoftmaxRegression(penalty: 0).solve(
      ClassificationData(
        features: line.features, labels: (0..<20).map { $0 < 8 ? 0 : $0 < 14 ? 1 : 2 }, classCount: 3))
    #expect(softmax.warnings == [.separable(isComplete: true)])
    #expect(softmax.model.weights.elements.allSatisfy { $0.isFinite })
  }

  @Test("dependent and constant features without a penalty still fit")
  func dependent() throws {
    var data = good
    data.features = Matrix(
      (0..<60).map { index in
        let row = good.features.row(index)
        return row + [row[0] - row[1], 4.2]
      })
    for penalty in [0, 1.0] {
      let learner = LogisticRegression(penalty: penalty)
      let (fit, plain) = (try learner.solve(data), try learner.solve(good))
      #expect(fit.warnings.isEmpty)
      #expect(fit.model.weights[0, 4] == 0)
      if penalty == 0 { #expect(abs(fit.objective - plain.objective) < 1e-9) }
    }
  }

  @Test("a class so rare that thinned rows miss it is fitted all the same", arguments: [0, 1.0])
  func rare(penalty: Double) throws {
    var data = LogisticPropertyTests.sample(rows: 40_000, columns: 2, classes: 2)
    data.labels = data.labels.indices.map { $0 % 5003 == 1 ? 1 : 0 }
    let fit = try LogisticRegression(penalty: penalty).solve(data)
    #expect(fit.warnings.isEmpty && fit.gradientNorm <= 1e-8)
    let expected = fit.model.probabilities(data.features).column(1).reduce(0, +)
    #expect(abs(expected - Double(data.labels.reduce(0, +))) < 1e-3)
  }

  @Test("classes without rows get probability zero, one class alone is refused")
  func absent() throws {
    let data = ClassificationData(
      features: good.features, labels: good.labels.map { $0 == 0 ? 1 : 3 }, classCount: 5)
    for fit in [try SoftmaxRegression().solve(data), try OneVsRest().solve(data)] {
      #expect(fit.warnings == [.absentClasses([0, 2, 4])])
      #expect(fit.warnings[0].description.contains("has class 0, 2, 4, which"))
      let labels = ["ant", "bee", "cat", "dog", "elk"]
      #expect(fit.warnings[0].sentence(labels: labels).contains("has class ant, cat, elk, which"))
      let probabilities = fit.model.probabilities(data.features)
      for row in 0..<60 {
        #expect([0, 2, 4].allSatisfy { probabilities[row, $0] == 0 })
        #expect(abs(probabilities.row(row).reduce(0, +) - 1) < 1e-14)
      }
    }
    var random = RandomStream(seed: 1)
    let columns = EncodedColumns(names: [], coded: [], labels: ["ant", "bee", "cat", "dog", "elk"])
    let recipe = SoftmaxRegression()
    let notes = try recipe.train(data, columns: columns, workers: 1, using: &random).notes
    #expect(notes.contains { $0.contains("ant, cat, elk") })
    let single = ClassificationData(
      features: good.features, labels: .init(repeating: 1, count: 60), classCount: 2)
    #expect(throws: LearningError.singleClass(method: "logistic regression", label: 1)) {
      try LogisticRegression().solve(single)
    }
    #expect(throws: LearningError.notBinary(method: "logistic", found: 5)) {
      try LogisticRegression().solve(data)
    }
  }

  @Test("bad numbers, weights, settings and starts are refused")
  func refused() throws {
    var data = good
    data.features[13, 2] = .nan
    for learner in [LogisticRegression(), LogisticRegression(norm: .absolute)] {
      #expect(throws: LearningError.featureNotFinite(row: 13, column: 2)) { try learner.solve(data) }
    }
    #expect(throws: LearningError.featureNotFinite(row: 13, column: 2)) {
      try SoftmaxRegression().solve(data)
    }
    data = good
    data.features[3, 0] = .infinity
    #expect(throws: LearningError.self) { try LogisticRegression().solve(data) }
    data = good
    data.weights = (0..<60).map { $0 == 6 ? -1 : 1 }
    #expect(throws: LearningError.invalidWeight(row: 6, value: -1)) { try SoftmaxRegression().solve(data) }
    data.weights = .init(repeating: 0, count: 60)
    #expect(throws: LearningError.allWeightsZero) { try LogisticRegression().solve(data) }
    let wrong: [LogisticRegression] = [
      .init(penalty: -1), .init(penalty: .nan), .init(gradientTolerance: 0), .init(maximumIterations: 0),
      .init(classWeights: [1]), .init(classWeights: [1, -1]),
    ]
    for learner in wrong { #expect(throws: LearningError.self) { try learner.solve(good) } }
    #expect(throws: LearningError.tooFewRows(method: "logistic regression", needed: 2, found: 0)) {
      try LogisticRegression().solve(good.rows(at: []))
    }
    let start = LinearClassifier(weights: [1], intercept: 0)
    #expect(throws: LearningError.featureCountMismatch(expected: 3, found: 1)) {
      try LogisticRegression().solve(good, start: start)
    }
    let huge = ClassificationData(
      features: Matrix(rows: 60, columns: 3, elements: good.features.elements.map { $0 * 1e300 }),
      labels: good.labels, classCount: 2)
    _ = try? LogisticRegression().solve(huge)
  }

  @Test("extreme scores give probabilities that sum to one")
  func extremes() {
    let features = Matrix([[1e6], [-1e6], [800], [-800], [0]])
    let binary = LinearClassifier(weights: [1], intercept: 0).probabilities(features)
    #expect(binary.elements.allSatisfy { $0 >= 0 && $0 <= 1 } && binary[0, 1] == 1 && binary[1, 1] == 0)
    for link in [ClassLink.softmax, .oneVsRest] {
      let model = LinearClassifier(
        weights: Matrix([[1], [-1], [0]]), intercepts: [-900, -900, -1000], link: link)
      let probabilities = model.probabilities(features)
      for row in 0..<5 { #expect(abs(probabilities.row(row).reduce(0, +) - 1) < 1e-14) }
    }
  }

  @Test("models survive JSON bit for bit; models whose shapes do not fit are refused")
  func coding() throws {
    let data = LogisticPropertyTests.sample(rows: 90, columns: 3, classes: 3)
    var random = RandomStream(seed: 3)
    let fit = try SoftmaxRegression().solve(data)
    let again = try JSONDecoder().decode(LogisticFit.self, from: JSONEncoder().encode(fit))
    #expect(again == fit)
    let kernel = try KernelLogisticRegression().fit(data, using: &random)
    #expect(try JSONDecoder().decode(KernelClassifier.self, from: JSONEncoder().encode(kernel)) == kernel)
    let text = #"{"weights":{"rows":1,"columns":1,"elements":[1]},"intercepts":[1,2],"link":"logistic"}"#
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(LinearClassifier.self, from: Data(text.utf8))
    }
  }

  @Test("a kernel model tells a ring from its centre, and a linear one does not")
  func kernel() throws {
    var random = RandomStream(seed: 9)
    let features = Matrix((0..<400).map { _ in [random.uniform(-1, 1), random.uniform(-1, 1)] })
    let labels = (0..<400).map { row in
      features.withRow(row) { $0[0] * $0[0] + $0[1] * $0[1] } < 0.5 ? 1 : 0
    }
    let data = ClassificationData(features: features, labels: labels, classCount: 2)
    let learner = KernelLogisticRegression(representerCount: 30, gamma: 2, penalty: 0.01)
    let model = try learner.fit(data, using: &random)
    #expect(model.representers.rows == 30 && model.classCount == 2)
    #expect(model.accuracy(on: data) > 0.97)
    #expect(try LogisticRegression().solve(data).model.accuracy(on: data) < 0.8)
    let similarity = model.similarities(model.representers)
    #expect((0..<30).allSatisfy { abs(similarity[$0, $0] - 1) < 1e-12 })
    let (a, b) = (features.row(0), model.representers.row(3))
    let square = (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1])
    #expect(abs(model.similarities(features)[0, 3] - exp(-2 * square)) < 1e-12)
    #expect(throws: LearningError.self) {
      try KernelLogisticRegression(representerCount: 0).fit(data, using: &random)
    }
  }

  @Test("the learners have their ids, and settings reach them")
  func cards() throws {
    let cards = [
      LogisticRegression.card, SoftmaxRegression.card, OneVsRest.card, KernelLogisticRegression.card,
    ]
    #expect(cards.map(\.id) == ["logistic", "softmax", "ovr", "kernel-logistic"])
    let settings = try MethodSettings(["penalty=3", "norm=absolute", "isBalanced=true"])
    let learner = try settings.applied(to: LogisticRegression())
    #expect(learner == LogisticRegression(penalty: 3, norm: .absolute, isBalanced: true))
  }
}
