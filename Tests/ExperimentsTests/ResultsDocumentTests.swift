import Foundation
import Learning
import Methods
import TestSupport
import Testing

@testable import Experiments

@Suite struct ResultsDocumentTests {
  static let document = ResultsDocument(
    tool: .init(version: "0.1.0", blas: "Haswell"),
    parameters: [
      "command": "reproduce dosage", "seed": 1, "rates": [0, 0.08], "quick": false,
      "data": ["id": "warfarin-synthetic", "sha256": "ab"],
    ],
    methods: [
      MethodEntry(
        MethodCard(
          id: "optp", family: .poisoning, title: "Optimised poisoning", summary: "s", citation: "c",
          needs: "n",
          taxonomy: .init(atlas: ["AML.T0020"], owasp: ["ML02:2023"], nist: ["NISTAML.013"]),
          traits: [.slow]),
        settings: [
          .init(name: "step", meaning: "first step", allowed: .text("0..."), defaultValue: "1")
        ]),
      MethodEntry(
        MethodCard(id: "ridge", family: .learner, title: "Ridge", summary: "s", citation: "c", needs: "n")),
    ],
    outcomes: [
      Outcome(
        dataset: "warfarin-synthetic", model: "ridge", attack: "optp", defence: "none", rate: 0.08, seed: 7,
        metrics: ["test_mse": 0.1, "clean_test_mse": 1.0 / 3, "precision": .nan, "recall": nil])
    ],
    claims: [
      Statement(
        row: 1, id: "jagielski-8-percent", "8 %: wrong dose for half",
        reference: Reference(.published, 0.7506, "Jagielski et al. 2018"), unit: "share",
        judging: .by(
          Expectation(0.7...0.8, stronger: .higher, noEffect: 0), null: .value(0.2, "random poison")),
        work: ()
      ) { _ in [0.84, 0.85, 0.86] }.claim([]),
      Statement(
        row: 1, id: "unknown", "139.31 %", reference: Reference(.published, 1.3931, "no procedure"),
        unit: "share", judging: .unconfirmed, note: "not measured", work: ()
      ) { _ in [.infinity] }.claim([]),
    ])

  private func schema() throws -> SchemaCheck { try SchemaCheck(ResultsDocument.schemaText) }

  @Test func followsItsSchema() throws {
    #expect(try schema().complaints(about: Self.document.json()) == [])
    #expect(try schema().identifier == ResultsDocument.schema)
  }

  /// Each change must be found, so that the test above means something.
  @Test(arguments: [
    (#""rate" : 0.08"#, #""rate" : 1"#), (#""rate" : 0.08"#, #""rate" : "0.08""#),
    (#""seed" : 7"#, #""seed" : 7.5"#), (#""seed" : 7"#, #""sed" : 7"#),
    (#""verdict" : "exceeded""#, #""verdict" : "great""#),
    (#""rule" : "the"#, #""rules" : "the"#),
    (#""basis" : "interval""#, #""basis" : "mean""#), (#""stronger" : "higher""#, #""stronger" : "up""#),
    (#""accepted" : {"#, #""range" : {"#), (#""worst" : null"#, #""worst" : "0""#),
    (#""origin" : "published""#, #""origin" : "known""#), (#""model" : "ridge""#, #""model" : "Ridge""#),
    (#""test_mse" : 0.1"#, #""test_mse" : "0.1""#), (#""family" : "poisoning""#, #""family" : "virus""#),
    (#""name" : "bezoar""#, #""name" : "other""#), (#""atlas" : ["#, #""atlas" : [ 1, "#),
    ("urn:bezoar:results:4", "urn:bezoar:results:3"), (#""claims" : ["#, #""claim" : ["#),
  ])
  func aChangedDocumentFails(from: String, to: String) throws {
    let json = try Self.document.json()
    #expect(json.contains(from))
    #expect(try !schema().complaints(about: json.replacing(from, with: to)).isEmpty)
  }

  @Test func textIsStable() throws {
    let json = try Self.document.json()
    #expect(try json == Self.document.json())
    #expect(json.hasSuffix("}\n"))
    #expect(json.contains(#""clean_test_mse" : 0.3333333333333333"#))
    #expect(json.contains(#""precision" : null"#) && json.contains(#""recall" : null"#))
    #expect(json.contains(#""spread" : null"#))
    #expect(!json.contains("seconds"))
  }

  @Test("a document that is written and read is the same")
  func readsBack() throws {
    #expect(try ResultsDocument(json: Self.document.json()) == Self.document)
  }

  @Test func timesStandApart() throws {
    var timings = Timings()
    timings.add("fit", seconds: 0.25)
    #expect(try timings.json().contains(#""seconds" : 0.25"#))
  }
}
