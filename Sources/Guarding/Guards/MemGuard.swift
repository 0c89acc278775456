import Learning
import LinearAlgebra
public import Methods
import Querying
import RealModule

/// MemGuard: noise on probabilities after which a classifier of members and others can only guess.
///
/// The service trains such a classifier `g` on its own answers to training rows and to honest queries. For an answer
/// `s = softmax(z)` it searches noise `e` on the scores `z` with `g(softmax(z + e)) = ½` and the same class:
///
/// ```
/// minimise |h(z + e)| + 10 max(0, max other (z + e) − (z + e) of the class) + c ‖softmax(z + e) − s‖₁
/// ```
///
/// with `h` the logit of `g`, by steps of length 0.1 along the gradient, for `c` = 0.1, 1, 10, … until the search
/// fails; the last noise that worked is used with probability `min(1, budget / ‖r‖₁)`, if it takes `g` closer to ½. The
/// coin belongs to the query, so that asking again gives the same answer and averaging answers gives nothing. A query
/// that is moved a little tosses again: below a budget that always pays for the noise, a few near copies bring the true
/// answer. An attack on labels alone is not touched.
///
/// - Source: Jia, Salem, Backes, Zhang, Gong, "MemGuard: Defending against Black-Box Membership Inference Attacks via
///   Adversarial Examples", CCS 2019, section 4 and algorithm 1 (the paper's `g` sees scores unsorted).
public struct MemGuard: ResponseGuard {
  public static let card = MethodCard(
    id: "memguard", family: .guard, title: "MemGuard",
    summary: "Noise on probabilities that leaves a membership classifier guessing.",
    citation:
      "Jia et al., MemGuard: Defending against Black-Box Membership Inference Attacks via Adversarial Examples, "
      + "CCS 2019",
    needs: "a classifier that gives probabilities; at least 20 training rows and 20 honest queries; a key",
    taxonomy: .membershipObfuscation)

  public static let settings: [Setting<Self>] = [
    .init("budget", \.budget, "expected L1 distance from the model's answer", in: 0...2),
    .init("iterations", \.iterations, "steps of a search for noise", in: 1...),
  ]

  /// Expected L1 distance from the model's answer, at most.
  public var budget = 1.0
  /// Steps of a search for noise.
  public var iterations = 300

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    try context.requireClasses(Self.card)
    let others = try context.benignAnswers(Self.card, atLeast: 20)
    guard let rows = context.members, rows.rows >= 20 else {
      throw GuardingError.notApplicable(
        method: Self.card.id,
        reason: "it learns what members look like from at least 20 training rows and has "
          + "\(context.members?.rows ?? 0)")
    }
    let members = try context.memberAnswers(rows)
    var random = context.keyedHash.stream([], for: "memguard classifier")
    let noise = try MembershipNoise(
      members: members.map(\.probabilities), others: others.map(\.probabilities), iterations: iterations,
      using: &random)
    let (budget, hash) = (budget, context.keyedHash)
    return AnswerwiseGuard(Self.card) { values, query in
      let changed = noise.noisy(values)
      let distance = zip(values, changed).reduce(0) { $0 + abs($1.0 - $1.1) }
      guard distance > 0 else { return values }
      var coin = hash.stream(query, for: "memguard coin")
      return coin.uniform() < budget / distance ? changed : values
    }
  }
}

/// The search for noise against a classifier of members.
struct MembershipNoise: Sendable {
  private let classifier: NetworkClassifier
  private let iterations: Int

  /// Learns the classifier from answers.
  init(
    members: [[Double]], others: [[Double]], iterations: Int, using random: inout RandomStream
  ) throws {
    let rows = (members + others).map { Self.features($0).values }
    var settings = NetworkSettings()
    settings.hidden = [32]
    let count = Double(rows.count)
    let data = ClassificationData(
      features: Matrix(rows), labels: members.map { _ in 1 } + others.map { _ in 0 }, classCount: 2,
      weights: members.map { _ in count / Double(members.count) }
        + others.map { _ in count / Double(others.count) })
    classifier = try NeuralNetworkClassifier(settings: settings).fit(data, using: &random)
    self.iterations = iterations
  }

