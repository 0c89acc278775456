import Learning
import LinearAlgebra
public import Methods
import Querying
public import Stealing
import Synchronization

extension Conformance {
  /// What is wrong with an attack that copies a model.
  ///
  /// It must work on a logistic or softmax model, a linear model of a number or a small tree; ask through the session
  /// only, and so never above a budget; steal the model with 200 queries, or refuse a smaller budget with an error; ask
  /// the same queries and find the same model for the same seed; give a copy of the same columns and classes whose
  /// answers are finite; say by `missing` what it lacks, and lack nothing else; and end when its task is cancelled.
  ///
  /// - Parameter settings: over the defaults, for the thefts that are made here.
  /// - Throws: `SettingError` if the settings do not fit.
  public static func problems<M: ExtractionAttack>(
    of type: M.Type, settings: MethodSettings = .none
  ) async throws -> [String] {
    var findings = Findings()
    findings.checkCard(type, family: .extraction)
    let attack = try type.configured(settings)
    let victims = try SmallVictim.all()
    guard let victim = victims.first(where: { Self.works(type, $0.oracle()) }) else {
      let needs = victims.compactMap { type.missing($0.oracle().schema, $0.oracle().capabilities) }
      findings.note("works on none of \(victims.map(\.name)); it lacks \(needs)")
      return findings.problems
    }
    for budget in [0, 1, 7, 60] { await checkBudget(budget, attack, victim, &findings) }
    await checkSeeds(attack, victim, &findings)
    await checkNeeds(attack, victims, &findings)
    await checkCancellation(attack, victim, &findings)
    return findings.problems
  }

  private static func works(_ type: any ExtractionAttack.Type, _ oracle: PipelineOracle) -> Bool {
    type.missing(oracle.schema, oracle.capabilities) == nil
  }

  /// A theft with a small budget ends with a model or an error.
  private static func checkBudget(
    _ budget: Int, _ attack: some ExtractionAttack, _ victim: SmallVictim, _ findings: inout Findings
  ) async {
    let oracle = CountingOracle(victim.oracle())
    let session = QuerySession(oracle, budget: budget)
    var random = RandomStream(seed: 5).child("attack")
    if let stolen = try? await attack.steal(session, using: &random) {
      findings.check(stolen, session.schema)
    }
    findings.checkSession(session, oracle)
    findings.expect(
      oracle.rows <= budget, "asks about \(oracle.rows) rows with a budget of \(budget)")
  }

  /// What a theft asked, as bits because a column that is left out is NaN, and found.
  private struct Theft: Sendable, Equatable {
    let asked: [[UInt64]]
    let stolen: StolenModel
  }

  private static func theft(_ attack: some ExtractionAttack, _ victim: SmallVictim) async throws -> Theft {
    let asked = Mutex<[[UInt64]]>([])
    let session = QuerySession(
      victim.oracle(), budget: 200,
      record: { exchanges in asked.withLock { $0 += exchanges.map { $0.query.map(\.bitPattern) } } })
    var random = RandomStream(seed: 5).child("attack")
    let stolen = try await attack.steal(session, using: &random)
    return Theft(asked: asked.withLock { $0 }, stolen: stolen)
  }

  private static func checkSeeds(
    _ attack: some ExtractionAttack, _ victim: SmallVictim, _ findings: inout Findings
  ) async {
    let doing = "stealing \(victim.name) with 200 queries"
    let first = await findings.attempt(doing) { try await theft(attack, victim) }
    guard let first, let again = await findings.attempt(doing, { try await theft(attack, victim) }) else {
      return
    }
    findings.check(first.stolen, victim.oracle().schema)
    findings.expect(!first.asked.isEmpty, "takes a model without asking it")
    findings.expect(first.asked == again.asked, "the same seed asks other queries")
    findings.expect(first.stolen == again.stolen, "the same seed finds another model")
  }

  /// Where nothing is missing, with as few details as that takes, nothing turns out to be.
  private static func checkNeeds(
    _ attack: some ExtractionAttack, _ victims: [SmallVictim], _ findings: inout Findings
  ) async {
    for victim in victims {
      let contents: [AnswerContent] =
        victim.oracle().schema.classCount == 0 ? [.number] : [.label, .confidence, .probabilities]
      for content in contents {
        for details in [[], victim.details] {
          let oracle = PipelineOracle(victim.pipeline, content: content, details: details)
          let offer = "\(victim.name) that gives \(oracle.capabilities.sentence)"
          guard let need = type(of: attack).missing(oracle.schema, oracle.capabilities) else {
            await checkOffer(attack, oracle, offer, &findings)
            break
          }
          findings.expect(need.contains { !$0.isWhitespace }, "does not say what it lacks on \(offer)")
        }
      }
    }
  }

  /// A theft from a model on which the attack lacks nothing, as it says.
  private static func checkOffer(
    _ attack: some ExtractionAttack, _ oracle: PipelineOracle, _ offer: String, _ findings: inout Findings
  ) async {
    let session = QuerySession(oracle, budget: 60)
    var random = RandomStream(seed: 6)
    do {
      _ = try await attack.steal(session, using: &random)
    } catch QueryError.notOffered(let need, _, _) {
      findings.note("lacks nothing on \(offer), as it says, and then asks for \(need)")
    } catch QueryError.answerDamaged(let reason) {
      findings.note("lacks nothing on \(offer), as it says, and then cannot use an answer: \(reason)")
    } catch {
      // Too small a budget, or answers that do not determine a model, are no fault.
    }
  }

  private static func checkCancellation(
    _ attack: some ExtractionAttack, _ victim: SmallVictim, _ findings: inout Findings
  ) async {
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      var random = RandomStream(seed: 5)
      return try await attack.steal(QuerySession(victim.oracle(), budget: 500), using: &random)
    }
    task.cancel()
    do {
      _ = try await task.value
      findings.note("goes on when its task is cancelled")
    } catch is CancellationError {
      return
    } catch {
      findings.note("ends in another error than that of cancellation when its task is cancelled: \(error)")
    }
  }
}

extension Findings {
  fileprivate mutating func check(_ stolen: StolenModel, _ schema: QuerySchema) {
    let copy = PipelineOracle(stolen.pipeline)
    guard copy.schema.inputs == schema.inputs else {
      note("gives a copy of other columns than the model's")
      return
    }
    guard copy.schema.classCount == schema.classCount else {
      note("gives a copy of \(copy.schema.classCount) classes for a model of \(schema.classCount)")
      return
    }
    var random = RandomStream(seed: 1)
    let rows = schema.uniformRows(20, using: &random)
    guard let answers = attempt("asking the copy", { try copy.answers(rows) }) else { return }
    let isFinite = answers.allSatisfy { answer in
      answer.probabilities.allSatisfy(\.isFinite) && answer.number?.isFinite != false
    }
    expect(isFinite, "gives a copy whose answers are not finite")
  }
}
