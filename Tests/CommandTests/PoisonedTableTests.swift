import ArgumentParser
import Foundation
import Learning
import LinearAlgebra
import Tabular
import Testing

@testable import bezoar

/// The commands for tables of the user, from file to file.
@Suite struct PoisonedTableTests {
  /// A folder with `doses.csv`: 150 rows, a category, a gap and a name per row.
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "bezoar-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var random = RandomStream(seed: 11)
    let rows = (0..<150).map { _ in
      (random.integer(below: 3), (40 * random.uniform()).rounded(), random.normal())
    }
    let doses = rows.map { (10 * (20 + 3 * Double($0.0) + $0.1 + 2 * $0.2)).rounded() / 10 }
    let table = Table(columns: [
      .init(
        name: "name", values: .categorical(codes: Array(0..<150), levels: (0..<150).map { "patient \($0)" })),
      .init(name: "site", values: .categorical(codes: rows.map { $0.0 }, levels: ["a", "b,c", "d"])),
      .init(name: "age", values: .numeric([.nan] + rows.dropFirst().map { $0.1 })),
      .init(name: "dose", values: .numeric(doses)),
    ])
    try Data(TableWriter.bytes(table)).write(to: folder.appending(path: "doses.csv"))
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  private func run(_ arguments: String...) async throws {
    var command = try Bezoar.parseAsRoot(arguments + ["--quiet", "--json"])
    if var command = command as? any AsyncParsableCommand {
      try await command.run()
    } else {
      try command.run()
    }
  }

  @Test func aColumnOfPartsSplitsTheRows() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let table = try TableReader().read(path: path("doses.csv"))
    func write(_ parts: [String]) throws {
      let levels = ["training", "validation", "test", "other"]
      let codes = (0..<table.rowCount).compactMap { levels.firstIndex(of: parts[$0 % parts.count]) }
      let column = Table.Column(name: "part", values: .categorical(codes: codes, levels: levels))
      try Data(TableWriter.bytes(Table(columns: table.columns + [column]))).write(
        to: folder.appending(path: "parts.csv"))
    }
    func poison() async throws {
      try await run(
        "poison", "--data", path("parts.csv"), "--target", "dose", "--attack", "statp", "--rate", "0.1",
        "--parts", "part", "-o", path("out.csv"))
    }
    try write(["training", "training", "test", "validation", "training"])
    try await poison()
    let poisoned = try TableReader().read(path: path("out.csv"))
    #expect(poisoned.columns.map(\.name) == ["site", "age", "dose"])
    let flags = try PoisonFlags.read(path: path("out.flags.csv"), rows: poisoned.rowCount)
    #expect(flags.count { !$0 } == 90)
    #expect(flags.count { $0 } == 10)
    try write(["training", "other"])
    await #expect(throws: TableCommandError.notParts(column: "part", text: "other", row: 2)) {
      try await poison()
    }
    try write(["test", "validation"])
    await #expect(throws: TableCommandError.noTraining(column: "part")) { try await poison() }
  }

  @Test func thePoisonIsFoundAgain() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try await run(
      "poison", "--data", path("doses.csv"), "--target", "dose", "--attack", "statp", "--rate", "0.1", "-o",
      path("out.csv"))
    let poisoned = try TableReader().read(path: path("out.csv"))
    #expect(poisoned.columns.map(\.name) == ["site", "age", "dose"])
    let flags = try PoisonFlags.read(path: path("out.flags.csv"), rows: poisoned.rowCount)
    // 150 rows less 50 for the test and 50 for validation; 0.1 / 0.9 of the rest is poison.
    #expect(flags.count { !$0 } == 50)
    #expect(flags.count { $0 } == 6)
    // Poison has the levels and the digits of the file.
    for column in poisoned.columns {
      switch column.values {
      case .categorical(_, let levels): #expect(Set(levels) == ["a", "b,c", "d"])
      case .numeric(let values):
        let unit = column.name == "age" ? 1.0 : 10
        #expect(values.allSatisfy { $0.isNaN || ($0 * unit).rounded() / unit == $0 })
      }
    }
    try await run(
      "defend", "--data", path("out.csv"), "--target", "dose", "--rate", "0.1", "-o", path("kept.csv"),
      "--rejected", path("rejected.csv"))
    let kept = try TableReader().read(path: path("kept.csv"))
    let rejected = try TableReader().read(path: path("rejected.csv"))
    #expect(kept.rowCount + rejected.rowCount == 56)
    let place = try #require(rejected.index(of: "row"))
    guard case .numeric(let numbers) = rejected.columns[place].values else { return }
    #expect(numbers.count { flags[Int($0) - 1] } == 6)
  }

  @Test func theSameSeedGivesTheSameBytes() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["one.csv", "two.csv"] {
      try await run(
        "poison", "--data", path("doses.csv"), "--target", "dose", "--seed", "4", "-o", path(name))
    }
    #expect(
      try Data(contentsOf: folder.appending(path: "one.csv"))
        == Data(contentsOf: folder.appending(path: "two.csv")))
  }

  @Test(arguments: ["0", "1", "-0.1", "nan", "inf"])
  func ratesThatAreNone(rate: String) {
    #expect(throws: (any Error).self) {
      try Bezoar.parseAsRoot(["poison", "--data", "x", "--target", "y", "-o", "z", "--rate=\(rate)"])
    }
    #expect(throws: (any Error).self) {
      try Bezoar.parseAsRoot(["defend", "--data", "x", "--target", "y", "--rate=\(rate)"])
    }
  }

  @Test(arguments: [
    ["--attack", "nothing"], ["--set", "rounds=-1", "--attack", "optp-adaptive"], ["--set", "sweepLimit"],
    ["--model", "huber"], ["--penalty", "much"], ["--penalty=-1"], ["--test", "0.7", "--validation", "0.3"],
    ["--mixing", "0"], ["--output", "x"],
  ])
  func wrongOptionsAreErrorsOfUsage(options: [String]) throws {
    let error = #expect(throws: (any Error).self) {
      try Bezoar.parseAsRoot(["poison", "--data", "x", "--target", "y", "-o", "z"] + options)
    }
    #expect(ProgramExit.report(try #require(error), of: Bezoar.self, on: Console(isQuiet: true)) == 2)
  }

  @Test func flagsThatDoNotFit() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(PoisonFlags.path(for: "a/b.csv.gz") == "a/b.flags.csv")
    #expect(PoisonFlags.path(for: "a/b") == "a/b.flags.csv")
    for text in [
      "row,is_poison\n1,0\n", "row,is_poison\n1,0\n1,1\n", "row,is_poison\n1,0\n2,2\n", "a,b\n1,0\n2,1\n",
    ] {
      try Data(text.utf8).write(to: folder.appending(path: "flags.csv"))
      #expect(throws: TableCommandError.self) { try PoisonFlags.read(path: path("flags.csv"), rows: 2) }
    }
  }

  @Test(arguments: [
    ("0...", -1.0, false), ("0...", 0, true), ("0...1", 1, true), ("0...1", 1.1, false),
    ("0..<0.5", 0.5, false),
    ("0<..1", 0, false), ("0<..<1", 1, false), ("> 0", 0, false), ("> 0", 0.1, true), ("any start", -5, true),
  ])
  func rangesOfCards(range: String, value: Double, isAllowed: Bool) {
    #expect(MethodCard.Parameter("p", "", range: range, default: "").allows(value) == isAllowed)
  }
}
