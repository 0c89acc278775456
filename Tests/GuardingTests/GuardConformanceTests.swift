import Foundation
import Learning
import LinearAlgebra
import Methods
import Querying
import Testing

@testable import Guarding

/// What every guard of the catalogue must do, whatever its method.
@Suite("Conformance of guards")
struct GuardConformanceTests {
  static let ids = ResponseGuards.builtIn.ids
  /// Guards that remember clients and may refuse the same query later.
  static let stateful: Set<String> = ["budget", "rate-limit", "proof-of-work"]

  /// The services that a guard accepts, with the guard set up.
  static func prepared(_ id: String) throws -> [(GuardedService, ServiceContext, any PreparedGuard)] {
    let one = try ResponseGuards.builtIn.make(id)
    return try GuardedService.allCases.compactMap { service in
      let context = try service.context()
      do {
        return (service, context, try one.prepared(for: context))
      } catch GuardingError.notApplicable {
        return nil
      }
    }
  }

  private func answers(_ id: String, rows: Matrix) throws -> [([Answer], [Answer])] {
    try Self.prepared(id).map { _, context, prepared in
      let truth = try context.oracle.answers(rows)
      return (truth, try prepared.guarded(truth, to: rows, client: "a"))
    }
  }

  /// Some queries that every guard lets through; no column holds whole numbers only.
  private let rows = GuardedService.honest(40, seed: 9)

  @Test("a guard works on some service", arguments: ids)
  func applies(id: String) throws {
    #expect(try !Self.prepared(id).isEmpty)
  }

  @Test("probabilities stay on the simplex and the class is a most probable one", arguments: ids)
  func simplex(id: String) throws {
    for (truth, given) in try answers(id, rows: rows) {
      #expect(truth.count == given.count)
      for (own, answer) in zip(truth, given) where !answer.probabilities.isEmpty {
        #expect(answer.probabilities.count == own.probabilities.count)
        #expect(answer.probabilities.allSatisfy { $0 >= 0 && $0 <= 1 })
        // Three rounded probabilities miss one by three halves of the last digit at most.
        #expect(abs(answer.probabilities.reduce(0, +) - 1) < (id == "rounding" ? 0.0016 : 1e-12))
        let label = try #require(answer.label)
        #expect(answer.probabilities[label] == answer.probabilities.max())
        if let confidence = answer.confidence, id != "dawn" {
          #expect(abs(confidence - answer.probabilities[label]) < 1e-12)
        }
      }
    }
  }

  @Test("honest users keep their class unless the guard says otherwise", arguments: ids)
  func labels(id: String) throws {
    let type = type(of: try ResponseGuards.builtIn.make(id))
    for (truth, given) in try answers(id, rows: rows) where !type.changesLabels {
      #expect(truth.map(\.label) == given.map(\.label))
    }
  }

  @Test("the same query gets the same answer, alone, again and among others", arguments: ids)
  func determinism(id: String) throws {
    for (_, context, prepared) in try Self.prepared(id) {
      let truth = try context.oracle.answers(rows)
      let first = try prepared.guarded(truth, to: rows, client: "a")
      let again = try ResponseGuards.builtIn.make(id).prepared(for: context)
      for row in [0, 7, 39] {
        let alone = try prepared.guarded([truth[row]], to: rows.rows(at: [row]), client: "b")
        #expect(alone == [first[row]])
        #expect(try again.guarded([truth[row]], to: rows.rows(at: [row]), client: "c") == alone)
      }
    }
  }

