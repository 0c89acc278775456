import LinearAlgebra
import RealModule

/// How a network is built and trained.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``hidden`` | [100] | one or two of `1...` | Units of the hidden layers |
/// | ``activation`` | relu | | Of the hidden layers |
/// | ``solver`` | adam | | How the loss is minimised |
/// | ``penalty`` | 1e-4 | `0...` | `α` in `α / (2n) · Σ w²` |
/// | ``learningRate`` | 1e-3 | `> 0` | First step of `adam` and `sgd` |
/// | ``momentum`` | 0.9 | `0..<1` | Of `sgd`, after Nesterov if ``usesNesterov`` |
/// | ``batchSize`` | 200 | `1...` | Rows of a step of `adam` and `sgd` |
/// | ``epochs`` | 200 | `1...` | Most passes over the rows, or steps of `lbfgs` |
/// | ``tolerance`` | 1e-4 | `0...` | Progress that counts; gradient norm of `lbfgs` |
/// | ``patience`` | 10 | `1...` | Epochs without progress before training ends |
/// | ``validationShare`` | 0 | `0..<1` | Rows held out to judge progress on; 0 judges on the training loss |
///
/// - Source: Kingma and Ba, "Adam", ICLR 2015; Glorot and Bengio, AISTATS 2010 (start); the defaults are
///   scikit-learn's.
public struct NetworkSettings: Sendable, Hashable, Codable {
  /// How the loss is minimised.
  public enum Solver: String, Sendable, Hashable, Codable, CaseIterable {
    /// Steps on batches of rows, each parameter with a step of its own from the means of its gradient and its square.
    case adam
    /// Steps on batches of rows along the gradient, with momentum.
    case sgd
    /// Quasi-Newton steps on all rows.
    case lbfgs
  }

  /// Units of the hidden layers, one or two.
  public var hidden = [100]
  /// Activation of the hidden layers.
  public var activation = Activation.relu
  /// How the loss is minimised.
  public var solver = Solver.adam
  /// The factor `α` of the penalty `α / (2n) · Σ w²`; biases are not penalised.
  public var penalty = 1e-4
  /// First step of `adam` and `sgd`.
  public var learningRate = 1e-3
  /// Share of the last step that `sgd` takes again.
  public var momentum = 0.9
  /// Whether `sgd` takes the gradient where the momentum leads.
  public var usesNesterov = true
  /// Rows of a step of `adam` and `sgd`.
  public var batchSize = 200
  /// Most passes over the rows, or steps of `lbfgs`.
  public var epochs = 200
  /// Decrease of the loss that counts as progress; for `lbfgs` the norm of the gradient that ends training.
  public var tolerance = 1e-4
  /// Epochs without progress after which training ends.
  public var patience = 10
  /// Share of the rows that is held out to judge progress; 0 judges by the training loss.
  public var validationShare = 0.0

  /// The defaults.
  public init() {}

  /// Checks every parameter against its range.
  ///
  /// - Throws: ``LearningError/parameterOutOfRange(name:value:allowed:)``.
  func check() throws(LearningError) {
    func require(_ isGood: Bool, _ name: String, _ value: Double, _ allowed: String) throws(LearningError) {
      if !isGood { throw .parameterOutOfRange(name: name, value: value, allowed: allowed) }
    }
    try require((1...2).contains(hidden.count), "hidden layers", Double(hidden.count), "1...2")
    try require(
      hidden.allSatisfy { (1...100_000).contains($0) }, "hidden", Double(hidden.min() ?? 0), "1...100000")
    try require(penalty >= 0 && penalty.isFinite, "penalty", penalty, "0...")
    try require(learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "> 0")
    try require(momentum >= 0 && momentum < 1, "momentum", momentum, "0..<1")
    try require(batchSize >= 1, "batchSize", Double(batchSize), "1...")
    try require(epochs >= 1, "epochs", Double(epochs), "1...")
    try require(tolerance >= 0, "tolerance", tolerance, "0...")
    try require(patience >= 1, "patience", Double(patience), "1...")
    try require(validationShare >= 0 && validationShare < 1, "validationShare", validationShare, "0..<1")
  }

