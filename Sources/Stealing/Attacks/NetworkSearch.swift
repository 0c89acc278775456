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
      let spread = rootMeanSquare(numbers, about: mean)
      let deviation = spread > 0 ? spread : 1
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
  /// Penalties on the squared weights, each of which begins where the one before ended.
  private static let penalties = [30, 10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.001]
  /// Steps at each of them.
  private static let penaltySteps = 300

  let design: Matrix
  let targets: NetworkTargets
  let activation: Activation
  let iterations: Int
  var restarts: Int

  /// The best network of a given width: of a plain start and, if that misses the answers, of starts with penalties.
  func best(_ hidden: Int, using random: inout RandomStream) throws -> Result {
    var best: Result?
    for start in 0..<max(restarts, 1) {
      var stream = random.child("start").child(start)
      let result = try once(hidden, isContinued: start > 0, using: &stream)
      if result.error < best?.error ?? .infinity { best = result }
      if result.isExact { return result }
    }
    guard let best else { throw LearningError.diverged(epoch: iterations) }
    return best
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

  /// One start, with or without penalties that fall step by step.
  ///
  /// A search without them ends in a poor minimum where answers are scarce; smooth networks first is the way around.
  private func once(
    _ hidden: Int, isContinued: Bool, using random: inout RandomStream
  ) throws -> Result {
    if targets.isNumber { return try number(hidden, using: &random) }
    let wanted = targets.scores ?? targets.answers
    var (learner, network) = (learner(hidden), NeuralNetwork?.none)
    for penalty in isContinued ? Self.penalties : [] {
      learner.penalty = penalty
      learner.minimiser.maximumIterations = min(iterations, Self.penaltySteps)
      network = try learner.solve(design, targets: wanted, start: network, using: &random).network
    }
    learner.penalty = 0
    learner.minimiser.maximumIterations = iterations
    let fit = try learner.solve(design, targets: wanted, start: network, using: &random)
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
    return try best(bestWidth, using: &random)
  }
}
