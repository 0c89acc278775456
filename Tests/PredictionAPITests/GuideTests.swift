import Foundation
import Querying
import Tabular
import TestSupport
import Testing

@testable import PredictionAPI

@Suite("The guide to services")
struct GuideTests {
  @Test(
    "The record that the guide shows is one, and an answer without a label has that of its largest probability"
  )
  func record() throws {
    let text = try PackageFiles.text("Labs/guide/recorded-answers.md")
    let block = try #require(text.components(separatedBy: "```json\n").dropFirst().first)
    let lines = try #require(block.components(separatedBy: "```").first)
    let path = Folder.temporaryPath(".jsonl")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try (lines + #"{"query":[40,null],"answer":{"probabilities":[0.25,0.75]}}"# + "\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    let record = try QueryRecord(path: path)
    #expect(record.header.schema.inputs.map(\.name) == ["age", "ward"])
    #expect(record.exchanges.map(\.answer.label) == [0, 1, 1])
  }

  @Test("Every request and path that the guide shows is one")
  func examples() throws {
    let text = try PackageFiles.text("Labs/guide/services.md")
    func quoted(_ option: String) -> [String] {
      text.components(separatedBy: "\(option) '").dropFirst().compactMap {
        $0.components(separatedBy: "'").first
      }
    }
    let (requests, batches, answers) = (quoted("--request"), quoted("--batch-request"), quoted("--answer"))
    #expect(!requests.isEmpty && !batches.isEmpty && !answers.isEmpty)
    for request in requests { _ = try RequestTemplate(request) }
    for batch in batches { _ = try ServiceTemplate(request: "[{*}]", batch: batch) }
    for answer in answers { _ = try AnswerPath(answer) }
    // Those between back quotes: paths, bodies of other forms, and an address with places.
    let code = text.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    for path in code where path.hasPrefix("$") { _ = try AnswerPath(path) }
    for body in code where body.hasPrefix("{\"") { _ = try RequestTemplate(body) }
    let address = try #require(code.first { $0.hasPrefix("'http") })
    #expect(RequestTemplate(address: address)?.names == ["age"])
  }
}
