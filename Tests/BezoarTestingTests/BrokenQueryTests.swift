import BezoarTesting
import Learning
import LinearAlgebra
import Methods
import Querying
import Guarding
import Stealing
import Synchronization
import Tabular
import Testing

@Suite("Conformance names faults of extraction attacks, of guards and of detectors")
struct BrokenQueryTests {
  @Test("an extraction attack that asks the model past the session")
  func pastTheSession() async throws {
    let problems = try await Conformance.problems(of: PastTheSession.self)
    #expect(name(problems, "asks the model past the session: it answered 100 rows and the session sent 0"))
    #expect(name(problems, "asks about 100 rows with a budget of 7"))
    #expect(name(problems, "takes a model without asking it"))
  }

  @Test("an extraction attack that is not by the seed, does not end, and lacks what it does not say")
  func careless() async throws {
    let problems = try await Conformance.problems(of: CarelessTheft.self)
    #expect(name(problems, "the same seed asks other queries"))
    #expect(name(problems, "the same seed finds another model"))
    #expect(name(problems, "goes on when its task is cancelled"))
    #expect(
      name(
        problems,
        "gives the label only, as it says, and then cannot use an answer: an answer has 0 probabilities"))
  }

  @Test("an extraction attack that works on nothing, and one whose copy is another model")
  func nothing() async throws {
    let problems = try await Conformance.problems(of: WorksNowhere.self)
    #expect(name(problems, "works on none of") && name(problems, "a miracle"))
    #expect(name(try await Conformance.problems(of: OtherColumns.self), "a copy of other columns"))
  }

  @Test("a guard with answers that cannot be")
  func guards() throws {
    let problems = try Conformance.problems(of: CarelessGuard.self)
    #expect(name(problems, "changes the class and does not say so"))
    #expect(name(problems, "probabilities whose sum is"))
    #expect(name(problems, "a class that is not a most probable one"))
    #expect(name(problems, "the same query gets another answer"))
    #expect(name(problems, "which give the answer away"))
    #expect(name(problems, "to answers that have a class alone"))
  }

  @Test("a guard that loses answers, one that says less than it gives, and one that refuses everything")
  func otherGuards() throws {
    #expect(name(try Conformance.problems(of: LosesAnswers.self), "gives 39 answers to 40 queries"))
    let problems = try Conformance.problems(of: SaysLess.self)
    #expect(name(problems, "the class alone and gives more"))
    #expect(name(problems, "does not give what its capabilities say"))
    #expect(name(problems, "gives other details than its capabilities say"))
    #expect(name(try Conformance.problems(of: RefusesAll.self), "works on no service"))
  }

  @Test("a detector whose watches know of one another, with scores that are no numbers")
  func detectors() throws {
    let problems = try Conformance.problems(of: SharedCount.self)
    #expect(name(problems, "the same stream gives other readings"))
    #expect(name(problems, "the readings of a stream depend on those of another"))
    #expect(name(problems, "not finite where all queries are equal"))
    #expect(name(problems, "raises an alarm at a score of"))
  }

  @Test("a detector that never gives a score and raises the alarm at once, and one that refuses everything")
  func silent() throws {
    let problems = try Conformance.problems(of: Silent.self)
    #expect(name(problems, "gives no score within 260 queries"))
    #expect(name(problems, "raises an alarm without a score"))
    #expect(name(problems, "raises an alarm at the first honest query"))
    let refusing = try MethodSettings(["refuses=true"])
    #expect(name(try Conformance.problems(of: Silent.self, settings: refusing), "works on no service"))
  }
}

/// A card of an extraction attack.
private func theft(_ id: String) -> MethodCard {
  MethodCard(
    id: id, family: .extraction, title: "Theft", summary: "A copy.", citation: "example", needs: "nothing",
    taxonomy: .modelExtraction)
}

/// A model that says the same always, as surely as `strength` says.
private func constant(_ schema: QuerySchema, strength: Double) throws -> StolenModel {
  let features = FeatureEncoder(inputs: schema.inputs)
  let columns = features.space.count
  let model: FittedModel =
    switch schema.classCount {
    case 0: .linear(LinearModel(weights: [Double](repeating: 0, count: columns), intercept: strength))
    case 2:
      .linearClassifier(
        LinearClassifier(weights: [Double](repeating: 0, count: columns), intercept: strength))
    case let count:
      .linearClassifier(
        LinearClassifier(
          weights: Matrix(rows: count, columns: columns),
          intercepts: [strength] + [Double](repeating: 0, count: count - 1), link: .softmax))
    }
  return try StolenModel(model, features: features, schema: schema)
}

private struct PastTheSession: ExtractionAttack {
  static let card = theft("past-the-session")

  static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? { nil }

  func steal(_ session: QuerySession, using random: inout RandomStream) async throws -> StolenModel {
    _ = try await session.oracle.answer(session.rows(100, using: &random), details: [])
    return try constant(session.schema, strength: 1)
  }
}

