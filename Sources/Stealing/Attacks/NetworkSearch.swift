import Learning
import LinearAlgebra
import Querying

/// What a network is to give for the rows that were asked.
struct NetworkTargets {
  /// Probabilities of the classes, or one column of standardised numbers.
  let answers: Matrix
  /// Centred scores, if all answers have all their digits.
  let scores: Matrix?
  private let scaling: (mean: Double, deviation: Double)?

  /// - Throws: `QueryError` for answers that are incomplete.
  init(_ sample: QuerySample, schema: QuerySchema, decimals: Int?) throws {
    guard schema.classCount > 0 else {
      let numbers = sample.answers.numbers
      guard numbers.allSatisfy(\.isFinite) else { throw QueryError.answerDamaged("a predicted number is missing") }
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
      let deviation = variance > 0 ? variance.squareRoot() : 1
      answers = Matrix(rows: numbers.count, columns: 1, elements: numbers.map { ($0 - mean) / deviation })
      scores = nil
      scaling = (mean, deviation)
      return
    }
    answers = try sample.answers.probabilityMatrix(classCount: schema.classCount)
    let isWhole = decimals == nil && answers.elements.allSatisfy { $0 > 1e-290 }
    scores = isWhole ? answers.centredLogarithms() : nil
    scaling = nil
  }

  private init(answers: Matrix, scores: Matrix?, scaling: (mean: Double, deviation: Double)?) {
    (self.answers, self.scores, self.scaling) = (answers, scores, scaling)
  }

  var isNumber: Bool { scaling != nil }

  func rows(at rows: [Int]) -> NetworkTargets {
    NetworkTargets(answers: answers.rows(at: rows), scores: scores?.rows(at: rows), scaling: scaling)
  }

  /// Mean total variation, or root mean squared error for a number in units of the deviation of the answers.
  func error(_ network: NeuralNetwork, _ design: Matrix) throws -> Double {
    let rows = Double(max(design.rows, 1))
    if isNumber {
      let outputs = network.outputs(design).elements
      return (zip(outputs, answers.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / rows).squareRoot()
    }
    let own = try NetworkClassifier(network: network).probabilities(design).elements
    return zip(own, answers.elements).reduce(0) { $0 + abs($1.0 - $1.1) } / (2 * rows)
  }

  /// The network as a model of what was asked, in its own unit.
  func model(_ network: NeuralNetwork) throws -> FittedModel {
    guard let scaling else { return .networkClassifier(try NetworkClassifier(network: network)) }
    var layers = network.layers
    var last = layers.removeLast()
    last.weights = Matrix(
      rows: 1, columns: last.weights.columns, elements: last.weights.elements.map { $0 * scaling.deviation })
    last.biases = [last.biases[0] * scaling.deviation + scaling.mean]
    return .networkRegressor(try NetworkRegressor(network: NeuralNetwork(layers: layers + [last])))
  }
}

/// The search for a network that meets the answers.
struct NetworkSearch {
  /// Where a search ended.
  struct Result {
    let network: NeuralNetwork
    let hidden: Int
    /// As ``NetworkTargets/error(_:_:)`` on the rows that the search used.
    let error: Double
    /// Whether the answers are met to the last digits that matter.
    var isExact: Bool { error < NetworkSearch.exactError }
  }

  static let exactError = 1e-5

  let design: Matrix
  let targets: NetworkTargets
  let activation: Activation
  let iterations: Int
  let restarts: Int

  /// The best network of a given width.
  func best(_ hidden: Int, using random: inout RandomStream) throws -> Result {
    var best: Result?
    for start in 0..<max(restarts, 1) {
      var stream = random.child("start").child(start)
      let result = try once(hidden, using: &stream)
      if result.error < best?.error ?? .infinity { best = result }
      if result.isExact { return result }
    }
    guard let best else { throw LearningError.diverged(epoch: iterations) }
    return best
  }

  /// One start: the scores first, then the probabilities.
  private func once(_ hidden: Int, using random: inout RandomStream) throws -> Result {
    var learner = SoftLabelLearner(hidden: [hidden], activation: activation, loss: .scores)
    learner.minimiser.maximumIterations = iterations
    if targets.isNumber { return try number(hidden, using: &random) }
    var network: NeuralNetwork?
    if let scores = targets.scores {
      network = try learner.solve(design, targets: scores, using: &random).network
      if let network {
        let error = try targets.error(network, design)
        if error < Self.exactError { return Result(network: network, hidden: hidden, error: error) }
      }
    }
    learner.loss = .softmax
    let fit = try learner.solve(design, targets: targets.answers, start: network, using: &random)
    return Result(network: fit.network, hidden: hidden, error: try targets.error(fit.network, design))
  }

  private func number(_ hidden: Int, using random: inout RandomStream) throws -> Result {
    var settings = NetworkSettings()
    (settings.hidden, settings.activation, settings.solver) = ([hidden], activation, .lbfgs)
    (settings.penalty, settings.epochs, settings.tolerance) = (0, iterations, 1e-10)
    let fit = try NeuralNetworkRegressor(settings: settings).solve(
      RegressionData(features: design, target: targets.answers.elements), using: &random)
    let network = fit.model.network
    return Result(network: network, hidden: hidden, error: try targets.error(network, design))
  }

  /// Doubles the width while that helps on a tenth of the rows, which is held out.
  func estimated(using random: inout RandomStream) throws -> Result {
    var shuffle = random.child("held")
    let order = shuffle.permutation(design.rows)
    let held = Array(order.prefix(max(design.rows / 10, 1)))
    let used = Array(order.dropFirst(held.count))
    guard used.count >= 2 else { return try best(1, using: &random) }
    let inner = NetworkSearch(
      design: design.rows(at: used), targets: targets.rows(at: used), activation: activation,
      iterations: iterations, restarts: 1)
    let (heldDesign, heldTargets) = (design.rows(at: held), targets.rows(at: held))
    var (width, bestWidth, bestError) = (2, 2, Double.infinity)
    while width <= 128 {
      var stream = random.child("width").child(width)
      let error = try heldTargets.error(try inner.best(width, using: &stream).network, heldDesign)
      // A wider layer has to be clearly better.
      if error < 0.7 * bestError { (bestWidth, bestError) = (width, error) }
      if error < Self.exactError || width >= 4 * bestWidth { break }
      width *= 2
    }
    return try best(bestWidth, using: &random)
  }
}
