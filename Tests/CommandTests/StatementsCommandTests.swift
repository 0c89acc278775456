import Experiments
import Foundation
import TestSupport
import Testing

@Suite("The list of statements from the command line")
struct StatementsCommandTests {
  private static func statements(_ words: [String] = []) throws -> [StatementEntry] {
    let folder = try Folder()
    let run = try withExtendedLifetime(folder) {
      try BuiltProgram.run(["reproduce", "statements", "--json"] + words, in: folder.path)
    }
    try #require(run.status == 0, "\(run.errors)")
    let document = try JSONDecoder().decode(StatementsDocument.self, from: Data(run.output.utf8))
    #expect(document.schema == StatementsDocument.schema)
    return document.statements
  }

  @Test(
    "Every judged statement has a measured null, unless it is arithmetic itself, and a range made by a rule")
  func nulls() throws {
    let all = try Self.statements()
    #expect(Set(all.map(\.chapter)) == ["dosage", "stealing", "stealing-http", "inversion"])
    #expect(Set(all.map(\.id)).count == all.count && all.count > 300)
    for entry in all {
      guard entry.decision == .judged else {
        #expect(entry.accepted == nil && entry.null == nil && entry.isNullMeasured == nil, "\(entry.id)")
        continue
      }
      let accepted = try #require(entry.accepted, "\(entry.id)")
      #expect(entry.isNullMeasured == true || accepted.basis == .arithmetic, "\(entry.id)")
      #expect(entry.null?.isEmpty == false && !accepted.rule.isEmpty, "\(entry.id)")
      guard let number = entry.reference else { continue }
      #expect((accepted.lower...accepted.upper).contains(number), "\(entry.id)")
      let isWording = ["the aim", "the wording of the statement"].contains(accepted.rule)
      #expect(!isWording || [accepted.lower, accepted.upper].contains(number), "\(entry.id)")
    }
  }

  @Test("A statement that is not judged because its data are others says which")
  func settings() throws {
    let entries = try Self.statements().filter { $0.decision == .anotherSetting }
    try #require(!entries.isEmpty)
    for entry in entries {
      #expect(entry.setting?.isEmpty == false, "\(entry.id)")
    }
  }

  @Test("Chapters are chosen, an unknown one is named, and the same bytes come each time")
  func chapters() throws {
    let some = try Self.statements(["--chapters", "stealing,dosage"])
    #expect(Set(some.map(\.chapter)) == ["stealing", "dosage"])
    let folder = try Folder()
    func run(_ words: [String]) throws -> BuiltProgram.Result {
      try BuiltProgram.run(["reproduce", "statements"] + words, in: folder.path)
    }
    #expect(try run(["--json"]).output == run(["--json"]).output)
    let table = try run([]).output
    for word in ["Statements by origin", "optp-pointwise-mse-ridge-8", "without effect", "by construction"] {
      #expect(table.contains(word), "\(word)")
    }
    let wrong = try run(["--chapters", "stealin"])
    #expect(wrong.status == 2 && wrong.errors.contains("stealing"))
  }
}
