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
      guard numbers.allSatisfy(\.isFinite) else {
        throw QueryError.answerDamaged("a predicted number is missing")
      }
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

  /// Root mean squared error of the centred scores, or of a number in units of the deviation of the answers; mean
  /// total variation where the answers are rounded.
  ///
  /// Where a model is sure nearly everywhere the total variation is small for many a wrong network; scores are not.
  func error(_ network: NeuralNetwork, _ design: Matrix) throws -> Double {
    var outputs = network.outputs(design)
    if let wanted = scores ?? (isNumber ? answers : nil) {
      if !isNumber { outputs = outputs.centredRows() }
      let squares = zip(outputs.elements, wanted.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return (squares / Double(max(wanted.elements.count, 1))).squareRoot()
    }
    return try variation(network, design)
  }

  /// Mean total variation of the probabilities.
  func variation(_ network: NeuralNetwork, _ design: Matrix) throws -> Double {
    let own = try NetworkClassifier(network: network).probabilities(design).elements
    return zip(own, answers.elements).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(2 * max(design.rows, 1))
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
  /// Penalties on the squared weights, for answers that do not determine the network.
  private static let penalties = [1.0, 3, 10, 30, 100]

  let design: Matrix
  let targets: NetworkTargets
  let activation: Activation
  let iterations: Int
  var restarts: Int

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

  /// The best network of a given width; where no start meets the answers, with the penalty that does best on a tenth
  /// of the rows, which is held out.
  func bestOrPenalised(_ hidden: Int, using random: inout RandomStream) throws -> Result {
    let plain = try best(hidden, using: &random)
    guard !plain.isExact, !targets.isNumber, let parts = split(using: &random) else { return plain }
    var inner = parts.inner
    inner.restarts = 1
    var stream = random.child("penalty")
    var least = try parts.held.targets.variation(
      try inner.best(hidden, using: &stream).network, parts.held.design)
    var chosen: Double?
    for penalty in Self.penalties {
      let network = try inner.penalised(hidden, penalty, using: &stream)
      let error = try parts.held.targets.variation(network, parts.held.design)
      if error < least { (chosen, least) = (penalty, error) }
    }
    guard let chosen else { return plain }
    let network = try penalised(hidden, chosen, using: &stream)
    return Result(network: network, hidden: hidden, error: try targets.error(network, design))
  }

  private func penalised(
    _ hidden: Int, _ penalty: Double, using random: inout RandomStream
  ) throws -> NeuralNetwork {
    var learner = learner(hidden)
    learner.penalty = penalty
    learner.minimiser.maximumIterations = min(iterations, 300)
    return try learner.solve(design, targets: targets.scores ?? targets.answers, using: &random).network
  }

  /// Nine tenths of the rows and the rest; nil if there are too few.
  private func split(
    using random: inout RandomStream
  ) -> (inner: NetworkSearch, held: (design: Matrix, targets: NetworkTargets))? {
    var shuffle = random.child("held")
    let order = shuffle.permutation(design.rows)
    let held = Array(order.prefix(max(design.rows / 10, 1)))
    let used = Array(order.dropFirst(held.count))
    guard used.count >= 2 else { return nil }
    let inner = NetworkSearch(
      design: design.rows(at: used), targets: targets.rows(at: used), activation: activation,
      iterations: iterations, restarts: restarts)
    return (inner, (design.rows(at: held), targets.rows(at: held)))
  }

  /// One start.
  private func once(_ hidden: Int, using random: inout RandomStream) throws -> Result {
    if targets.isNumber { return try number(hidden, using: &random) }
    let fit = try learner(hidden).solve(design, targets: targets.scores ?? targets.answers, using: &random)
    return Result(network: fit.network, hidden: hidden, error: try targets.error(fit.network, design))
  }

  private func learner(_ hidden: Int) -> SoftLabelLearner {
    var learner = SoftLabelLearner(
      hidden: [hidden], activation: activation, loss: targets.scores == nil ? .softmax : .scores)
    learner.minimiser.maximumIterations = iterations
    return learner
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
    guard let parts = split(using: &random) else { return try best(1, using: &random) }
    var inner = parts.inner
    inner.restarts = 1
    var (width, bestWidth, bestError) = (2, 2, Double.infinity)
    while width <= 128 {
      var stream = random.child("width").child(width)
      let error = try parts.held.targets.error(
        try inner.best(width, using: &stream).network, parts.held.design)
      // A wider layer has to be clearly better.
      if error < 0.7 * bestError { (bestWidth, bestError) = (width, error) }
      if error < Self.exactError || width >= 4 * bestWidth { break }
      width *= 2
    }
    return try bestOrPenalised(bestWidth, using: &random)
  }
}