  /// Probabilities in falling order, and the order.
  ///
  /// Logarithms would let noise hide in the smallest probabilities, where it costs no distance and another
  /// classifier does not look.
  private static func features(_ probabilities: [Double]) -> (values: [Double], order: [Int]) {
    let order = probabilities.indices.sorted {
      (probabilities[$1], $0) < (probabilities[$0], $1)
    }
    return (order.map { probabilities[$0] }, order)
  }

  /// The logit of the classifier and its derivative with respect to the scores.
  func logit(_ probabilities: [Double]) -> (value: Double, gradient: [Double]) {
    let (values, order) = Self.features(probabilities)
    let row = Matrix([values])
    let share = classifier.probabilities(row)
    let up = classifier.inputGradient(row, logProbabilityOf: [1]).row(0)
    let down = classifier.inputGradient(row, logProbabilityOf: [0]).row(0)
    var slopes = [Double](repeating: 0, count: probabilities.count)
    for (place, index) in order.enumerated() {
      slopes[index] = probabilities[index] * (up[place] - down[place])
    }
    let total = slopes.reduce(0, +)
    let value = Double.log(max(share[0, 1], 1e-300)) - Double.log(max(share[0, 0], 1e-300))
    return (value, zip(slopes, probabilities).map { $0 - total * $1 })
  }

  /// The answer with noise; the answer itself if no noise takes the classifier closer to guessing.
  func noisy(_ probabilities: [Double]) -> [Double] {
    let start = logit(probabilities).value
    guard start != 0, probabilities.count > 1 else { return probabilities }
    let label = probabilities.indices.reduce(0) { probabilities[$1] > probabilities[$0] ? $1 : $0 }
    var (best, price) = (probabilities, 0.1)
    while price < 1e4, let found = search(probabilities, label, start, price) {
      best = found
      price *= 10
    }
    return abs(logit(best).value) < abs(start) ? best : probabilities
  }

  /// The point where a search crosses the classifier's border; beyond it the classifier would be wrong, which is as
  /// telling as right.
  private func search(
    _ probabilities: [Double], _ label: Int, _ start: Double, _ price: Double
  ) -> [Double]? {
    var scores = probabilities.map { Double.log(max($0, 1e-12)) }
    var last = scores
    for _ in 0..<iterations {
      let values = Self.softmax(scores)
      let (logit, slope) = logit(values)
      let top = scores.indices.filter { $0 != label }.reduce(label == 0 ? 1 : 0) {
        scores[$1] > scores[$0] ? $1 : $0
      }
      if logit * start <= 0, scores[label] > scores[top] { return border(last, scores, label, start) }
      var gradient = slope.map { logit > 0 ? $0 : -$0 }
      if scores[top] >= scores[label] {
        gradient[top] += 10
        gradient[label] -= 10
      }
      let signs = zip(values, probabilities).map { $0 > $1 ? 1.0 : -1 }
      let mean = dot(signs, values)
      for index in scores.indices { gradient[index] += price * values[index] * (signs[index] - mean) }
      let length = norm2(gradient)
      guard length > 0, length.isFinite else { return nil }
      last = scores
      axpy(-0.1 / length, gradient, into: &scores)
    }
    return nil
  }

  /// Halves the last step until the classifier can hardly tell; nil if the class is lost there.
  private func border(_ inside: [Double], _ outside: [Double], _ label: Int, _ start: Double) -> [Double]? {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<12 {
      let middle = (low + high) / 2
      let scores = zip(inside, outside).map { (1 - middle) * $0 + middle * $1 }
      if logit(Self.softmax(scores)).value * start > 0 { low = middle } else { high = middle }
    }
    let values = Self.softmax(zip(inside, outside).map { (1 - high) * $0 + high * $1 })
    return values.indices.allSatisfy { $0 == label || values[$0] < values[label] } ? values : nil
  }

  private static func softmax(_ scores: [Double]) -> [Double] {
    let largest = scores.max() ?? 0
    return scores.map { Double.exp($0 - largest) }.normalised()
  }
}
