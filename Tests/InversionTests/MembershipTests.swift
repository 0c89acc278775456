import Foundation
import Inversion
import Learning
import LinearAlgebra
import Methods
import Querying
import Statistics
import Testing

/// A training set that a tree can learn by heart, with labels that are half noise.
enum NoisyRecords {
  static func data(_ count: Int, seed: UInt64) -> ClassificationData {
    var random = RandomStream(seed: seed).child("noisy")
    let rows = (0..<count).map { _ in [random.normal(), random.normal()] }
    let labels = rows.map { row in random.bernoulli(0.3) ? 1 - (row[0] > 0 ? 1 : 0) : (row[0] > 0 ? 1 : 0) }
    return ClassificationData(features: Matrix(rows), labels: labels, classCount: 2)
  }

  static func scene(shadows: Int? = 16, seed: UInt64 = 1, workers: Int = 1) throws -> MembershipScene {
    var random = RandomStream(seed: seed)
    return try MembershipScene(data(200, seed: seed), shadowCount: shadows, workers: workers, using: &random)
    {
      data, random in
      try DecisionTreeClassifier(settings: TreeSettings(limits: TreeLimits(minimumLeafRows: 2)))
        .fit(data, using: &random)
    }
  }
}

@Suite("Attacks on membership")
struct MembershipTests {
  /// Row 14; Yeom et al. 2018, released code `advantage.py`.
  @Test(
    "Advantages under the normal law",
    arguments: [
      (1.25, 0.107543, 0.106400), (1.5, 0.193580, 0.187675), (2, 0.322675, 0.299765), (3, 0.484328, 0.421572),
    ])
  func advantage(ratio: Double, known: Double, unknown: Double) {
    #expect(abs(YeomAdvantage.known(ratio: ratio) - known) < 1e-6)
    #expect(abs(YeomAdvantage.unknown(ratio: ratio) - unknown) < 1e-6)
    #expect(YeomAdvantage.known(ratio: 1) == 0 && YeomAdvantage.unknown(ratio: 1) == 0)
  }

  @Test("The normal law is met by normal errors")
  func normalErrors() {
    var random = RandomStream(seed: 1)
    let measured = YeomAdvantage.measured(
      members: (0..<20_000).map { _ in random.normal() },
      others: (0..<20_000).map { _ in 2 * random.normal() })
    #expect(abs(measured.ratio - 2) < 0.05)
    #expect(abs(measured.unknown - 0.299765) < 0.02 && abs(measured.known - 0.322675) < 0.02)
  }

  /// Eight models of which four saw the only record; the normal densities by SciPy (less the constant of the offline
  /// one).
  @Test("Likelihood ratios of one record, by hand")
  func ratio() {
    let seen = [2.0, 3.0, 2.5, 4.0], unseen = [0.5, 1.0, -0.5, 0.0]
    let matrices = (seen + unseen).map { score in
      let share = 1 / (1 + exp(-score))
      return Matrix([[1 - share, share]])
    }
    let shadows = ShadowModels(
      isMember: (0..<8).map { [$0 < 4] }, probabilities: matrices, labels: [1])
    func score(_ attack: LikelihoodRatio) -> Double { attack.scores([2.2], shadows)[0] }
    #expect(abs(score(LikelihoodRatio(.online, .record)) - 5.387620677460862) < 1e-9)
    #expect(abs(score(LikelihoodRatio(.online, .record, centre: .median)) - 5.527620677460861) < 1e-9)
    #expect(abs(score(LikelihoodRatio(.offline, .record)) - 3.4882660448996723) < 1e-9)
    #expect(abs(score(LikelihoodRatio(.offline, .record, sides: .two)) - 5.50242459509716) < 1e-9)
    // One deviation for both: the log densities differ by the distances alone.
    let pooled = ((2.1875 + 1.25) / 8).squareRoot()
    let expected = (1.95 * 1.95 - 0.675 * 0.675) / (2 * pooled * pooled)
    #expect(abs(score(LikelihoodRatio(.online, .fixed)) - expected) < 1e-9)
  }

  @Test("The relative ratio is the count over all pairs")
  func pairs() async throws {
    let scene = try NoisyRecords.scene()
    let shadows = try #require(scene.shadows)
    var random = RandomStream(seed: 1)
    let scores = try await scene.run(RelativeRatio(), using: &random).scores
    let task = MembershipTask(target: QuerySession(scene.oracle), records: scene.records)
    let own = try await task.probabilities()
    let ratios = scene.records.labels.enumerated().map { record, label in
      let mean = shadows.probabilities.reduce(0) { $0 + $1[record, label] } / Double(shadows.count)
      return own[record, label] / max(mean, 1e-30)
    }
    for record in stride(from: 0, to: 200, by: 17) {
      let count = ratios.count { ratios[record] / 2 >= $0 }
      #expect(scores[record] == Double(count) / 200)
    }
  }