  /// A start with uniform weights and biases of the width that Glorot and Bengio advise (for sigmoid units with
  /// the factor 2 in place of 6, as in scikit-learn).
  func start(_ widths: [Int], using random: inout RandomStream) -> [Double] {
    var result: [Double] = []
    for layer in 0..<widths.count - 1 {
      let (inputs, outputs) = (widths[layer], widths[layer + 1])
      let bound = ((activation == .sigmoid ? 2 : 6) / Double(inputs + outputs)).squareRoot()
      for _ in 0..<(inputs + 1) * outputs { result.append(random.uniform(-bound, bound)) }
    }
    return result
  }
}

/// A network in training.
struct NetworkTraining {
  let settings: NetworkSettings
  var objective: NetworkObjective
  let rows: [Int]
  let held: [Int]

  /// Trains from `start` and returns the parameters with the loss on the training rows, the penalty included.
  ///
  /// - Throws: ``LearningError/diverged(epoch:)``, `CancellationError`.
  mutating func run(
    from start: [Double], using random: inout RandomStream
  ) throws -> (parameters: [Double], loss: Double, epochs: Int) {
    if settings.solver == .lbfgs { return try newton(start) }
    var (parameters, gradient) = (start, [Double](repeating: 0, count: start.count))
    var (best, bestScore, waited) = (start, Double.infinity, 0)
    var stepper = Stepper(settings, count: start.count)
    var lastLoss = 0.0
    let total = objective.weight(of: rows)
    for epoch in 1...settings.epochs {
      let order = random.shuffled(rows)
      var sum = 0.0
      for first in Swift.stride(from: 0, to: order.count, by: settings.batchSize) {
        try Task.checkCancellation()
        let batch = Array(order[first..<min(first + settings.batchSize, order.count)])
        let weight = objective.weight(of: batch)
        guard weight > 0 else { continue }
        sum += objective.evaluate(parameters, rows: batch, gradient: &gradient) * weight
        stepper.step(&parameters, gradient)
      }
      lastLoss = sum / total
      guard lastLoss.isFinite else { throw LearningError.diverged(epoch: epoch) }
      let score = held.isEmpty ? lastLoss : objective.loss(parameters, rows: held)
      if score < bestScore - settings.tolerance { waited = 0 } else { waited += 1 }
      if score < bestScore { (best, bestScore) = (parameters, score) }
      if waited >= settings.patience { return (held.isEmpty ? parameters : best, lastLoss, epoch) }
    }
    return (held.isEmpty ? parameters : best, lastLoss, settings.epochs)
  }

  private mutating func newton(_ start: [Double]) throws -> (parameters: [Double], loss: Double, epochs: Int)
  {
    let minimiser = LBFGS(
      maximumIterations: settings.epochs, gradientTolerance: settings.tolerance)
    var objective = objective
    let result = try minimiser.minimize(from: start) { point, gradient in
      try Task.checkCancellation()
      return objective.evaluate(point, rows: rows, gradient: &gradient)
    }
    guard result.value.isFinite else { throw LearningError.diverged(epoch: result.iterations) }
    return (result.point, result.value, result.iterations)
  }
}

/// The steps of stochastic gradient descent and Adam.
private struct Stepper {
  private let settings: NetworkSettings
  private var first: [Double]
  private var second: [Double]
  private var count = 0

  init(_ settings: NetworkSettings, count: Int) {
    self.settings = settings
    first = [Double](repeating: 0, count: count)
    second = settings.solver == .adam ? first : []
  }

  /// Moves the parameters against the gradient.
  mutating func step(_ parameters: inout [Double], _ gradient: [Double]) {
    count += 1
    let rate = settings.learningRate
    switch settings.solver {
    case .adam:
      let (decay, squareDecay) = (0.9, 0.999)
      let now = rate * (1 - Double.pow(squareDecay, count)).squareRoot() / (1 - Double.pow(decay, count))
      for index in parameters.indices {
        first[index] = decay * first[index] + (1 - decay) * gradient[index]
        second[index] = squareDecay * second[index] + (1 - squareDecay) * gradient[index] * gradient[index]
        parameters[index] -= now * first[index] / (second[index].squareRoot() + 1e-8)
      }
    case .sgd, .lbfgs:
      for index in parameters.indices {
        first[index] = settings.momentum * first[index] - rate * gradient[index]
        parameters[index] +=
          settings.usesNesterov ? settings.momentum * first[index] - rate * gradient[index] : first[index]
      }
    }
  }
}