private struct CarelessTheft: ExtractionAttack {
  static let card = theft("careless")

  static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    schema.classCount > 0 ? nil : "classes"
  }

  func steal(_ session: QuerySession, using random: inout RandomStream) async throws -> StolenModel {
    var own = RandomStream(seed: UInt64.random(in: 0...UInt64.max))
    let strength = own.uniform()
    do {
      let rows = session.rows(min(session.remaining ?? 50, 50), using: &own)
      _ = try await session.ask(rows).probabilityMatrix(classCount: session.schema.classCount)
    } catch is CancellationError {
      return try constant(session.schema, strength: strength)
    }
    return try constant(session.schema, strength: strength)
  }
}

private struct WorksNowhere: ExtractionAttack {
  static let card = theft("nowhere")

  static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? { "a miracle" }

  func steal(_ session: QuerySession, using random: inout RandomStream) async throws -> StolenModel {
    try constant(session.schema, strength: 1)
  }
}

private struct OtherColumns: ExtractionAttack {
  static let card = theft("other-columns")

  static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? { nil }

  func steal(_ session: QuerySession, using random: inout RandomStream) async throws -> StolenModel {
    _ = try await session.ask(session.rows(1, using: &random))
    let inputs = [InputColumn(name: "another", kind: .number(lower: 0, upper: 1))]
    return try constant(QuerySchema(inputs: inputs, target: session.schema.target), strength: 1)
  }
}

/// A card of a guard.
private func guarding(_ id: String) -> MethodCard {
  MethodCard(
    id: id, family: .guard, title: "Guard", summary: "Answers.", citation: "example", needs: "nothing",
    taxonomy: .outputObfuscation)
}

/// A guard that leaves what is offered and changes answers.
private struct Changing: PreparedGuard {
  var content: AnswerContent?
  let change: @Sendable ([Answer]) -> [Answer]

  func capabilities(_ offered: OracleCapabilities) -> OracleCapabilities {
    var left = offered
    if let content { (left.content, left.details) = (content, .nodes) }
    return left
  }

  func guarded(_ answers: [Answer], to queries: Matrix, client: String) throws -> [Answer] { change(answers) }
}

private struct CarelessGuard: ResponseGuard {
  static let card = guarding("careless")

  func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    let count = context.classCount
    return Changing { answers in
      answers.map { answer in
        var result = answer
        guard count > 0 else { return result }
        result.probabilities = (0..<count).map { _ in Double.random(in: 0.6...1) }
        let least = result.probabilities.indices.min { result.probabilities[$0] < result.probabilities[$1] }
        result.label = least
        return result
      }
    }
  }
}

private struct LosesAnswers: ResponseGuard {
  static let card = guarding("loses-answers")

  func prepared(for context: ServiceContext) throws -> any PreparedGuard { Changing { $0.dropLast() } }
}

private struct SaysLess: ResponseGuard {
  static let card = guarding("says-less")

  func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    Changing(content: .label) { $0 }
  }
}

private struct RefusesAll: ResponseGuard {
  static let card = guarding("refuses-all")

  func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    throw GuardingError.notApplicable(method: Self.card.id, reason: "it never works")
  }
}

/// A card of a detector.
private func detecting(_ id: String) -> MethodCard {
  MethodCard(
    id: id, family: .queryDetector, title: "Detector", summary: "Alarms.", citation: "example",
    needs: "nothing", taxonomy: .queryDetection)
}

/// Counts the queries of all streams in one place.
private struct SharedCount: QueryDetector {
  static let card = detecting("shared-count")

  func prepared(for context: ServiceContext) throws -> any PreparedDetector {
    StreamDetector(Watch(shared: Shared()))
  }

  private final class Shared: Sendable {
    let count = Mutex(0)
  }

  private struct Watch: QueryMonitor {
    let shared: Shared
    var last: [Double] = []

    init(shared: Shared) { self.shared = shared }

    mutating func observe(_ query: [Double], _ answer: Answer) -> DetectorReading {
      let count = shared.count.withLock { count in
        count += 1
        return count
      }
      defer { last = query }
      return DetectorReading(score: query == last ? .nan : Double(count), isAlarm: count.isMultiple(of: 2))
    }
  }
}

private struct Silent: QueryDetector {
  static let card = detecting("silent")
  static let settings: [Setting<Self>] = [.init("refuses", \.refuses, "whether it works nowhere")]

  var refuses = false

  func prepared(for context: ServiceContext) throws -> any PreparedDetector {
    if refuses { throw GuardingError.notApplicable(method: Self.card.id, reason: "it never works") }
    return StreamDetector(Watch())
  }

  private struct Watch: QueryMonitor {
    init() {}

    mutating func observe(_ query: [Double], _ answer: Answer) -> DetectorReading {
      DetectorReading(score: nil, isAlarm: true)
    }
  }
}