  @Test("Entropy, modified entropy and logit score of one answer")
  func entropy() async throws {
    struct Fixed: Classifier {
      let featureCount = 1
      let classCount = 3
      func probabilities(_ features: Matrix) -> Matrix { Matrix([[0.7, 0.2, 0.1]]) }
    }
    let task = MembershipTask(
      target: QuerySession(ClassifierOracle(Fixed())),
      records: ClassificationData(features: Matrix([[0]]), labels: [0], classCount: 3))
    func near(_ attack: EntropyThreshold, _ expected: Double) async throws -> Bool {
      var random = RandomStream(seed: 1)
      let score = try await attack.score(task, using: &random)[0]
      return abs(score - expected) < 1e-12
    }
    var attack = EntropyThreshold()
    #expect(try await near(attack, -0.16216724501024432))
    attack.isModified = false
    #expect(try await near(attack, -0.8018185525433372))
    #expect(abs(LogitScore.score([0.7, 0.2, 0.1], label: 0) - log(0.7 / 0.3)) < 1e-12)
  }

  @Test("Every record is in half of the shadow models; threads change nothing")
  func shadows() throws {
    let one = try #require(try NoisyRecords.scene(workers: 1).shadows)
    let two = try #require(try NoisyRecords.scene(workers: 2).shadows)
    #expect(one.isMember == two.isMember && one.probabilities == two.probabilities)
    for record in 0..<one.recordCount { #expect(one.isMember.count { $0[record] } == 8) }
    #expect(throws: InversionError.self) { _ = try NoisyRecords.scene(shadows: 3) }
  }

  @Test("Attacks that know more find more, and all scores are finite or minus infinity")
  func strength() async throws {
    let scene = try NoisyRecords.scene(shadows: 32)
    #expect(scene.memberAccuracy > scene.otherAccuracy + 0.1)
    var random = RandomStream(seed: 1)
    let gap = try await scene.run(GapAttack(), using: &random)
    let ratio = try await scene.run(LikelihoodRatio(), using: &random)
    #expect(gap.curve.area > 0.55 && ratio.curve.area > gap.curve.area + 0.02)
    // The gap attack is half the difference of accuracies above chance.
    let expected = 0.5 + (scene.memberAccuracy - scene.otherAccuracy) / 2
    #expect(abs(gap.curve.area - expected) < 1e-12)
  }

  @Test(
    "Ids are unique, settings survive JSON, the same seed gives the same",
    arguments: MembershipAttacks.builtIn.ids)
  func conformance(id: String) async throws {
    let attack = try MembershipAttacks.builtIn.make(id)
    let entry = type(of: attack).entry
    #expect(MembershipAttacks.builtIn.ids.count { $0 == id } == 1 && !entry.card.citation.isEmpty)
    let names = try #require(
      JSONSerialization.jsonObject(with: JSONEncoder().encode(attack)) as? [String: Any])
    #expect(Set(names.keys) == Set(entry.parameters.map(\.name)))
    let scene = try NoisyRecords.scene()
    var (first, second) = (RandomStream(seed: 3), RandomStream(seed: 3))
    let result = try await scene.run(attack, using: &first)
    #expect(result.scores == (try await scene.run(attack, using: &second)).scores)
    #expect(result.scores.count == 200 && !result.scores.contains(where: \.isNaN))
    #expect(result.queries >= 200)
  }

