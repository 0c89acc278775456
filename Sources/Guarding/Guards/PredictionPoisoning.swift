import Learning
import LinearAlgebra
public import Methods
import Querying

/// Prediction poisoning (MAD): of the answers within a distance of the model's own, the one that misdirects the gradient of
/// a copy's training most.
///
/// A thief who trains a softmax `p̂` on answers `y` moves along `(p̂ − y) ⊗ x`, so the angle between the gradients of two
/// answers depends on the classes alone:
///
/// ```
/// maximise ‖(p̂ − ỹ)/‖p̂ − ỹ‖ − (p̂ − y)/‖p̂ − y‖‖²  for ỹ on the simplex, ‖y − ỹ‖₁ ≤ budget
/// ỹ = (1 − a) y + a v  with the vertex v that is best, a = min(1, budget / ‖y − v‖₁)
/// ```
///
/// `p̂` is a softmax model with random weights from the service's key, as the paper's surrogate is untrained. With
/// `keepsLabel` the vertices are those of the answers in which the model's class stays the most probable one: equal
/// shares for it and a set of other classes, all sets up to 10 classes and sets of at most one other class beyond.
///
/// - Source: Orekondy, Schiele, Fritz, "Prediction Poisoning: Towards Defenses Against DNN Model Stealing Attacks", ICLR
///   2020, equations 4 to 8 and the argmax-preserving variant.
public struct PredictionPoisoning: ResponseGuard {
  public static let card = MethodCard(
    id: "mad", family: .guard, title: "Prediction poisoning (MAD)",
    summary: "Answers within a distance of the model's own that misdirect the gradient of a copy's training.",
    citation:
      "Orekondy, Schiele, Fritz, Prediction Poisoning: Towards Defenses Against DNN Model Stealing, ICLR 2020",
    needs: "a classifier that gives probabilities; a key", taxonomy: .outputObfuscation)

  public static let settings: [Setting<Self>] = [
    .init("budget", \.budget, "greatest L1 distance from the model's answer", in: 0...2),
    .init("keepsLabel", \.keepsLabel, "whether the most probable class stays the model's"),
  ]
  public static let changesLabels = true

  /// Greatest L1 distance from the model's answer.
  public var budget = 0.5
  /// Whether the most probable class stays the model's.
  public var keepsLabel = true

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    try context.requireClasses(Self.card)
    let features = StreamFeatures(context.schema)
    var random = context.keyedHash.stream([], for: "mad surrogate")
    let scale = 1 / Double(max(features.count, 1)).squareRoot()
    let weights = Matrix(
      rows: context.classCount, columns: features.count,
      elements: (0..<context.classCount * features.count).map { _ in scale * random.normal() })
    let surrogate = LinearClassifier(
      weights: weights, intercepts: [Double](repeating: 0, count: context.classCount), link: .softmax)
    let (budget, keepsLabel) = (budget, keepsLabel)
    return AnswerwiseGuard(Self.card) { values, query in
      let row = features(query)
      let guess = surrogate.probabilities(Matrix(rows: 1, columns: row.count, elements: row)).row(0)
      return Self.poisoned(values, surrogate: guess, budget: budget, keepsLabel: keepsLabel)
    }
  }

  /// The poisoned answer to one query.
  static func poisoned(
    _ values: [Double], surrogate: [Double], budget: Double, keepsLabel: Bool
  ) -> [Double] {
    let own = zip(surrogate, values).map { $0 - $1 }
    var (best, bestTurn) = (values, 0.0)
    for vertex in vertices(values, keepsLabel: keepsLabel) {
      let length = zip(values, vertex).reduce(0) { $0 + abs($1.0 - $1.1) }
      // A little short of the vertex, so that equal shares do not leave the class to chance.
      let step = min(keepsLabel ? 0.999 : 1, length > 0 ? budget / length : 1)
      let candidate = zip(values, vertex).map { (1 - step) * $0 + step * $1 }
      let turn = turn(own, zip(surrogate, candidate).map { $0 - $1 })
      if turn > bestTurn { (best, bestTurn) = (candidate, turn) }
    }
    return best
  }

  /// The squared distance of the directions of two gradients.
  static func turn(_ left: [Double], _ right: [Double]) -> Double {
    let scale = norm2(left) * norm2(right)
    return scale > 0 ? 2 - 2 * dot(left, right) / scale : 0
  }

  private static func vertices(_ values: [Double], keepsLabel: Bool) -> [[Double]] {
    let zero = [Double](repeating: 0, count: values.count)
    func vertex(_ classes: [Int]) -> [Double] {
      var result = zero
      for one in classes { result[one] = 1 / Double(classes.count) }
      return result
    }
    guard keepsLabel else { return values.indices.map { vertex([$0]) } }
    let own = Answer(probabilities: values).label ?? 0
    let others = values.indices.filter { $0 != own }
    guard values.count <= 10 else { return [vertex([own])] + others.map { vertex([own, $0]) } }
    return (0..<(1 << others.count)).map { set in
      vertex([own] + others.enumerated().filter { set >> $0.offset & 1 == 1 }.map(\.element))
    }
  }
}
