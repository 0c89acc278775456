import LinearAlgebra
import Methods
import Testing

@testable import Learning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The gradient of its loss is compared with finite differences among those of other networks.
@Suite("HAMP's training")
struct HighEntropyTests {
  /// Two overlapping clouds.
  private static func clouds(_ rows: Int) -> ClassificationData {
    var random = RandomStream(seed: 8)
    let labels = (0..<rows).map { $0 % 2 }
    let features = Matrix(labels.map { [2 * Double($0) - 1 + 0.4 * random.normal(), random.normal()] })
    return ClassificationData(features: features, labels: labels, classCount: 2)
  }

  private static func training(share: Double = 0.9, weight: Double = 0.01) -> HighEntropyTraining {
    var settings = NetworkSettings()
    (settings.hidden, settings.solver, settings.epochs) = ([8], .lbfgs, 300)
    return HighEntropyTraining(entropyShare: share, entropyWeight: weight, settings: settings)
  }

  @Test("Soft labels have the entropy that is asked for", arguments: [(0.5, 2), (0.9, 10), (0, 3)])
  func entropy(share: Double, classes: Int) {
    let q = HighEntropyTraining.labelProbability(entropyShare: share, classes: classes)
    let rest = (1 - q) / Double(classes - 1)
    let own = q < 1 ? -q * log(q) - Double(classes - 1) * rest * log(rest) : 0
    #expect(abs(own - share * log(Double(classes))) < 1e-9 && q > 1 / Double(classes))
  }

  @Test("A network of soft labels keeps its classes and loses its confidence")
  func softLabels() throws {
    let data = Self.clouds(200)
    var random = RandomStream(seed: 3)
    let model = try Self.training().fit(data, using: &random)
    #expect(model.accuracy(on: data) > 0.97)
    let largest = model.probabilities(data.features).elements.max() ?? 1
    #expect(largest < HighEntropyTraining.labelProbability(entropyShare: 0.9, classes: 2) + 0.1)
  }

  /// Where all rows are equal the minimum of `−q ln p − (1 − q) ln(1 − p) − α H(p)` is found by halving: its derivative
  /// `(p − q) / (p (1 − p)) + α ln(p / (1 − p))` rises with `p`.
  @Test("The weight of the entropy takes predictions below the soft label", arguments: [0, 0.01, 0.5, 3])
  func weight(alpha: Double) throws {
    let data = ClassificationData(
      features: Matrix(rows: 6, columns: 1, repeating: 1), labels: [1, 1, 1, 1, 1, 1], classCount: 2)
    let q = HighEntropyTraining.labelProbability(entropyShare: 0.5, classes: 2)
    var (low, high) = (0.5, q)
    for _ in 0..<100 {
      let p = (low + high) / 2
      if (p - q) / (p * (1 - p)) + alpha * log(p / (1 - p)) < 0 { low = p } else { high = p }
    }
    var random = RandomStream(seed: 4)
    var training = Self.training(share: 0.5, weight: alpha)
    (training.settings.penalty, training.settings.tolerance) = (0, 1e-9)
    let found = try training.fit(data, using: &random).probabilities(data.features)[0, 1]
    #expect(abs(found - high) < 1e-6)
    #expect(alpha == 0 || found < q)
  }

  @Test("The recipe takes the settings of the network beside its own, and refuses others")
  func recipe() throws {
    let settings = try MethodSettings(["entropyShare=0.5", "entropyWeight=0.2", "hidden=[4]", "epochs=3"])
    guard case .classifier(let recipe) = try Learners.builtIn.make("hamp", settings: settings) else {
      Issue.record("hamp is no classifier")
      return
    }
    var random = RandomStream(seed: 5)
    let trained = try recipe.train(Self.clouds(40), columns: .unnamed, workers: 1, using: &random)
    guard case .networkClassifier(let model) = trained.model else {
      Issue.record("hamp gives no network")
      return
    }
    #expect(model.network.layers[0].biases.count == 4)
    random = RandomStream(seed: 5)
    var same = HighEntropyTraining(entropyShare: 0.5, entropyWeight: 0.2)
    (same.settings.hidden, same.settings.epochs) = ([4], 3)
    #expect(try same.fit(Self.clouds(40), using: &random) == model)
    for pair in ["entropyShare=1", "entropyWeight=-1"] {
      #expect(throws: (any Error).self) {
        try Learners.builtIn.make("hamp", settings: MethodSettings([pair]))
      }
    }
    #expect(throws: LearningError.self) {
      try Self.training(share: 1).fit(Self.clouds(40), using: &random)
    }
    #expect(throws: LearningError.self) {
      try Self.training(weight: .nan).fit(Self.clouds(40), using: &random)
    }
  }
}
