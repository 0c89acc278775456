import LinearAlgebra
import Tabular
import Testing

@testable import Querying

@Suite("Checks of answers")
struct AnswerCheckTests {
  private static func check(_ classes: Int, decimals: Int? = nil) -> AnswerCheck {
    let inputs = [InputColumn(name: "x", kind: .number(lower: 0, upper: 1))]
    let target: QuerySchema.Target = classes == 0 ? .number : .classes((0..<classes).map { "\($0)" })
    return AnswerCheck(
      QuerySchema(inputs: inputs, target: target),
      OracleCapabilities(content: classes == 0 ? .number : .probabilities, decimals: decimals))
  }

  @Test(
    "Answers that are what they claim pass",
    arguments: [
      [0.25, 0.75], [1, 0], [0.1, 0.2, 0.7], [0.33, 0.33, 0.33], [0.35, 0.35, 0.35],
      [0.3333333, 0.3333333, 0.3333334],
      [0.5000002, 0.5], [0.2, 0.2, 0.2, 0.2, 0.2, 0, 0, 0, 0, 0],
    ])
  func good(_ values: [Double]) {
    #expect(Self.check(values.count).fault(Answer(probabilities: values)) == nil)
  }

  @Test(
    "Answers that cannot be probabilities are refused with the reason",
    arguments: [
      ([25, 75], "percentages"), ([0.5, 0.9], "add up"), ([-2.5, 3.5], "between 0 and 1"),
      ([.nan, 1], "nan"),
      ([.infinity, 0], "inf"), ([1, 1, 0], "add up"), ([0, 0], "add up"), ([0.2, 0.3], "add up"),
    ] as [([Double], String)])
  func bad(_ values: [Double], _ word: String) {
    let fault = Self.check(values.count).fault(
      Answer(label: 0, confidence: nil, probabilities: values))
    #expect(fault?.contains(word) == true, "\(values): \(fault ?? "no fault")")
  }

  @Test("Rounding may take from the sum what the digits explain, and no more")
  func rounding() {
    #expect(Self.check(3, decimals: 0).fault(Answer(label: 0, probabilities: [0, 0, 0])) == nil)
    #expect(Self.check(3, decimals: 1).fault(Answer(label: 0, probabilities: [0.3, 0.3, 0.3])) == nil)
    #expect(Self.check(3, decimals: 3).fault(Answer(label: 0, probabilities: [0.3, 0.3, 0.3])) != nil)
  }

  @Test("Numbers, labels, confidences and counts are checked too")
  func others() {
    #expect(Self.check(0).fault(Answer(number: .nan)) != nil)
    #expect(Self.check(0).fault(Answer(number: -.infinity)) != nil)
    #expect(Self.check(0).fault(Answer(number: 1e300)) == nil)
    #expect(Self.check(2).fault(Answer(label: 2)) != nil && Self.check(2).fault(Answer(label: -1)) != nil)
    #expect(Self.check(2).fault(Answer(label: 1, confidence: 93)) != nil)
    #expect(Self.check(2).fault(Answer(label: 1, confidence: 0.93)) == nil)
    #expect(Self.check(3).fault(Answer(probabilities: [0.5, 0.5])) != nil)
  }

  @Test("A session lets no answer through that is not what it claims, and records none")
  func session() async throws {
    let session = QuerySession(
      Liar(), record: { _ in Issue.record("a false answer went on record") })
    let error = await #expect(throws: QueryError.self) { try await session.ask([0.5]) }
    #expect(error?.description.contains("percentages") == true)
    #expect(session.ledger.unique == 0)
  }

  @Test("An answer of an earlier run is checked when it is used, as a new one is")
  func earlier() async throws {
    let honest = Answer(label: 1, probabilities: [0.25, 0.75])
    for (probabilities, word) in [([0.9, 0.9], "add up"), ([40, 60], "percentages"), ([.nan, 1], "nan")] {
      let damaged = Answer(label: 0, probabilities: probabilities)
      let session = QuerySession(
        Liar(),
        known: [
          .init(query: [0.25], details: [], answer: honest),
          .init(query: [0.5], details: [], answer: damaged),
        ])
      #expect(try await session.ask([0.25]) == honest)
      let error = await #expect(throws: QueryError.self) { try await session.ask([0.5]) }
      #expect(error?.description.contains(word) == true)
      #expect(session.answered.map(\.query) == [[0.25]] && session.ledger.resumed == 1)
    }
  }
}

/// Gives percentages and calls them probabilities.
private struct Liar: PredictionOracle {
  let schema = QuerySchema(
    inputs: [InputColumn(name: "x", kind: .number(lower: 0, upper: 1))], target: .classes(["a", "b"]))
  let capabilities = OracleCapabilities(content: .probabilities)

  func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
    (0..<queries.rows).map { _ in Answer(probabilities: [40, 60]) }
  }
}
