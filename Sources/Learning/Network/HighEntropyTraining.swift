public import LinearAlgebra
public import Methods
import RealModule

/// HAMP's training: a network that is as unsure of its training rows as of others. It minimises the mean over rows of
///
/// ```
/// KL(t ‖ p) − α H(p),   H(p) = −Σ pⱼ ln pⱼ
/// ```
///
/// for its probabilities `p`. In the soft label `t` the true class has the probability `q` and every other one
/// `(1 − q) / (k − 1)`, with `q` such that `H(t)` is `entropyShare · ln k`; the most probable class stays the label.
///
/// HAMP also changes the outputs, which is a guard of answers. Neither promises differential privacy.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``entropyShare`` | 0.9 | `0..<1` | Entropy of a label in units of the largest |
/// | ``entropyWeight`` | 0.01 | `0...` | `α` |
/// | ``settings`` | of ``NetworkSettings`` | | Shape of the network and its search |
///
/// The weight is that of the released code for Purchase100 (with an entropy share of 0.8). That code divides the
/// divergence by the number of classes too, so that 0.01 is as strong there as 1 is here.
///
/// - Source: Chen and Pattabiraman, "Overconfidence is a Dangerous Thing: Mitigating Membership Inference Attacks by
///   Enforcing Less Confident Prediction", NDSS 2024, and the released code.
public struct HighEntropyTraining: ClassificationLearner, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "hamp", family: .learner, title: "High-entropy network (HAMP)",
    summary: "A network trained on labels spread over all classes, and rewarded for uncertain predictions.",
    citation:
      "Chen and Pattabiraman, Overconfidence is a Dangerous Thing: Mitigating Membership Inference Attacks by "
      + "Enforcing Less Confident Prediction, NDSS 2024", needs: NeuralNetworkClassifier.card.needs)

  /// Entropy of a label in units of the largest.
  public var entropyShare: Double
  /// Weight of the entropy of predictions.
  public var entropyWeight: Double
  /// Shape of the network and its search.
  public var settings: NetworkSettings

  /// A training with the given settings.
  public init(
    entropyShare: Double = 0.9, entropyWeight: Double = 0.01, settings: NetworkSettings = NetworkSettings()
  ) {
    self.entropyShare = entropyShare
    self.entropyWeight = entropyWeight
    self.settings = settings
  }

  /// The probability of the label for an entropy share and a number of classes.
  public static func labelProbability(entropyShare: Double, classes: Int) -> Double {
    precondition(classes >= 2 && (0..<1).contains(entropyShare), "\(classes) classes, share \(entropyShare)")
    let others = Double(classes - 1)
    func entropy(_ q: Double) -> Double {
      let rest = 1 - q
      return (q > 0 ? -q * Double.log(q) : 0) + (rest > 0 ? -rest * Double.log(rest / others) : 0)
    }
    // From equal shares to certainty the entropy falls.
    var (low, high) = (1 / Double(classes), 1.0)
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if entropy(middle) > entropyShare * Double.log(Double(classes)) { low = middle } else { high = middle }
    }
    return high
  }

  public func fit(_ data: ClassificationData, using random: inout RandomStream) throws -> NetworkClassifier {
    try solve(data, using: &random).model
  }

  /// Trains the network; the loss of the fit is the cross entropy with the soft labels less the weighted entropy.
  ///
  /// - Throws: ``LearningError`` for settings or data that make training impossible, and when it diverges.
  public func solve(
    _ data: ClassificationData, using random: inout RandomStream
  ) throws -> NetworkFit<NetworkClassifier> {
    guard (0..<1).contains(entropyShare) else {
      throw LearningError.parameterOutOfRange(name: "entropyShare", value: entropyShare, allowed: "0..<1")
    }
    guard entropyWeight >= 0, entropyWeight.isFinite else {
      throw LearningError.parameterOutOfRange(name: "entropyWeight", value: entropyWeight, allowed: "0...")
    }
    guard data.classCount >= 2 else {
      throw LearningError.singleClass(method: "high-entropy training", label: 0)
    }
    let q = Self.labelProbability(entropyShare: entropyShare, classes: data.classCount)
    let rest = (1 - q) / Double(data.classCount - 1)
    var targets = Matrix(rows: data.count, columns: data.classCount, repeating: rest)
    for (row, label) in data.labels.enumerated() { targets[row, label] = q }
    let (network, loss, epochs) = try settings.train(
      data.features, .rows(targets, .softmaxEntropy(weight: entropyWeight)), weights: data.weights,
      widths: [data.features.columns] + settings.hidden + [data.classCount], start: nil, using: &random)
    return NetworkFit(model: try NetworkClassifier(network: network), loss: loss, epochs: epochs)
  }
}