  @Test("a guard that changes answers gives no details, and says so", arguments: ids)
  func details(id: String) throws {
    for (_, context, prepared) in try Self.prepared(id) {
      let offered = OracleCapabilities(
        content: context.classCount == 0 ? .number : .probabilities, details: [.gradients, .nodes])
      let left = prepared.capabilities(offered)
      var answer = try context.oracle.answers(rows.rows(at: [0]))[0]
      answer.gradient = [1]
      answer.node = NodeReport(id: 1, fields: [])
      let given = try prepared.guarded([answer], to: rows.rows(at: [0]), client: "a")[0]
      #expect(left.details.contains(.gradients) == !given.gradient.isEmpty)
      #expect(left.details.contains(.nodes) == (given.node != nil))
      #expect((left.content == .probabilities) == !given.probabilities.isEmpty)
      if left.content == .label { #expect(given.confidence == nil) }
    }
  }

  @Test("answers without probabilities pass or are refused with a reason", arguments: ids)
  func labelsOnly(id: String) throws {
    for (_, context, prepared) in try Self.prepared(id) where context.classCount > 0 {
      let plain = try context.oracle.answers(rows).map { Answer(label: $0.label) }
      let given = try prepared.guarded(plain, to: rows, client: "a")
      #expect(given.allSatisfy { $0.probabilities.isEmpty && $0.label != nil })
    }
  }

  @Test("no and one honest query give a clear error or a guard that works", arguments: ids)
  func fewRows(id: String) throws {
    for service in GuardedService.allCases {
      for count in [0, 1] {
        let whole = try service.context()
        let context = ServiceContext(
          schema: whole.schema, pipeline: try whole.pipeline,
          benign: whole.benign.rows(at: Array(0..<count)), keyedHash: GuardedService.hmac, clock: { 0 })
        do {
          let prepared = try ResponseGuards.builtIn.make(id).prepared(for: context)
          let truth = try context.oracle.answers(rows)
          #expect(try prepared.guarded(truth, to: rows, client: "a").count == 40)
        } catch let error as GuardingError {
          #expect(error.description.hasPrefix(id))
        }
      }
    }
  }

  @Test("settings come back from JSON and wrong ones are refused", arguments: ids)
  func settings(id: String) throws {
    let type = type(of: try ResponseGuards.builtIn.make(id))
    try checkSettings(type.entry, family: .guard, form: JSONEncoder().encode(type.init())) {
      _ = try ResponseGuards.builtIn.make(id, settings: MethodSettings($0))
    }
    func roundTrip<Guard: ResponseGuard>(_ type: Guard.Type) throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let data = try encoder.encode(Guard())
      #expect(try encoder.encode(JSONDecoder().decode(Guard.self, from: data)) == data)
    }
    try roundTrip(type)
  }

  @Test("all guards are listed, each once")
  func complete() throws {
    let expected = [
      "rounding", "label-only", "top-k", "high-confidence", "gaussian-noise", "reverse-sigmoid", "mad",
      "adaptive-misinformation", "bdpl", "dawn", "memguard", "hamp", "proof-of-work", "input-domain",
      "budget", "rate-limit",
    ]
    #expect(Self.ids == expected)
    #expect(throws: MethodError.unknown("none", noun: "guard", known: expected)) {
      try ResponseGuards.builtIn.make("none")
    }
  }

  @Test("guards work one behind the other")
  func composition() async throws {
    let context = try GuardedService.softmax.context()
    let guards = try ["gaussian-noise", "rounding", "top-k", "label-only", "budget"].map {
      try ResponseGuards.builtIn.make($0).prepared(for: context)
    }
    let oracle = GuardedOracle(try context.oracle, guards: guards)
    #expect(oracle.capabilities.content == .label && oracle.capabilities.decimals == 3)
    let answers = try await oracle.answer(rows, details: [])
    #expect(answers.allSatisfy { $0.probabilities.isEmpty && $0.label != nil })
  }
}

/// Checks a card against the form of its method, and that unknown names and values out of range are refused.
func checkSettings(
  _ entry: MethodEntry, family: MethodFamily, form: Data, make: ([String]) throws -> Void
) throws {
  let card = entry.card
  #expect(card.family == family && !card.citation.isEmpty && !card.needs.isEmpty && card.taxonomy != nil)
  let object = try #require(try JSONSerialization.jsonObject(with: form) as? [String: Any])
  #expect(object.keys.sorted() == entry.parameters.map(\.name).sorted())
  #expect(throws: SettingError.self) { try make(["no-such=1"]) }
  for parameter in entry.parameters {
    try make(["\(parameter.name)=\(try #require(parameter.defaultValue))"])
    #expect(throws: SettingError.self, "\(parameter.name)") { try make(["\(parameter.name)=-1"]) }
    #expect(throws: SettingError.self, "\(parameter.name)") { try make(["\(parameter.name)={}"]) }
  }
}
