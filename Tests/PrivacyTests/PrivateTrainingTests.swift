import Learning
import LinearAlgebra
import Testing

@testable import Privacy

@Suite("Private gradient descent and trees")
struct PrivateTrainingTests {
  /// Two clouds in [−1, 1]².
  static func clouds(_ rows: Int, seed: UInt64 = 1) -> ClassificationData {
    var random = RandomStream(seed: seed).child("clouds")
    let labels = (0..<rows).map { $0 % 2 }
    let elements = labels.flatMap { label in
      (0..<2).map { _ in min(max((label == 1 ? 0.4 : -0.4) + 0.2 * random.normal(), -1), 1) }
    }
    return ClassificationData(
      features: Matrix(rows: rows, columns: 2, elements: elements), labels: labels, classCount: 2)
  }

  @Test(
    "The clipped gradient is the sum of shortened gradients of single rows, by differences",
    arguments: [[], [3]])
  func gradient(hidden: [Int]) throws {
    var random = RandomStream(seed: 2)
    var network = ClippedNetwork(widths: [2] + hidden + [3], activation: .tanh, using: &random)
    // Away from zero, where a network without hidden layers begins.
    network.move(
      along: network.layers.map { layer in
        DenseLayer(
          weights: Matrix(
            rows: layer.weights.rows, columns: layer.weights.columns,
            elements: layer.weights.elements.map { _ in random.normal() }),
          biases: layer.biases.map { _ in random.normal() }, activation: layer.activation)
      }, by: 1)
    let data = ClassificationData(
      features: Matrix([[0.3, -1.2], [2, 0.5], [-0.1, 0.2]]), labels: [0, 2, 1], classCount: 3)
    func loss(_ layers: [DenseLayer], _ row: Int) throws -> Double {
      let one = data.rows(at: [row])
      let model = try NetworkClassifier(network: NeuralNetwork(layers: layers))
      return try ClassificationMetrics(probabilities: model.probabilities(one.features), labels: one.labels)
        .logLoss
    }
    let clip = 0.7
    var expected = network.layers.map { $0.weights.elements.map { _ in 0.0 } + $0.biases.map { _ in 0.0 } }
    for row in 0..<3 {
      var single = expected.map { $0.map { _ in 0.0 } }
      for (index, layer) in network.layers.enumerated() {
        for place in single[index].indices {
          let values = try [1e-5, -1e-5].map { step -> Double in
            var layers = network.layers
            let count = layer.weights.elements.count
            if place < count {
              layers[index].weights.withMutableElements { $0[place] += step }
            } else {
              layers[index].biases[place - count] += step
            }
            return try loss(layers, row)
          }
          single[index][place] = (values[0] - values[1]) / 2e-5
        }
      }
      let norm = norm2(single.flatMap(\.self))
      let factor = min(1, clip / norm)
      for index in expected.indices { axpy(factor, single[index], into: &expected[index]) }
    }
    let found = network.clippedGradient(data, clip: clip)
    for (layer, values) in zip(found, expected) {
      for (one, other) in zip(layer.weights.elements + layer.biases, values) {
        #expect(abs(one - other) < 1e-7)
      }
    }
    for row in 0..<3 {
      let one = network.clippedGradient(data.rows(at: [row]), clip: clip)
      #expect(norm2(one.flatMap { $0.weights.elements + $0.biases }) <= clip)
    }
  }

  @Test("Descent learns, with the epsilon of the accountant")
  func descent() throws {
    let data = Self.clouds(2000)
    let sigma = try PrivateGradientDescent.noiseMultiplier(
      epsilon: 2, delta: 1e-5, samplingRate: 0.05, steps: 60)
    var random = RandomStream(seed: 3)
    let mechanism = PrivateGradientDescent(samplingRate: 0.05, steps: 60, noiseMultiplier: sigma)
    let fit = try mechanism.fit(data, delta: 1e-5, publicRows: 2000, using: &random)
    #expect(fit.privacy.epsilon <= 2 && fit.privacy.epsilon > 1.85 && fit.privacy.adjacency == .addRemove)
    #expect(fit.model.accuracy(on: Self.clouds(1000, seed: 2)) > 0.95)
  }

