import Foundation
import Learning
import LinearAlgebra
import Methods
import Querying
import Synchronization
import Tabular
import TestSupport
import Testing

@testable import Stealing

/// What every attack of the catalogue must do, whatever its method.
@Suite("Conformance of extraction attacks")
struct ExtractionConformanceTests {
  static let ids: [String] = ExtractionAttacks.builtIn.ids

  private func attackType(_ id: String) throws -> any ExtractionAttack.Type {
    type(of: try ExtractionAttacks.builtIn.make(id))
  }

  /// The attack with settings that keep a test short.
  private func attack(_ id: String) throws -> any ExtractionAttack {
    let quick = [
      "mlp": ["hidden=3", "restarts=1", "iterations=60"],
      "kernel": ["representers=3", "iterations=60"],
    ]
    return try ExtractionAttacks.builtIn.make(id, settings: MethodSettings(quick[id] ?? []))
  }

  private func victim(_ id: String) throws -> SyntheticVictim {
    let type = try attackType(id)
    return try #require(
      try SyntheticVictim.fitting { type.missing($0.oracle.schema, $0.oracle.capabilities) == nil })
  }

  private func run(
    _ id: String, _ session: QuerySession, seed: UInt64 = 5
  ) async throws -> StolenModel {
    var random = RandomStream(seed: seed).child("attack")
    return try await attack(id).steal(session, using: &random)
  }

  @Test("asks no more than the budget, and says so if that is too little", arguments: ids, [1, 7, 60])
  func budget(id: String, budget: Int) async throws {
    let session = QuerySession(try victim(id).oracle, budget: budget)
    do {
      let stolen = try await run(id, session)
      #expect(stolen.pipeline.features.inputColumns == session.schema.inputs)
    } catch let error as StealingError {
      #expect(!error.description.isEmpty)
    } catch let error as QueryError {
      #expect(error == .budgetSpent(budget))
    }
    #expect(session.ledger.queries <= budget)
    #expect(session.ledger.queries >= 1)
  }

  @Test("a budget of nothing is refused in one sentence", arguments: ids)
  func emptyBudget(id: String) async throws {
    let session = QuerySession(try victim(id).oracle, budget: 0)
    do {
      let stolen = try await run(id, session)
      // A line search that could not begin hands over a model that always says the same.
      #expect(!stolen.isComplete)
    } catch let error as any CustomStringConvertible {
      #expect(error is StealingError || error is QueryError)
    }
    #expect(session.ledger.queries == 0)
  }

  @Test("the same seed asks the same queries and finds the same model", arguments: ids)
  func determinism(id: String) async throws {
    // Bits, because a column that is left out is NaN.
    func once(_ seed: UInt64) async throws -> ([[UInt64]], StolenModel) {
      let asked = Mutex<[[UInt64]]>([])
      let session = QuerySession(
        try victim(id).oracle, budget: 200,
        record: { exchanges in asked.withLock { $0 += exchanges.map { $0.query.map(\.bitPattern) } } })
      let stolen = try await run(id, session, seed: seed)
      return (asked.withLock { $0 }, stolen)
    }
    let (first, again, other) = (try await once(5), try await once(5), try await once(6))
    #expect(first.0 == again.0)
    #expect(first.1 == again.1)
    // These follow the answers alone.
    let drawsNothing = ["top-down", "amazon", "tra"]
    #expect((first.0 == other.0) == drawsNothing.contains(id))
  }

  @Test("goes on from the answers on record without asking them again", arguments: ids)
  func resumption(id: String) async throws {
    let known = Mutex<[QuerySession.Exchange]>([])
    let oracle = try victim(id).oracle
    let whole = QuerySession(oracle, budget: 200, record: { some in known.withLock { $0 += some } })
    let first = try await run(id, whole)
    let resumed = QuerySession(oracle, budget: 200, known: known.withLock { $0 })
    #expect(try await run(id, resumed) == first)
    #expect(resumed.ledger.billed == 0)
    #expect(resumed.ledger.queries == whole.ledger.queries)
  }

  @Test("works on a record, or says that it cannot", arguments: ids)
  func record(id: String) async throws {
    let victim = try victim(id)
    var random = RandomStream(seed: 3)
    let rows = victim.oracle.schema.uniformRows(120, using: &random)
    let exchanges = zip((0..<rows.rows).map(rows.row), try victim.oracle.answers(rows)).map {
      QuerySession.Exchange(query: $0, details: [], answer: $1)
    }
    let header = QueryRecord.Header(
      target: "test", schema: victim.oracle.schema, capabilities: victim.oracle.capabilities)
    let path = Folder.temporaryPath(".jsonl")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try QueryRecorder.open(path: path, header: header).recorder.append(exchanges)
    let recorded = try RecordedOracle(try QueryRecord(path: path))
    let session = QuerySession(recorded, budget: 120)
    do {
      let stolen = try await run(id, session)
      #expect(try PipelineOracle(stolen.pipeline).answers(rows).count == rows.rows)
    } catch QueryError.notRecorded {
      let asksItsOwn = ["lowd-meek", "jacobian", "gradient", "path-finding", "top-down", "amazon", "tra"]
      #expect(asksItsOwn.contains(id))
    }
  }

  @Test("ends when its task is cancelled", arguments: ids)
  func cancellation(id: String) async throws {
    let session = QuerySession(try victim(id).oracle, budget: 500)
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await run(id, session)
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { _ = try await task.value }
  }

  @Test("refuses an oracle that lacks what it needs, and names others that work", arguments: ids)
  func capabilities(id: String) throws {
    let type = try attackType(id)
    for victim in try SyntheticVictim.all() {
      for content in AnswerContent.allCases where (content == .number) == (victim.name == "number") {
        let offered = OracleCapabilities(content: content)
        guard type.missing(victim.oracle.schema, offered) != nil else { continue }
        do {
          try ExtractionAttacks.builtIn.check(type, on: victim.oracle.schema, offered)
          Issue.record("\(id) was accepted")
        } catch QueryError.notOffered(let need, _, let alternatives) {
          #expect(!need.isEmpty && !alternatives.contains(id) && !alternatives.isEmpty)
        }
      }
    }
  }

  @Test("the card names the parameters, which survive JSON", arguments: ids)
  func parameters(id: String) throws {
    let type = try attackType(id)
    let (card, entry) = (type.card, type.entry)
    #expect(card.family == .extraction && card.taxonomy?.owasp == ["ML05:2023"])
    #expect(!card.citation.isEmpty && !card.needs.isEmpty && !card.summary.isEmpty)
    #expect(id.allSatisfy { $0.isLowercase || $0 == "-" })
    func roundTrip(_ attack: some ExtractionAttack) throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let first = try encoder.encode(attack)
      #expect(try encoder.encode(JSONDecoder().decode(Swift.type(of: attack), from: first)) == first)
      let names = try #require(JSONSerialization.jsonObject(with: first) as? [String: Any]).keys.sorted()
      #expect(names == entry.parameters.map(\.name).sorted())
    }
    try roundTrip(type.init())
    do {
      _ = try ExtractionAttacks.builtIn.make(id, settings: MethodSettings(["no-such=1"]))
      Issue.record("an unknown parameter was accepted")
    } catch SettingError.unknown(_, _, let known) {
      #expect(known == entry.parameters.map(\.name).sorted())
    }
  }

  @Test(
    "a whole number that memory or an integer does not bear is refused",
    arguments: [
      ("kernel", "representers"), ("kernel", "iterations"), ("mlp", "hidden"), ("mlp", "restarts"),
      ("retrain-adaptive", "rounds"), ("path-finding", "queryLimit"), ("svd", "queries"),
    ])
  func hugeNumbers(id: String, name: String) {
    for text in ["1000000001", "9223372036854775807", "1e300"] {
      do {
        _ = try ExtractionAttacks.builtIn.make(id, settings: MethodSettings(["\(name)=\(text)"]))
        Issue.record("\(text) was accepted")
      } catch SettingError.wrongValue(let found, setting: name, method: id, allowed: _) {
        #expect(found == text)
      } catch { Issue.record(error) }
    }
  }

  @Test(
    "rows that memory does not hold are refused before any is asked about",
    arguments: ["retrain-uniform", "retrain-adaptive", "equation", "log-ratio", "mlp", "kernel"])
  func hugeSamples(id: String) async throws {
    let session = QuerySession(try victim(id).oracle, budget: 1 << 50)
    let attack = try ExtractionAttacks.builtIn.make(id, settings: MethodSettings(["queryFactor=1e12"]))
    var random = RandomStream(seed: 1)
    do {
      _ = try await attack.steal(session, using: &random)
      Issue.record("the theft ended")
    } catch StealingError.tooManyQueries(let count) {
      #expect(count >= 1_000_000_000 && session.ledger.queries == 0)
    }
  }

  @Test("an unknown id is refused")
  func unknown() {
    #expect(throws: MethodError.self) { try ExtractionAttacks.builtIn.make("nothing") }
  }
}
