public import LinearAlgebra
public import Methods

/// A network with the loss it was trained to.
public struct NetworkFit<Model: Sendable>: Sendable {
  /// The model.
  public let model: Model
  /// Loss on the training rows, the penalty included; for `adam` and `sgd` the mean over the last epoch.
  public let loss: Double
  /// Epochs, or steps of `lbfgs`.
  public let epochs: Int
}

/// A small neural network for classes: one or two hidden layers and a softmax.
public struct NeuralNetworkClassifier: ClassificationLearner, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "mlp", family: .learner, title: "Neural network",
    summary: "One or two hidden layers and a softmax, trained by Adam, SGD or L-BFGS.",
    citation:
      "Rumelhart, Hinton, Williams, Learning representations by back-propagating errors, Nature 323 (1986)",
    needs: "features of comparable scale; no missing values")

  /// How the network is built and trained.
  public var settings: NetworkSettings

  /// A learner with the given settings.
  public init(settings: NetworkSettings = .init()) { self.settings = settings }

  public func fit(_ data: ClassificationData, using random: inout RandomStream) throws -> NetworkClassifier {
    try solve(data, using: &random).model
  }

  /// Trains the network.
  ///
  /// - Parameter start: a network of the same shape to begin with; nil for a random one.
  /// - Throws: ``LearningError`` for settings or data that make training impossible, and when it diverges.
  public func solve(
    _ data: ClassificationData, start: NeuralNetwork? = nil, using random: inout RandomStream
  ) throws -> NetworkFit<NetworkClassifier> {
    let widths = [data.features.columns] + settings.hidden + [data.classCount]
    let (network, loss, epochs) = try settings.train(
      data.features, .classes(data.labels), weights: data.weights, widths: widths, start: start,
      using: &random)
    return NetworkFit(model: try NetworkClassifier(network: network), loss: loss, epochs: epochs)
  }
}

/// A small neural network for a number: one or two hidden layers, trained on half the squared error.
public struct NeuralNetworkRegressor: RegressionLearner, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "mlp-regressor", family: .learner, title: "Neural network (number)",
    summary: "One or two hidden layers and a linear output, trained by Adam, SGD or L-BFGS.",
    citation:
      "Rumelhart, Hinton, Williams, Learning representations by back-propagating errors, Nature 323 (1986)",
    needs: "features and target of comparable scale; no missing values")

  /// How the network is built and trained.
  public var settings: NetworkSettings

  /// A learner with the given settings.
  public init(settings: NetworkSettings = .init()) { self.settings = settings }

  public func fit(_ data: RegressionData, using random: inout RandomStream) throws -> NetworkRegressor {
    try solve(data, using: &random).model
  }

  /// Trains the network.
  ///
  /// - Parameter start: a network of the same shape to begin with; nil for a random one.
  /// - Throws: ``LearningError`` for settings or data that make training impossible, and when it diverges.
  public func solve(
    _ data: RegressionData, start: NeuralNetwork? = nil, using random: inout RandomStream
  ) throws -> NetworkFit<NetworkRegressor> {
    if let row = data.target.firstIndex(where: { !$0.isFinite }) {
      throw LearningError.targetNotFinite(row: row)
    }
    try checkTargetMagnitude(data.target)
    let (network, loss, epochs) = try settings.train(
      data.features, .numbers(data.target), weights: data.weights,
      widths: [data.features.columns] + settings.hidden + [1], start: start, using: &random)
    return NetworkFit(model: try NetworkRegressor(network: network), loss: loss, epochs: epochs)
  }
}

extension NetworkSettings {
  /// Trains a network of the given widths.
  func train(
    _ features: Matrix, _ target: NetworkTarget, weights: [Double]?, widths: [Int], start: NeuralNetwork?,
    using random: inout RandomStream
  ) throws -> (network: NeuralNetwork, loss: Double, epochs: Int) {
    try check()
    try checkRowWeights(weights)
    // The parameters, and what the solvers keep beside them.
    let count = zip(widths, widths.dropFirst()).reduce(0.0) { $0 + Double($1.0 + 1) * Double($1.1) }
    guard count * 8 * 8 <= Double(SystemMemory.bytes) else {
      throw LearningError.parameterOutOfRange(
        name: "number of weights", value: count, allowed: "1...\(SystemMemory.bytes / 64), which memory holds"
      )
    }
    guard features.columns > 0 else {
      throw LearningError.featureCountMismatch(expected: 1, found: 0)
    }
    if let position = features.elements.firstIndex(where: { !$0.isFinite }) {
      throw LearningError.featureNotFinite(
        row: position / features.columns, column: position % features.columns)
    }
    try features.checkMagnitudes()
    let order = random.permutation(features.rows)
    let heldCount = Int((Double(features.rows) * validationShare).rounded())
    guard features.rows - heldCount >= 2 else {
      throw LearningError.tooFewRows(method: "a neural network", needed: 2, found: features.rows - heldCount)
    }
    let rows = validationShare > 0 ? order[heldCount...].sorted() : Array(0..<features.rows)
    if let start,
      start.layers.map(\.biases.count) != Array(widths.dropFirst()) || start.inputCount != widths[0]
    {
      throw LearningError.featureCountMismatch(expected: widths[0], found: start.inputCount)
    }
    let first =
      start?.layers.flatMap { $0.weights.elements + $0.biases } ?? self.start(widths, using: &random)
    let objective = NetworkObjective(
      widths: widths, activation: activation, penalty: penalty, features: features, target: target,
      weights: weights)
    guard objective.weight(of: rows) > 0 else { throw LearningError.allWeightsZero }
    var training = NetworkTraining(
      settings: self, objective: objective, rows: rows, held: Array(order[..<heldCount]))
    let (parameters, loss, epochs) = try training.run(from: first, using: &random)
    guard parameters.allSatisfy(\.isFinite) else { throw LearningError.diverged(epoch: epochs) }
    return (try objective.network(parameters), loss, epochs)
  }
}

extension NetworkSettings {
  /// What can be set.
  static let settings: [Setting<Self>] = [
    .init("hidden", \.hidden, "units of one or two hidden layers, such as [64,32]", each: 1...100_000),
    .init(
      "activation", \.activation, "activation function of the hidden layers", only: [.relu, .tanh, .sigmoid]),
    .init("solver", \.solver, "how the loss is minimised"),
    .init("penalty", \.penalty, "penalty on the squared weights", in: 0...),
    .init("learningRate", \.learningRate, "first step of adam and sgd", in: .above(0)),
    .init("momentum", \.momentum, "momentum of sgd", in: 0..<1),
    .init("usesNesterov", \.usesNesterov, "whether the momentum looks ahead"),
    .init("batchSize", \.batchSize, "rows of a step of adam and sgd", in: 1...),
    .init("epochs", \.epochs, "most passes over the rows", in: 1...),
    .init(
      "tolerance", \.tolerance, "least progress that counts; for lbfgs the gradient norm that ends training",
      in: 0...),
    .init("patience", \.patience, "epochs without progress before training ends", in: 1...),
    .init("validationShare", \.validationShare, "rows held out to judge progress", in: 0..<1),
  ]
}