  @Test("A published setting of DP-SGD: 2.4610 by the old conversion, 1.8915 by loss distributions")
  func published() throws {
    let epsilon = try PrivateGradientDescent(samplingRate: 250 / 15_000, steps: 900, noiseMultiplier: 1.3)
      .epsilon(delta: 1e-5)
    #expect(epsilon >= 1.8914 && epsilon < 1.91)
  }

  @Test("Poisson samples have a random size")
  func sampling() throws {
    // With a rate of 1 every row is in every step, and the statement is that of unsampled normal noise.
    let all = PrivateGradientDescent(samplingRate: 1, steps: 1, noiseMultiplier: 3.730632)
    #expect(abs(try all.epsilon(delta: 1e-5) - 1) < 1e-2)
  }

  @Test("Trees learn from noisy counts and hold nothing else")
  func trees() throws {
    let data = Self.clouds(4000)
    var random = RandomStream(seed: 5)
    let fit = try PrivateTree(epsilon: 2, treeCount: 10, depth: 5)
      .fit(data, features: [.number(-1...1), .number(-1...1)], using: &random)
    #expect(fit.model.accuracy(on: Self.clouds(1000, seed: 2)) > 0.9)
    #expect(fit.privacy.noiseScale >= 5 && fit.privacy.noiseScale < 5.001)
    for tree in fit.model.trees.map(\.tree) {
      for (index, node) in tree.nodes.enumerated() {
        #expect(abs(node.weight - tree.values.row(index).reduce(0, +)) < 1e-9)
        if node.test != .leaf {
          for label in 0..<2 {
            let sum = tree.values[Int(node.left), label] + tree.values[Int(node.right), label]
            #expect(abs(tree.values[index, label] - sum) < 1e-6)
          }
        }
      }
    }
  }

