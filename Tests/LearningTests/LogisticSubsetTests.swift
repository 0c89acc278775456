import Learning
import LinearAlgebra
import Testing

@Suite("Logistic regression on many subsets")
struct LogisticSubsetTests {
  private static func data(indicators: Bool) -> ClassificationData {
    var random = RandomStream(seed: 1)
    let rows = (0..<300).map { _ -> [Double] in
      let number = random.normal()
      guard indicators else { return [number, 3 * random.normal() + 10, random.normal()] }
      let level = random.integer(below: 20)
      return [number] + (0..<20).map { $0 == level ? 1 : 0 }
    }
    let labels = rows.map { random.bernoulli($0[0] > 0 ? 0.8 : 0.3) ? 1 : 0 }
    return ClassificationData(features: Matrix(rows), labels: labels, classCount: 2)
  }

  @Test("Every model is the one of a fit of its own, with any number of threads", arguments: [true, false])
  func same(indicators: Bool) throws {
    let data = Self.data(indicators: indicators)
    var random = RandomStream(seed: 2)
    var subsets = (0..<6).map { _ in random.choice(150, from: 300) }
    subsets.append(random.choiceWithReplacement(200, from: 300))
    let learner = LogisticRegression(penalty: 0.7)
    let found = try learner.solve(data, subsets: subsets)
    #expect(try learner.solve(data, subsets: subsets, workers: 2) == found)
    for (model, rows) in zip(found, subsets) {
      let alone = try learner.solve(data.rows(at: rows)).model
      let distance = zip(model.weights.elements, alone.weights.elements).map { abs($0 - $1) }.max() ?? 1
      #expect(distance < 1e-5 && abs(model.intercepts[0] - alone.intercepts[0]) < 1e-4)
    }
  }

  @Test("A subset of one class has no model")
  func single() {
    let data = Self.data(indicators: false)
    let ones = data.labels.indices.filter { data.labels[$0] == 1 }
    #expect(throws: LearningError.self) { _ = try LogisticRegression().solve(data, subsets: [ones]) }
  }
}
