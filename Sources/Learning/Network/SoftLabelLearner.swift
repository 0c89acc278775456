public import LinearAlgebra

/// Learns from the answers of another model in place of labels, by L-BFGS over all rows.
///
/// Without a hidden layer it fits a linear model: softmax regression, or one-versus-rest with probabilities divided
/// by their sum. The targets are probabilities, or centred scores for ``SoftLoss/scores``.
///
/// | Parameter | Default | Meaning |
/// | --- | --- | --- |
/// | ``hidden`` | [] | Units of the hidden layers; none for a linear model |
/// | ``activation`` | tanh | Of the hidden layers |
/// | ``loss`` | softmax | How far outputs are from the targets |
/// | ``penalty`` | 0 | `α` in `α / (2n) · Σ w²` |
/// | ``minimiser`` | 50 steps of memory, 2000 steps | Limits of the search |
///
/// - Source: Tramèr, Zhang, Juels, Reiter, Ristenpart, "Stealing Machine Learning Models via Prediction APIs",
///   USENIX Security 2016, section 4.1.2.
public struct SoftLabelLearner: Sendable, Hashable {
  /// Units of the hidden layers.
  public var hidden: [Int]
  /// Of the hidden layers.
  public var activation: Activation
  /// How far outputs are from the targets.
  public var loss: SoftLoss
  /// Penalty on the squared weights.
  public var penalty = 0.0
  /// The search.
  public var minimiser = LBFGS(memory: 50, maximumIterations: 2000, gradientTolerance: 1e-10)

  /// A learner of this shape.
  public init(hidden: [Int] = [], activation: Activation = .tanh, loss: SoftLoss = .softmax) {
    self.hidden = hidden
    self.activation = activation
    self.loss = loss
  }

  /// What a search found.
  public struct Fit: Sendable, Hashable {
    /// The loss that was minimised.
    public let loss: SoftLoss
    /// The layers, of which a linear model has one.
    public let network: NeuralNetwork
    /// The mean loss with the penalty.
    public let value: Double
    /// Euclidean norm of the gradient.
    public let gradientNorm: Double
    /// Steps.
    public let iterations: Int
  }

  /// Number of parameters for rows of `inputs` numbers and `outputs` classes.
  public func parameterCount(inputs: Int, outputs: Int) -> Int {
    let widths = [inputs] + hidden + [outputs]
    return zip(widths, widths.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 }
  }

  /// Fits the targets, one row per row of `features` and one column per class.
  ///
  /// - Parameter start: a network of the same shape to begin with; nil begins a linear model at zero and a network
  ///   at random weights.
  /// - Throws: ``LearningError`` for values that are not finite or a search that leaves them; `CancellationError`.
  public func solve(
    _ features: Matrix, targets: Matrix, start: NeuralNetwork? = nil, using random: inout RandomStream
  ) throws -> Fit {
    precondition(features.rows == targets.rows, "\(features.rows) rows and \(targets.rows) targets")
    if case .powers(let exponent, let width) = loss {
      precondition(exponent >= 2 && exponent % 2 == 0 && width > 0, "powers of \(exponent) at width \(width)")
    }
    guard features.rows > 0 else {
      throw LearningError.tooFewRows(method: "learning from answers", needed: 1, found: 0)
    }
    if let place = features.elements.firstIndex(where: { !$0.isFinite }) {
      throw LearningError.featureNotFinite(row: place / features.columns, column: place % features.columns)
    }
    if let place = targets.elements.firstIndex(where: { !$0.isFinite }) {
      throw LearningError.targetNotFinite(row: place / targets.columns)
    }
    let widths = [features.columns] + hidden + [targets.columns]
    var objective = NetworkObjective(
      widths: widths, activation: activation, penalty: penalty, features: features,
      target: .rows(targets, loss))
    let rows = Array(0..<features.rows)
    let result = try minimiser.minimize(from: first(start, widths, using: &random)) { point, gradient in
      try Task.checkCancellation()
      return objective.evaluate(point, rows: rows, gradient: &gradient)
    }
    guard result.value.isFinite else { throw LearningError.diverged(epoch: result.iterations) }
    return Fit(
      loss: loss, network: try objective.network(result.point), value: result.value,
      gradientNorm: result.gradientNorm,
      iterations: result.iterations)
  }

  private func first(
    _ start: NeuralNetwork?, _ widths: [Int], using random: inout RandomStream
  ) throws -> [Double] {
    if let start {
      guard [start.inputCount] + start.layers.map(\.biases.count) == widths else {
        throw LearningError.featureCountMismatch(expected: widths[0], found: start.inputCount)
      }
      return start.layers.flatMap { $0.weights.elements + $0.biases }
    }
    if hidden.isEmpty { return [Double](repeating: 0, count: (widths[0] + 1) * widths[1]) }
    var settings = NetworkSettings()
    settings.activation = activation
    return settings.start(widths, using: &random)
  }
}

extension SoftLabelLearner.Fit {
  /// The model that gives probabilities; two classes without a hidden layer make a logistic model.
  ///
  /// - Throws: ``ModelError`` for one output only.
  public func classifier() throws -> FittedModel {
    guard network.layers.count == 1 else {
      return .networkClassifier(try NetworkClassifier(network: network))
    }
    let layer = network.layers[0]
    guard layer.biases.count >= 2 else {
      throw ModelError.invalid(model: "classifier", reason: "it has one output")
    }
    let isPair = layer.biases.count == 2 && loss != .oneVsRest
    return .linearClassifier(
      isPair
        ? LinearClassifier(
          weights: zip(layer.weights.row(1), layer.weights.row(0)).map { $0 - $1 },
          intercept: layer.biases[1] - layer.biases[0])
        : LinearClassifier(
          weights: layer.weights, intercepts: layer.biases, link: loss == .oneVsRest ? .oneVsRest : .softmax))
  }
}
