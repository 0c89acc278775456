public import Inversion
import Learning
import LinearAlgebra
public import Methods
import Querying

extension Conformance {
  /// What is wrong with an attack on an attribute.
  ///
  /// It must work on a linear model of a number or on a classification tree, whether it holds the model or asks it; give
  /// a distribution over all candidates for every person, the same for the same seed and whatever the secret is; and ask
  /// through the session only.
  ///
  /// - Parameter settings: over the defaults, for the guesses that are made here.
  /// - Throws: `SettingError` if the settings do not fit, and errors of the training of the models.
  public static func problems<M: InversionAttack>(
    of type: M.Type, settings: MethodSettings = .none
  ) async throws -> [String] {
    var findings = Findings()
    findings.checkCard(type, family: .attributeInference)
    let attack = try type.configured(settings)
    var needs: [String] = []
    for (name, scene) in try SmallPeople.scenes() {
      for holdsModel in [true, false] {
        let oracle = CountingOracle(scene.oracle)
        let session = QuerySession(oracle)
        let access = holdsModel ? scene.pipeline.map { AttributeTask.Access.model($0) } : .answers(session)
        guard let access else { continue }
        let task = scene.task(scene.others, access: access)
        if let need = type.missing(task) {
          needs.append(need)
          continue
        }
        let people = "people by \(name) that it \(holdsModel ? "holds" : "asks")"
        guard let guesses = await findings.guesses(attack, task, people) else { continue }
        findings.check(guesses, task)
        let again = await findings.guesses(attack, task, people)
        findings.expect(guesses == again, "the same seed gives other guesses")
        let hidden = scene.task(otherSecrets(scene.others, scene), access: access)
        let blind = await findings.guesses(attack, hidden, people)
        findings.expect(guesses == blind, "knows the secret: people with another one get other guesses")
        findings.checkSession(session, oracle)
      }
    }
    findings.expect(needs.count < 4, "works on none of the models; it lacks \(needs)")
    return findings.problems
  }

  /// The same people with the next value of the sensitive attribute each.
  private static func otherSecrets(_ people: AttributeRecords, _ scene: AttributeScene) -> AttributeRecords {
    let candidates = scene.marginals[scene.sensitive].values
    var rows = people.rows
    for row in 0..<rows.rows {
      let place = candidates.firstIndex(of: rows[row, scene.sensitive]) ?? 0
      rows[row, scene.sensitive] = candidates[(place + 1) % candidates.count]
    }
    return AttributeRecords(rows: rows, responses: people.responses)
  }
}

extension Findings {
  fileprivate mutating func guesses(
    _ attack: some InversionAttack, _ task: AttributeTask, _ people: String
  ) async -> AttributeGuesses? {
    var random = RandomStream(seed: 5)
    return await attempt("guessing of \(people)") { try await attack.guess(task, using: &random) }
  }

  fileprivate mutating func check(_ guesses: AttributeGuesses, _ task: AttributeTask) {
    let scores = guesses.scores
    expect(guesses.candidates == task.candidates, "guesses among other values than the candidates")
    expect(
      scores.rows == task.known.rows, "guesses of \(scores.rows) people where there are \(task.known.rows)")
    let isDistribution = (0..<scores.rows).allSatisfy { row in
      let values = scores.row(row)
      return values.allSatisfy { $0 >= 0 } && abs(values.reduce(0, +) - 1) < 1e-9
    }
    expect(isDistribution, "gives scores that are no distribution: negative, not finite, or not of sum 1")
  }
}
