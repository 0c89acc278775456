import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Learning

@Suite("Neural networks")
struct NetworkTests {
  private struct Fixture: Decodable {
    struct Layer: Decodable {
      let weights: [[Double]]
      let biases: [Double]
    }
    struct Case: Decodable {
      let kind: String
      let activation: String
      let hidden: [Int]
      let penalty: Double
      let start: [Layer]
      let loss: Double
      let highest: Double
    }
    let source: String
    let features: [[Double]]
    let classes: [Int]
    let numbers: [Double]
    let cases: [Case]
  }

  private func settings(_ solver: NetworkSettings.Solver, _ hidden: [Int]) -> NetworkSettings {
    var settings = NetworkSettings()
    settings.solver = solver
    settings.hidden = hidden
    return settings
  }

  /// The loss has many minima, and where paths to them part rounding decides: most losses must be at least as low as
  /// scikit-learn's, and none higher than its own when the start is changed by a relative 1e-9.
  /// `Tests/Peers/measured/learners.md` has the figures.
  @Test("L-BFGS reaches the loss of scikit-learn from the same start")
  func reference() throws {
    var reached = 0
    let fixture: Fixture = try FixtureFile.decode("networks.json")
    let features = Matrix(fixture.features)
    #expect(fixture.cases.count == 12)
    for one in fixture.cases {
      var settings = settings(.lbfgs, one.hidden)
      settings.activation = try #require(
        Activation(rawValue: one.activation == "logistic" ? "sigmoid" : one.activation))
      settings.penalty = one.penalty
      settings.tolerance = 1e-7
      settings.epochs = 5000
      let start = try NeuralNetwork(
        layers: one.start.enumerated().map { index, layer in
          DenseLayer(
            weights: Matrix(layer.weights), biases: layer.biases,
            activation: index == one.start.count - 1 ? .identity : settings.activation)
        })
      var random = RandomStream(seed: 1)
      let loss: Double
      if one.kind == "classes" {
        let data = ClassificationData(features: features, labels: fixture.classes, classCount: 3)
        loss = try NeuralNetworkClassifier(settings: settings).solve(data, start: start, using: &random).loss
      } else {
        let data = RegressionData(features: features, target: fixture.numbers)
        loss = try NeuralNetworkRegressor(settings: settings).solve(data, start: start, using: &random).loss
      }
      if loss <= one.loss * (1 + 1e-6) { reached += 1 }
      #expect(
        loss <= one.highest * (1 + 1e-6), "\(one.kind) \(one.activation) \(one.hidden): \(loss) > \(one.loss)"
      )
    }
    #expect(reached >= 10)
  }

  @Test("gradients equal central finite differences", arguments: Activation.allCases, [0.0, 0.5])
  func gradients(activation: Activation, penalty: Double) throws {
    var random = RandomStream(seed: 3).child(activation.rawValue)
    let features = Matrix(rows: 7, columns: 3, elements: (0..<21).map { _ in random.normal() })
    let answers = Matrix((0..<7).map { [0.1 * Double($0), 0.3, 0.7 - 0.1 * Double($0)] })
    let centred = Matrix((0..<7).map { [0.1 * Double($0), -0.3, 0.3 - 0.1 * Double($0)] })
    let targets: [(NetworkTarget, Int)] = [
      (.classes([0, 1, 2, 0, 1, 2, 2]), 3), (.numbers((0..<7).map { _ in random.normal() }), 1),
      (.rows(answers, .softmax), 3), (.rows(answers, .softmaxEntropy(weight: 0.7)), 3),
      (.rows(answers, .oneVsRest), 3), (.rows(centred, .scores), 3),
      (.rows(answers, .powers(exponent: 2, width: 0.1)), 3),
      (.rows(answers, .powers(exponent: 8, width: 0.9)), 3),
    ]
    for (target, outputs) in targets {
      var objective = NetworkObjective(
        widths: [3, 4, 2, outputs], activation: activation, penalty: penalty, features: features,
        target: target)
      let rows = [0, 2, 3, 4, 6]
      let point = (0..<objective.parameterCount).map { _ in random.normal() * 0.7 }
      var gradient = [Double](repeating: 0, count: point.count)
      _ = objective.evaluate(point, rows: rows, gradient: &gradient)
      var unused = gradient
      for index in point.indices {
        let step = 1e-5
        var (above, below) = (point, point)
        above[index] += step
        below[index] -= step
        let difference =
          (objective.evaluate(above, rows: rows, gradient: &unused)
            - objective.evaluate(below, rows: rows, gradient: &unused)) / (2 * step)
        #expect(abs(difference - gradient[index]) < 1e-6 * max(1, abs(difference)))
      }
    }
  }

  @Test("the gradient with respect to the features equals finite differences")
  func inputGradient() throws {
    var random = RandomStream(seed: 8)
    let layers = [(3, 5, Activation.tanh), (5, 4, .sigmoid), (4, 3, .identity)].map {
      inputs, outputs, activation in
      DenseLayer(
        weights: Matrix(
          rows: outputs, columns: inputs, elements: (0..<inputs * outputs).map { _ in random.normal() }),
        biases: (0..<outputs).map { _ in random.normal() }, activation: activation)
    }
    let model = try NetworkClassifier(network: NeuralNetwork(layers: layers))
    let features = Matrix(rows: 2, columns: 3, elements: (0..<6).map { _ in random.normal() })
    let labels = [2, 0]
    let gradient = model.inputGradient(features, logProbabilityOf: labels)
    for row in 0..<2 {
      for column in 0..<3 {
        var (above, below) = (features, features)
        above[row, column] += 1e-6
        below[row, column] -= 1e-6
        let difference =
          (log(model.probabilities(above)[row, labels[row]])
            - log(model.probabilities(below)[row, labels[row]]))
          / 2e-6
        #expect(abs(difference - gradient[row, column]) < 1e-6)
      }
    }
  }

  @Test("weights count rows as often as they say, penalty included", arguments: [true, false])
  func weights(isClasses: Bool) {
    var random = RandomStream(seed: 9)
    let features = Matrix(rows: 5, columns: 3, elements: (0..<15).map { _ in random.normal() })
    let numbers = (0..<5).map { _ in random.normal() }
    let target: NetworkTarget = isClasses ? .classes([0, 1, 1, 0, 1]) : .numbers(numbers)
    let widths = [3, 4, isClasses ? 2 : 1]
    var weighted = NetworkObjective(
      widths: widths, activation: .tanh, penalty: 0.3, features: features, target: target,
      weights: [2, 0, 1, 3, 1])
    var repeated = NetworkObjective(
      widths: widths, activation: .tanh, penalty: 0.3, features: features, target: target)
    let point = (0..<weighted.parameterCount).map { _ in random.normal() }
    var (one, other) = (point, point)
    let loss = weighted.evaluate(point, rows: [0, 1, 2, 3, 4], gradient: &one)
    let wanted = repeated.evaluate(point, rows: [0, 0, 2, 3, 3, 3, 4], gradient: &other)
    #expect(abs(loss - wanted) < 1e-12)
    #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(weighted.evaluate(point, rows: [1], gradient: &one) == 0 && one.allSatisfy { $0 == 0 })
  }

  @Test("every solver learns what no linear model can", arguments: NetworkSettings.Solver.allCases)
  func learns(solver: NetworkSettings.Solver) throws {
    var random = RandomStream(seed: 4)
    let features = Matrix(rows: 300, columns: 2, elements: (0..<600).map { _ in random.uniform(-1, 1) })
    let labels = (0..<300).map { features[$0, 0] * features[$0, 1] > 0 ? 1 : 0 }
    let data = ClassificationData(features: features, labels: labels, classCount: 2)
    var settings = settings(solver, [16])
    settings.learningRate = solver == .sgd ? 0.1 : 0.02
    settings.batchSize = 32
    settings.validationShare = solver == .adam ? 0.1 : 0
    let model = try NeuralNetworkClassifier(settings: settings).fit(data, using: &random)
    #expect(model.accuracy(on: data) > 0.93)
    var again = RandomStream(seed: 5)
    var other = RandomStream(seed: 5)
    let learner = NeuralNetworkClassifier(settings: settings)
    #expect(try learner.fit(data, using: &again) == learner.fit(data, using: &other))
  }

  @Test("JSON keeps every bit and refuses layers that do not fit")
  func codable() throws {
    var random = RandomStream(seed: 6)
    let features = Matrix(rows: 30, columns: 2, elements: (0..<60).map { _ in random.normal() })
    let data = RegressionData(features: features, target: features.column(0))
    let model = try NeuralNetworkRegressor(settings: settings(.lbfgs, [3])).fit(data, using: &random)
    let bytes = try JSONEncoder().encode(model)
    #expect(try JSONDecoder().decode(NetworkRegressor.self, from: bytes) == model)
    #expect(throws: ModelError.self) { try JSONDecoder().decode(NetworkClassifier.self, from: bytes) }
    let wide = DenseLayer(weights: Matrix(rows: 2, columns: 5), biases: [0, 0], activation: .identity)
    #expect(throws: ModelError.self) { try NeuralNetwork(layers: model.network.layers + [wide]) }
    #expect(throws: ModelError.self) { try NeuralNetwork(layers: []) }
  }

  @Test("bad settings, gaps and divergence are named")
  func errors() throws {
    var random = RandomStream(seed: 7)
    var features = Matrix(rows: 20, columns: 2, elements: (0..<40).map { _ in random.normal() })
    let target = features.column(1)
    func error(_ settings: NetworkSettings, _ features: Matrix) -> LearningError? {
      var random = RandomStream(seed: 1)
      do {
        let data = RegressionData(features: features, target: target)
        _ = try NeuralNetworkRegressor(settings: settings).fit(data, using: &random)
        return nil
      } catch { return error as? LearningError }
    }
    #expect(
      error(settings(.adam, []), features)
        == .parameterOutOfRange(name: "hidden layers", value: 0, allowed: "1...2"))
    var wild = settings(.sgd, [8])
    wild.learningRate = 1e6
    guard case .diverged = error(wild, features) else {
      Issue.record("no divergence was reported")
      return
    }
    features[4, 1] = .nan
    #expect(error(settings(.adam, [4]), features) == .featureNotFinite(row: 4, column: 1))
  }
}