  @Test("A tree for a number predicts means where there are rows, and the middle where there are none")
  func numbers() throws {
    let data = Self.clouds(4000)
    let target = data.labels.map { $0 == 1 ? 8.0 : 2 }
    var random = RandomStream(seed: 5)
    let features = [PrivateTree.Feature.number(-1...1), .number(-1...1)]
    let fit = try PrivateTree(epsilon: 2, treeCount: 1, depth: 5)
      .fit(
        RegressionData(features: data.features, target: target), features: features, target: 0...10,
        using: &random)
    let test = Self.clouds(1000, seed: 2)
    let errors = zip(fit.model.predict(test.features), test.labels).map { abs($0 - ($1 == 1 ? 8 : 2)) }
    #expect(errors.reduce(0, +) / 1000 < 1.5)
    // A count and a sum for each leaf, both of a row changing by at most 1.
    #expect(fit.privacy.noiseScale >= 1 && fit.privacy.noiseScale < 1.001 && fit.privacy.epsilon == 2)
    let empty = try PrivateTree(epsilon: 1, treeCount: 1, depth: 2)
      .fit(
        RegressionData(features: Matrix(rows: 0, columns: 2), target: []), features: features, target: 0...10,
        using: &random)
    #expect(empty.model.predict(Matrix([[0, 0]])).allSatisfy { (0...10).contains($0) })
    #expect(throws: PrivacyError.self) {
      try PrivateTree(treeCount: 2).fit(
        RegressionData(features: Matrix(rows: 0, columns: 2), target: []), features: features, target: 0...10,
        using: &random)
    }
  }

  @Test("A tree for a number stays below its epsilon")
  func numbersAudit() throws {
    let rows = Self.clouds(20)
    let data = RegressionData(features: rows.features, target: rows.labels.map(Double.init))
    let more = RegressionData(
      features: rows.features.appending(rowsOf: Matrix([[1, 1]])), target: data.target + [0])
    let tree = PrivateTree(epsilon: 1, treeCount: 1, depth: 1)
    let result = try MechanismAudit(trials: 2000).run(seed: 3, workers: 2) { isWith, random in
      try tree.fit(
        isWith ? more : data, features: [.number(-1...1), .number(-1...1)], target: -1...1, using: &random
      ).model.predict(Matrix([[1, 1]]))[0]
    }
    #expect(result.epsilonLowerBound <= 1)
  }

  @Test("Sensitive features beyond their bound are moved inside, and a column counts once")
  func sensitiveBound() throws {
    typealias Sensitive = FunctionalMechanism.Sensitive
    #expect(Sensitive(columns: [1, 0, 1], magnitude: 1, share: 0.5).columns == [0, 1])
    let rows = try BoundedRows(
      Matrix([[3, 4, 1], [0.1, 0.2, 1]]), bounds: PublicBounds(norm: 10), hasIntercept: false)
    let moved = rows.limiting([0, 1], sum: 1)
    let natural = (0..<2).map { row in moved.matrix.row(row).map { $0 * moved.scale } }
    #expect(zip(natural[0], [3.0 / 7, 4.0 / 7, 1]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(zip(natural[1], [0.1, 0.2, 1]).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  @Test("Tests of a private tree do not depend on the rows")
  func structure() throws {
    func tests(_ data: ClassificationData) throws -> [[DecisionTree.Test]] {
      var random = RandomStream(seed: 6)
      let fit = try PrivateTree(epsilon: 1, treeCount: 3, depth: 4)
        .fit(data, features: [.number(-1...1), .codes(3)], using: &random)
      return fit.model.trees.map { $0.tree.nodes.map(\.test) }
    }
    let other = ClassificationData(features: Matrix(rows: 0, columns: 2), labels: [], classCount: 2)
    #expect(try tests(Self.clouds(100)) == tests(other))
  }

  @Test("Audits of descent and trees stay below their epsilon")
  func audits() throws {
    let rows = Self.clouds(20)
    let canary = rows.appending(
      ClassificationData(features: Matrix([[1, 1]]), labels: [0], classCount: 2))
    let descent = PrivateGradientDescent(samplingRate: 1, steps: 1, noiseMultiplier: 1, learningRate: 1)
    let result = try MechanismAudit(trials: 1000).run(seed: 2, workers: 2) { isWith, random in
      let model = try descent.train(isWith ? canary : rows, publicRows: 20, using: &random)
      let layer = model.network.layers[0]
      return layer.weights[0, 0] + layer.weights[0, 1] + layer.biases[0]
        - layer.weights[1, 0] - layer.weights[1, 1] - layer.biases[1]
    }
    let epsilon = try descent.epsilon(delta: 1e-5)
    #expect(result.epsilonLowerBound <= epsilon && result.epsilonLowerBound > 0.5)
    let tree = PrivateTree(epsilon: 1, treeCount: 1, depth: 2)
    let counts = try MechanismAudit(trials: 2000).run(seed: 3, workers: 2) { isWith, random in
      try tree.fit(isWith ? canary : rows, features: [.number(-1...1), .number(-1...1)], using: &random)
        .model.probabilities(Matrix([[1, 1]]))[0, 0]
    }
    #expect(counts.epsilonLowerBound <= 1)
  }

  @Test("One training with canaries shows part of a large epsilon and nothing of a small one")
  func canaries() throws {
    func bound(_ epsilon: Double) throws -> Double {
      var descent = PrivateGradientDescent(samplingRate: 1, steps: 1, learningRate: 1)
      descent.noiseMultiplier = GaussianMechanism.sigma(epsilon: epsilon, delta: 1e-5)
      var random = RandomStream(seed: 8)
      return try CanaryAudit(canaries: 400, guesses: 80).run(descent, delta: 1e-5, using: &random)
        .epsilonLowerBound
    }
    let large = try bound(20)
    #expect(large > 1 && large <= 20)
    #expect(try bound(0.2) <= 0.2)
  }

  @Test("Settings outside their range are refused")
  func mistakes() throws {
    var random = RandomStream(seed: 1)
    let data = Self.clouds(20)
    #expect(throws: PrivacyError.self) {
      try PrivateGradientDescent(samplingRate: 0).fit(data, delta: 1e-5, publicRows: 20, using: &random)
    }
    #expect(throws: PrivacyError.self) {
      try PrivateTree(depth: 0).fit(data, features: [.number(0...1), .number(0...1)], using: &random)
    }
    #expect(throws: LearningError.self) {
      try PrivateTree().fit(data, features: [.number(0...1)], using: &random)
    }
  }
}
