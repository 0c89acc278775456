public import Learning
public import LinearAlgebra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Training on soft labels of high entropy, so that a network is as unsure of its training rows as of others.
///
/// The label of a row gets the probability `p` and every other class `(1 − p) / (k − 1)`, with `p` such that the
/// entropy is `entropyShare · ln k`; the most probable class stays the label.
///
/// This is the first part of HAMP; its entropy penalty is not part of it, and its change of outputs is a guard. It
/// promises no differential privacy.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``entropyShare`` | 0.9 | `0..<1` | Entropy of a label in units of the largest |
/// | ``learner`` | one hidden layer of 32 | | Shape of the network and its search |
///
/// - Source: Chen and Pattabiraman, "Overconfidence is a Dangerous Thing: Mitigating Membership Inference Attacks by
///   Enforcing Less Confident Prediction", NDSS 2024.
public struct HighEntropyTraining: ClassificationLearner, Hashable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "high-entropy", kind: .defence, title: "High-entropy soft labels (HAMP)",
    summary: "A network learns labels that are spread over all classes.",
    citation:
      "Chen and Pattabiraman, Overconfidence is a Dangerous Thing: Mitigating Membership Inference Attacks by "
      + "Enforcing Less Confident Prediction, NDSS 2024",
    needs: "classes; features of comparable scale",
    parameters: [
      .init("entropyShare", "entropy of a label, of the largest", range: "0..<1", default: "0.9")
    ], taxonomy: .privateTraining)

  /// Entropy of a label in units of the largest.
  public var entropyShare: Double
  /// Shape of the network and its search.
  public var learner: SoftLabelLearner

  /// A training with the given settings.
  public init(entropyShare: Double = 0.9, learner: SoftLabelLearner = SoftLabelLearner(hidden: [32])) {
    self.entropyShare = entropyShare
    self.learner = learner
  }

  /// The probability of the label for an entropy share and a number of classes.
  public static func labelProbability(entropyShare: Double, classes: Int) -> Double {
    precondition(classes >= 2 && (0..<1).contains(entropyShare), "\(classes) classes, share \(entropyShare)")
    let others = Double(classes - 1)
    func entropy(_ p: Double) -> Double {
      let rest = 1 - p
      return (p > 0 ? -p * log(p) : 0) + (rest > 0 ? -rest * log(rest / others) : 0)
    }
    // From equal shares to certainty the entropy falls.
    return bisect(1 / Double(classes), 1) { entropy($0) > entropyShare * log(Double(classes)) }
  }

  public func fit(_ data: ClassificationData, using random: inout RandomStream) throws -> NetworkClassifier {
    guard (0..<1).contains(entropyShare) else {
      throw PrivacyError.outOfRange(name: "entropyShare", value: entropyShare, range: "0..<1")
    }
    guard data.classCount >= 2 else {
      throw LearningError.singleClass(method: "high-entropy training", label: 0)
    }
    let p = Self.labelProbability(entropyShare: entropyShare, classes: data.classCount)
    let rest = (1 - p) / Double(data.classCount - 1)
    var targets = Matrix(rows: data.count, columns: data.classCount, repeating: rest)
    for (row, label) in data.labels.enumerated() { targets[row, label] = p }
    return try NetworkClassifier(
      network: learner.solve(data.features, targets: targets, using: &random).network)
  }
}
