public import Inversion
import Learning
import LinearAlgebra
public import Methods
import Querying

extension Conformance {
  /// What is wrong with an attack on membership.
  ///
  /// The world is a tree on half of 200 records that it knows nearly by heart, with 16 shadow models. The attack must
  /// work there; give a finite score for every record, the same ones for the same seed; and ask through the session only.
  /// Where the model gives the class alone it says by `missing` what it lacks, or works.
  ///
  /// - Parameter settings: over the defaults, for the scores that are made here.
  /// - Throws: `SettingError` if the settings do not fit, and errors of the training of the models.
  public static func problems<M: MembershipAttack>(
    of type: M.Type, settings: MethodSettings = .none
  ) async throws -> [String] {
    var findings = Findings()
    findings.checkCard(type, family: .membershipInference)
    let attack = try type.configured(settings)
    let scene = try memorisedRecords()
    if let need = type.missing(
      MembershipTask(target: QuerySession(scene.oracle), records: scene.records, shadows: scene.shadows))
    {
      findings.note("lacks \(need) with a tree that gives probabilities and 16 shadow models")
    } else {
      let first = await scores(attack, scene, scene.oracle, &findings)
      let again = await scores(attack, scene, scene.oracle, &findings)
      findings.expect(first == again, "the same seed gives other scores")
    }
    let alone = MembershipTask(target: QuerySession(scene.oracle), records: scene.records)
    if !type.needsShadows, type.missing(alone) == nil {
      await findings.checkScores(attack, alone, "without shadow models (which it does not ask for)")
    }
    if let model = scene.model {
      let plain = MembershipTask(
        target: QuerySession(ClassifierOracle(model, content: .label)), records: scene.records,
        shadows: scene.shadows)
      if let need = type.missing(plain) {
        findings.expect(
          need.contains { !$0.isWhitespace },
          "does not say what it lacks where the model gives the class alone")
      } else {
        await findings.checkScores(
          attack, plain, "where the model gives the class alone (for which it lacks nothing)")
      }
    }
    return findings.problems
  }

  /// A tree that knows its training records nearly by heart, with labels that are half noise.
  private static func memorisedRecords() throws -> MembershipScene {
    var random = RandomStream(seed: 1).child("noisy")
    let rows = (0..<200).map { _ in [random.normal(), random.normal()] }
    let labels = rows.map { row in
      let side = row[0] > 0 ? 1 : 0
      return random.bernoulli(0.3) ? 1 - side : side
    }
    let records = ClassificationData(features: Matrix(rows), labels: labels, classCount: 2)
    var stream = RandomStream(seed: 1)
    return try MembershipScene(records, shadowCount: 16, workers: 1, using: &stream) { data, random in
      try DecisionTreeClassifier(settings: TreeSettings(limits: TreeLimits(minimumLeafRows: 2)))
        .fit(data, using: &random)
    }
  }

  /// The scores of all records; an empty list if there are none.
  private static func scores(
    _ attack: some MembershipAttack, _ scene: MembershipScene, _ oracle: any PredictionOracle,
    _ findings: inout Findings
  ) async -> [Double] {
    let counting = CountingOracle(oracle)
    let session = QuerySession(counting)
    let task = MembershipTask(target: session, records: scene.records, shadows: scene.shadows)
    let scores = await findings.checkScores(attack, task, "with 16 shadow models")
    findings.checkSession(session, counting)
    return scores
  }
}

extension Findings {
  /// The scores of all records, checked; an empty list if there are none.
  @discardableResult
  fileprivate mutating func checkScores(
    _ attack: some MembershipAttack, _ task: MembershipTask, _ circumstances: String
  ) async -> [Double] {
    var random = RandomStream(seed: 5)
    let scores = await attempt("scoring records \(circumstances)") {
      try await attack.score(task, using: &random)
    }
    guard let scores else { return [] }
    expect(
      scores.count == task.records.count,
      "gives \(scores.count) scores for \(task.records.count) records \(circumstances)")
    expect(scores.allSatisfy(\.isFinite), "gives scores that are not finite \(circumstances)")
    return scores
  }
}
