public import Learning
public import LinearAlgebra
public import Methods

/// Private stochastic gradient descent for a network with a softmax (without hidden layers: softmax regression).
///
/// Every step takes each row with probability `q` by a coin of its own (a real Poisson sample, not a shuffled batch),
/// shortens the gradient of each of its rows to a norm of at most `C`, adds normal noise of deviation `σC` to their
/// sum and divides by the expected number of rows `q n`, which does not depend on the sample.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``hidden`` | none | | Units of the hidden layers |
/// | ``activation`` | tanh | | Of the hidden layers |
/// | ``samplingRate`` | 0.01 | `0<...1` | `q` |
/// | ``steps`` | 1000 | `1...` | Steps |
/// | ``clip`` | 1 | `0<..` | `C` |
/// | ``noiseMultiplier`` | 1 | `0<..` | `σ` |
/// | ``learningRate`` | 0.5 | `0<..` | Length of a step |
///
/// - Source: Abadi, Chu, Goodfellow, McMahan, Mironov, Talwar, Zhang, "Deep learning with differential privacy", CCS
///   2016, algorithm 1; norms of single gradients without the gradients: Goodfellow, arXiv 1510.01799 (2015).
public struct PrivateGradientDescent: Sendable, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "dp-sgd", family: .mechanism, title: "Private gradient descent (DP-SGD)",
    summary: "Gradient steps on Poisson samples, with clipped gradients and normal noise.",
    citation: "Abadi et al., Deep learning with differential privacy, CCS 2016",
    needs: "classes; features of comparable scale by public ranges; a public number of rows",
    taxonomy: .privateTraining)

  /// Units of the hidden layers.
  public var hidden: [Int]
  /// Of the hidden layers.
  public var activation: Activation
  /// Chance of a row to be in a step.
  public var samplingRate: Double
  /// Gradient steps.
  public var steps: Int
  /// Largest norm of a row's gradient.
  public var clip: Double
  /// Deviation of the noise in units of ``clip``.
  public var noiseMultiplier: Double
  /// Length of a step.
  public var learningRate: Double

  /// A mechanism with the given settings.
  public init(
    hidden: [Int] = [], activation: Activation = .tanh, samplingRate: Double = 0.01, steps: Int = 1000,
    clip: Double = 1, noiseMultiplier: Double = 1, learningRate: Double = 0.5
  ) {
    self.hidden = hidden
    self.activation = activation
    self.samplingRate = samplingRate
    self.steps = steps
    self.clip = clip
    self.noiseMultiplier = noiseMultiplier
    self.learningRate = learningRate
  }

  /// The smallest `ε` of the settings at `delta` that an accountant can show, for rows that are there or not.
  ///
  /// - Throws: ``PrivacyError``.
  public func epsilon(delta: Double) throws -> Double {
    try check()
    return try PrivacyAccount.sampledGaussianBound(
      samplingRate: samplingRate, sigma: noiseMultiplier, steps: steps, delta: delta)
  }

  /// The smallest noise multiplier for which ``epsilon(delta:)`` is at most `epsilon`: never below it, and above it by
  /// at most one in 10⁵.
  ///
  /// - Throws: ``PrivacyError``.
  public static func noiseMultiplier(
    epsilon: Double, delta: Double, samplingRate: Double, steps: Int
  ) throws -> Double {
    try PrivacyAccount.sampledGaussianNoise(
      epsilon: epsilon, delta: delta, samplingRate: samplingRate, steps: steps)
  }

  /// Trains a network.
  ///
  /// - Parameters:
  ///   - delta: chance that the `ε` of the statement is exceeded.
  ///   - publicRows: number of rows that is public, by which sums are divided; the true number if it is.
  /// - Throws: ``PrivacyError``, also for a `delta` of one in the public rows or more, `LearningError` for data that are not finite and for sample weights.
  public func fit(
    _ data: ClassificationData, delta: Double, publicRows: Int, using random: inout RandomStream
  ) throws -> PrivateFit<NetworkClassifier> {
    try checkBudget(epsilon: 1, delta: delta, publicRows: publicRows)
    let model = try train(data, publicRows: publicRows, using: &random)
    return PrivateFit(
      model: model,
      privacy: PrivacyStatement(
        mechanism: Self.card.id, epsilon: try epsilon(delta: delta), delta: delta, adjacency: .addRemove,
        bounds: ["sums are divided by the public number of \(publicRows) rows"],
        noiseScale: noiseMultiplier * clip,
        noise: "standard deviation of the normal noise on sums of gradients of norm \(clip), in each of "
          + "\(steps) steps on Poisson samples of rate \(samplingRate)",
        assumptions: ["a sample and its noise are drawn anew in every step", floatingPointNoise]))
  }

  /// The network of ``fit(_:delta:publicRows:using:)`` without its accounting.
  ///
  /// - Throws: as that.
  public func train(
    _ data: ClassificationData, publicRows: Int, using random: inout RandomStream
  ) throws -> NetworkClassifier {
    try check()
    guard publicRows >= 1 else {
      throw PrivacyError.outOfRange(
        name: "the public number of rows", value: Double(publicRows), range: "1...")
    }
    guard data.weights == nil else { throw LearningError.weightsUnsupported(method: "private descent") }
    if let place = data.features.elements.firstIndex(where: { !$0.isFinite }) {
      throw LearningError.featureNotFinite(
        row: place / data.features.columns, column: place % data.features.columns)
    }
    var network = ClippedNetwork(
      widths: [data.features.columns] + hidden + [data.classCount], activation: activation, using: &random)
    let factor = learningRate / (samplingRate * Double(publicRows))
    for _ in 0..<steps {
      let sample = (0..<data.count).filter { _ in random.bernoulli(samplingRate) }
      var change = network.clippedGradient(data.rows(at: sample), clip: clip)
      for layer in change.indices {
        change[layer].weights.withMutableElements { elements in
          for index in elements.indices { elements[index] += noiseMultiplier * clip * random.normal() }
        }
        for index in change[layer].biases.indices {
          change[layer].biases[index] += noiseMultiplier * clip * random.normal()
        }
      }
      network.move(along: change, by: -factor)
      try Task.checkCancellation()
    }
    return try NetworkClassifier(network: NeuralNetwork(layers: network.layers))
  }

  private func check() throws(PrivacyError) {
    for (name, value) in [
      ("clip", clip), ("noiseMultiplier", noiseMultiplier), ("learningRate", learningRate),
    ]
    where !(value > 0 && value.isFinite) {
      throw .outOfRange(name: name, value: value, range: "0<..")
    }
    guard samplingRate > 0, samplingRate <= 1 else {
      throw .outOfRange(name: "samplingRate", value: samplingRate, range: "0<..1")
    }
    guard (1...10_000_000).contains(steps) else {
      throw .outOfRange(name: "steps", value: Double(steps), range: "1...10000000")
    }
    if let width = hidden.first(where: { !(1...100_000).contains($0) }) {
      throw .outOfRange(name: "hidden", value: Double(width), range: "1...100000")
    }
  }
}
