import Commands
import Experiments
import Foundation
import TestSupport
import Testing

@Suite("Statements of a chapter by their names")
struct NamedStatementsTests {
  private static let chapters = ["dosage", "stealing", "stealing-http", "inversion"]

  private static func run(_ words: [String]) throws -> BuiltProgram.Result {
    let folder = try Folder()
    return try withExtendedLifetime(folder) { try BuiltProgram.run(["reproduce"] + words, in: folder.path) }
  }

  @Test(
    "--list --json gives the statements of the chapter, each with metrics of the list that it reads",
    arguments: chapters)
  func lists(chapter: String) throws {
    let result = try Self.run([chapter, "--list", "--json"])
    try #require(result.status == 0, "\(result.errors)")
    let listed = try JSONDecoder().decode(StatementsDocument.self, from: Data(result.output.utf8)).statements
    #expect(!listed.isEmpty && listed.allSatisfy { $0.chapter == chapter })
    for entry in listed {
      #expect(!entry.metrics.isEmpty && entry.metrics.allSatisfy { MetricKey($0).isListed }, "\(entry.id)")
    }
    let first = try #require(listed.first?.id)
    let one = try Self.run([chapter, "--list", "--only", first, "--json"])
    let chosen = try JSONDecoder().decode(StatementsDocument.self, from: Data(one.output.utf8)).statements
    #expect(chosen.map(\.id) == [first])
  }

  @Test("A name that no statement has is refused with those near it", arguments: chapters)
  func unknown(chapter: String) throws {
    let result = try Self.run([chapter, "--only", "error"])
    #expect(result.status == 2 && result.errors.contains("there is no statement 'error'"), "\(result.errors)")
    #expect(result.errors.contains("--list"))
    let empty = try Self.run([chapter, "--only", ","])
    #expect(empty.status == 2 && empty.errors.contains("--only names no statement"))
  }

  @Test(
    "Rows and names go together, and a name of another row is refused", arguments: ["stealing", "inversion"])
  func rowsAndNames(chapter: String) throws {
    func listed(_ words: [String]) throws -> [StatementEntry] {
      let result = try Self.run([chapter, "--list", "--json"] + words)
      try #require(result.status == 0, "\(result.errors)")
      return try JSONDecoder().decode(StatementsDocument.self, from: Data(result.output.utf8)).statements
    }
    let (all, second) = (try listed([]), try listed(["--rows", "2"]))
    #expect(!second.isEmpty && second.map(\.id) == all.filter { $0.row == 2 }.map(\.id))
    let other = try #require(all.first { $0.row != 2 }?.id)
    let refused = try Self.run([chapter, "--rows", "2", "--only", other])
    #expect(refused.status == 2 && refused.errors.contains("there is no statement '\(other)'"))
  }

  @Test("Near names are shown")
  func near() throws {
    let result = try Self.run(["dosage", "--only", "dose-change-9"])
    #expect(result.status == 2 && result.errors.contains("dose-change-8"), "\(result.errors)")
  }

  @Test("One statement alone gives the claim that it has in the whole study")
  func sameClaim() throws {
    let small = ["dosage", "--seeds", "2", "--training-rows", "40", "--json", "--quiet"]
    let one = try Self.run(small + ["--only", "flip-2"])
    try #require(one.status == 0, "\(one.errors)")
    let whole = try Self.run(small + ["--attacks", "flip,random", "--defences", "none,trim"])
    let claims = try ResultsDocument(json: one.output).claims
    #expect(claims.map(\.id) == ["flip-2"])
    #expect(try ResultsDocument(json: whole.output).claims.first { $0.id == "flip-2" } == claims[0])
  }
}