  @Test("Fitted together or alone, logistic shadow models are the same")
  func together() throws {
    let data = NoisyRecords.data(200, seed: 3)
    let learner = LogisticRegression()
    func shadows(_ logistic: LogisticRegression?) throws -> ShadowModels {
      var random = RandomStream(seed: 4)
      return try ShadowModels.train(data, count: 8, workers: 2, using: &random, logistic: logistic) {
        data, _ in
        try learner.solve(data).model
      }
    }
    let (one, other) = (try shadows(nil), try shadows(learner))
    #expect(one.isMember == other.isMember)
    for (left, right) in zip(one.scores, other.scores) {
      #expect(zip(left, right).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test("Attacks with shadow models refuse to work without")
  func missing() async throws {
    let scene = try NoisyRecords.scene(shadows: nil)
    await #expect(throws: InversionError.missing(method: "lira", need: "shadow models")) {
      var random = RandomStream(seed: 1)
      return try await scene.run(LikelihoodRatio(), using: &random).scores
    }
  }

  @Test("Distance to the boundary of a linear model, felt by labels alone")
  func boundary() async throws {
    let model = LinearClassifier(weights: [3, 4], intercept: 0)
    let rows = Matrix([[0.3, 0.4], [0.06, 0.08], [-0.3, -0.4]])
    let task = MembershipTask(
      target: QuerySession(ClassifierOracle(model, content: .label)),
      records: ClassificationData(features: rows, labels: [1, 1, 1], classCount: 2))
    var attack = LabelOnly()
    (attack.method, attack.copies, attack.radius, attack.halvings) = (.boundary, 400, 2, 20)
    var random = RandomStream(seed: 1)
    let found = try await attack.score(task, using: &random)
    // The true distances are 0.5 and 0.1; the third record is predicted wrong.
    #expect(abs(found[0] - 0.5) < 0.01 && abs(found[1] - 0.1) < 0.01 && found[2] == 0)
  }
}

@Suite("Curves of membership")
struct MembershipCurveTests {
  @Test("Five records with a tie, by hand")
  func tie() throws {
    let curve = try MembershipCurve(
      scores: [3, 2, 2, 1, 0], isMember: [true, true, false, false, true])
    let shares: [Double] = [1.0 / 3, 2.0 / 3, 2.0 / 3, 1]
    #expect(curve.points.map(\.truePositives) == shares)
    #expect(curve.points.map(\.falsePositives) == [0, 0.5, 1, 1])
    // Of the six pairs three are right, one is tied and two are wrong.
    #expect(abs(curve.area - 3.5 / 6) < 1e-12)
    #expect(curve.truePositives(atMost: 0.5) == shares[1])
    #expect(curve.truePositives(atMost: 0.499) == shares[0])
    #expect(curve.truePositives(atMost: 0) == shares[0])
    #expect(abs(curve.balancedAccuracy - 2.0 / 3) < 1e-12)
    let scores = [2, 1.5, 4, -1, .nan]
    #expect(scores.map { curve.falsePositives(atLeast: $0) } == [0.5, 0.5, 0, 1, 1])
  }

  @Test(
    "Few others: no false alarm is said as such, and the intervals are those of SciPy's beta distribution")
  func finding() throws {
    let curve = try MembershipCurve(
      scores: [3, 2, 2, 1, 0], isMember: [true, true, false, false, true])
    let found = curve.finding(atMost: 0.001)
    #expect(found.truePositives == 1.0 / 3 && found.falseAlarms == 0 && !found.isSeen)
    // scipy.stats.beta.ppf(0.025, 1, 3), ppf(0.975, 2, 2) and 1 - 0.025 ** (1 / 2).
    #expect(abs(found.interval.lower - 0.0084037586596) < 1e-12)
    #expect(abs(found.interval.upper - 0.9057006759497) < 1e-12)
    #expect(abs(found.highestFalsePositives - 0.8418861169916) < 1e-12)
    #expect(curve.finding(atMost: 0.5).falseAlarms == 1 && curve.finding(atMost: 0.5).isSeen)
    let thousand = try MembershipCurve(
      scores: (0..<1001).map(Double.init), isMember: (0..<1001).map { $0 == 999 })
    #expect(thousand.others == 1000 && thousand.finding(atMost: 0.001).isSeen)
    #expect(thousand.finding(atMost: 0.001).falseAlarms == 1 && thousand.truePositives(atMost: 0.001) == 1)
  }

  @Test("What is drawn is what the table says, at every rate", arguments: [30, 400, 5000])
  func steps(count: Int) throws {
    var random = RandomStream(seed: UInt64(count))
    let isMember = (0..<count).map { _ in random.bernoulli(0.5) }
    let scores = isMember.map {
      (random.normal() + ($0 ? 1 : 0)).rounded(.down) + 2 * random.uniform().rounded()
    }
    let curve = try MembershipCurve(scores: scores, isMember: isMember)
    let steps = curve.steps(from: 0.001, through: [0.01, 0.001])
    #expect(steps.first?.rate == 0.001 && steps.last?.rate == 1 && steps.last?.truePositives == 1)
    #expect(steps.contains { $0.rate == 0.01 } && steps.count <= 250)
    for step in steps { #expect(step.truePositives == curve.truePositives(atMost: step.rate)) }
    #expect(steps.map(\.rate) == steps.map(\.rate).sorted())
  }

  @Test("Without members there is no curve")
  func empty() {
    #expect(throws: InversionError.self) { _ = try MembershipCurve(scores: [1], isMember: [false]) }
  }
}
