import ArgumentParser
import Experiments
import Foundation
import Learning
import LinearAlgebra
import Tabular
import TestSupport
import Testing
import Workbench

@testable import Commands

/// The commands for tables of the user, from file to file.
@Suite struct PoisonedTableTests {
  /// A folder with `doses.csv`: 150 rows, a category, a gap and a name per row.
  private let folder: URL
  private let temporary: Folder

  init() throws {
    temporary = try Folder()
    folder = URL(filePath: temporary.path)
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
    #expect(poisoned.columns.map(\.name) == ["name", "site", "age", "dose", "part"])
    guard case .categorical(_, let parts) = poisoned.columns[4].values else {
      return #expect(Bool(false), "parts are words")
    }
    #expect(parts == ["training"])
    let flags = try PoisonFlags.read(path: path("out.flags.csv"), rows: poisoned.rowCount)
    #expect(flags.count { !$0 } == 90)
    #expect(flags.count { $0 } == 10)
    try write(["training", "other"])
    let placed = await #expect(throws: PlacedError.self) { try await poison() }
    let reason = try #require(placed).reason as? WorkbenchError
    #expect(reason == WorkbenchError.notParts(column: "part", text: "other", row: 2))
    #expect(placed?.line == 3)
    try write(["test", "validation"])
    await #expect(throws: WorkbenchError.noTraining(column: "part")) { try await poison() }
  }

  @Test func thePoisonIsFoundAgain() async throws {
    try await run(
      "poison", "--data", path("doses.csv"), "--target", "dose", "--attack", "statp", "--rate", "0.1", "-o",
      path("out.csv"))
    let poisoned = try TableReader().read(path: path("out.csv"))
    #expect(poisoned.columns.map(\.name) == ["name", "site", "age", "dose"])
    let flags = try PoisonFlags.read(path: path("out.flags.csv"), rows: poisoned.rowCount)
    // 150 rows less 50 for the test and 50 for validation; 0.1 / 0.9 of the rest is poison.
    #expect(flags.count { !$0 } == 50)
    #expect(flags.count { $0 } == 6)
    // Poison has the levels and the digits of the file.
    for column in poisoned.columns {
      switch column.values {
      case .categorical(let codes, let levels):
        // A name that no model reads is that of a row that was held back, and of no other.
        if column.name == "name" {
          #expect(Set(codes).count == 56)
        } else {
          #expect(Set(levels) == ["a", "b,c", "d"])
        }
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
    let numbers = try rejected.columns[place].numbers()
    #expect(numbers.count { flags[Int($0) - 1] } == 6)
  }

  /// Files whose rows a rewriting would change, each with its target and the separator of its lines.
  private static let mixedFiles: [(text: String, target: String, end: String)] = {
    let mixed = (try? FixtureFile.text("tables/p06-mixed.csv")) ?? ""
    let quoted = (0..<60).map { row in
      "\"0\(100 + row % 7)\";\"\(row % 3 == 0 ? "yes" : "n;o")\"; \(row % 5).50;NA;\(row * 3 % 17).0;+\(row)e0"
    }
    return [
      (mixed, "dose", "\n"), (mixed.replacing("\n", with: "\r\n"), "dose", "\r\n"),
      (String(mixed.dropLast()), "dose", "\n"),
      ("code;said;x;gap;y;z\r" + quoted.joined(separator: "\r"), "y", "\r"),
    ]
  }()

  @Test(arguments: 0..<4) func honestRowsLeaveByteForByte(index: Int) async throws {
    var (text, target, end) = Self.mixedFiles[index]
    #expect(text.count > 500)
    if index == 3 { text = text.replacing(";NA;", with: ";\(1);", maxReplacements: 30) }
    try Data(text.utf8).write(to: folder.appending(path: "mixed.csv"))
    try await run(
      "poison", "--data", path("mixed.csv"), "--target", target, "--attack", "optp", "--rate", "0.1", "-o",
      path("out.csv"))
    func lines(_ name: String) throws -> [String] {
      let all = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      #expect(all.hasSuffix(end) == text.hasSuffix(end))
      let lines = all.components(separatedBy: end)
      return lines.last == "" ? lines.dropLast() : lines
    }
    let (own, poisoned) = (try lines("mixed.csv"), try lines("out.csv"))
    let flags = try PoisonFlags.read(path: path("out.flags.csv"), rows: poisoned.count - 1)
    #expect(poisoned[0] == own[0])
    let known = Set(own)
    for (line, isPoison) in zip(poisoned.dropFirst(), flags) { #expect(isPoison || known.contains(line)) }
    #expect(flags.contains(true))
    try await run(
      "defend", "--data", path("out.csv"), "--target", target, "--rate", "0.1", "-o", path("kept.csv"),
      "--rejected", path("rejected.csv"))
    let (kept, rejected) = (try lines("kept.csv"), try lines("rejected.csv"))
    #expect(kept[0] == poisoned[0])
    // The rejected rows have their number and line in front; with the kept ones they are the whole file, in order.
    let separator: Character = index == 3 ? ";" : ","
    let numbers = Dictionary(
      rejected.dropFirst().compactMap { line in
        let parts = line.split(separator: separator, maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 && Int(parts[1]) == Int(parts[0]).map { $0 + 1 }
          ? Int(parts[0]).map { ($0, String(parts[2])) } : nil
      }, uniquingKeysWith: { first, _ in first })
    var rest = kept.dropFirst()
    #expect(numbers.count == rejected.count - 1)
    for (row, line) in poisoned.dropFirst().enumerated() {
      #expect((numbers[row + 1] ?? rest.popFirst()) == line)
    }
    #expect(rest.isEmpty)
  }

  @Test func poisonLooksLikeTheFile() async throws {
    try Data(Self.mixedFiles[0].text.utf8).write(to: folder.appending(path: "mixed.csv"))
    try await run(
      "poison", "--data", path("mixed.csv"), "--target", "dose", "--rate", "0.2", "-o", path("out.csv"))
    let poisoned = try String(contentsOf: folder.appending(path: "out.csv"), encoding: .utf8)
      .split(separator: "\n").dropFirst()
    let flags = try PoisonFlags.read(path: path("out.flags.csv"), rows: poisoned.count)
    for (line, isPoison) in zip(poisoned, flags) where isPoison {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      #expect(fields.count == 9)
      #expect(fields[0].count == 5 && fields[1].count == 20)
      #expect(["yes", "no"].contains(fields[4]) && ["True", "False"].contains(fields[5]))
      #expect(fields[8].split(separator: ".").last?.count == 1)
    }
  }

  @Test func rejectedRowsHaveTheirNumberInAnyTable() async throws {
    let table = try TableReader().read(path: path("doses.csv"))
    let numbers = Table.Column(name: "row", values: .numeric((0..<table.rowCount).map { Double($0 + 1) }))
    try Data(TableWriter.bytes(Table(columns: table.columns + [numbers]))).write(
      to: folder.appending(path: "rows.csv"))
    try await run(
      "defend", "--data", path("rows.csv"), "--target", "dose", "--ignore", "row", "--defence", "trim-plain",
      "--rate", "0.1", "--rejected", path("rejected.csv"))
    let rejected = try TableReader().read(path: path("rejected.csv"))
    #expect(rejected.columns.map(\.name) == ["row_number", "line", "name", "site", "age", "dose", "row"])
    #expect(rejected.rowCount == 15)
    #expect(try rejected.columns[0].numbers() == rejected.columns[6].numbers())
    // Behind the line of names.
    #expect(try rejected.columns[1].numbers() == rejected.columns[6].numbers().map { $0 + 1 })
  }

  @Test func ignoredEntriesOfSparseLinesAreThoseOfRowsOfTheFile() async throws {
    var random = RandomStream(seed: 3)
    let lines = (0..<90).map { row in
      let (a, b) = (random.uniform().rounded(.down) + Double(row % 7), Double(row % 5))
      return "\(a + 2 * b) 1:\(a) 2:1\(100 + row).50 3:\(b)"
    }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: "a.svm"))
    try await run(
      "poison", "--data", path("a.svm"), "--target", "label", "--ignore", "feature2", "--attack", "statp",
      "--rate", "0.2", "-o", path("out.svm"))
    let poisoned = try String(contentsOf: folder.appending(path: "out.svm"), encoding: .utf8)
      .split(separator: "\n")
    let flags = try PoisonFlags.read(path: path("out.svm.flags.csv"), rows: poisoned.count)
    let entries = Set(lines.compactMap { $0.split(separator: " ").first { $0.hasPrefix("2:") } })
    #expect(flags.contains(true))
    for (line, isPoison) in zip(poisoned, flags) where isPoison {
      let own = line.split(separator: " ").first { $0.hasPrefix("2:") }
      #expect(own.map { entries.contains($0) } == true, "\(line)")
    }
  }

  @Test(arguments: ["trim", "itrim", "sphere-slab", "sever", "huber", "chen"])
  func unitsOfColumnsChangeNoDefence(defence: String) async throws {
    try await run(
      "poison", "--data", path("doses.csv"), "--target", "dose", "--rate", "0.1", "-o", path("out.csv"))
    for scale in ["unit", "none"] {
      try await run(
        "defend", "--data", path("out.csv"), "--target", "dose", "--model", "ols", "--scale", scale,
        "--defence", defence, "--rejected", path("\(scale).csv"))
    }
    #expect(
      try Data(contentsOf: folder.appending(path: "unit.csv"))
        == Data(contentsOf: folder.appending(path: "none.csv")))
  }

  @Test func penaltiesSayTheirUnits() async throws {
    let table = try TableReader().read(path: path("doses.csv"))
    let user = try TableOptions.parse(["--data", path("doses.csv"), "--target", "dose"])
      .request().load()
    for (id, factor) in [("ridge", 0.0), ("lasso", 1.0)] {
      // The raw fit with the raw penalties is the scaled fit: one number column and its range tell.
      let model = try ModelOptions.parse(["--model", id, "--penalty", "0.3"])
      let chosen = try UserLearner(model.choice, user, training: user.rows, workers: 1)
      #expect(chosen.description.contains("scaled to 0...1"))
      guard case .group(let raw) = chosen.rawPenalty, case .number(let age) = raw["age"] else {
        Issue.record("no penalty on the raw column")
        return
      }
      let place = try #require(table.index(of: "age"))
      let ages = try table.columns[place].numbers()
      let known = ages.filter { !$0.isNaN }
      let width = try #require(known.max()) - (try #require(known.min()))
      let target = user.design.targetScaling.scale
      #expect(abs(age - 0.3 * (factor == 0 ? width * width : width * target)) < 1e-9 * age)
    }
    let raw = try TableOptions.parse(["--data", path("doses.csv"), "--target", "dose", "--scale", "none"])
      .request().load()
    for (learner, id) in [
      (LinearLearner.ridge(penalty: 2), "ridge"), (.lasso(penalty: 2), "lasso"),
      (.elasticNet(penalty: 2, mixing: 0.5), "elastic-net"),
    ] {
      let model = try ModelOptions.parse(["--model", id, "--penalty", "2"])
      let chosen = try UserLearner(model.choice, raw, training: raw.rows, workers: 1)
      #expect(chosen.description.contains("raw columns"))
      var natural = raw.rows
      natural.target = natural.target.map { raw.design.targetScaling.natural($0) }
      let (scaled, expected) = (try chosen.learner.fit(raw.rows), try learner.fit(natural))
      for (left, right) in zip(scaled.weights, expected.weights) {
        #expect(abs(left * raw.design.targetScaling.scale - right) < 1e-6)
      }
    }
  }

  @Test(arguments: ["ols", "ridge", "lasso", "elastic-net"])
  func modelsWithoutAnIntercept(model: String) async throws {
    try await run(
      "poison", "--data", path("doses.csv"), "--target", "dose", "--model", model, "--penalty", "0.1",
      "--no-intercept", "--rate", "0.1", "-o", path("out.csv"))
    try await run(
      "defend", "--data", path("out.csv"), "--target", "dose", "--model", model, "--penalty", "0.1",
      "--no-intercept", "-o", path("kept.csv"))
    await #expect(throws: WorkbenchError.ownIntercept(defence: "chen")) {
      try await run(
        "defend", "--data", path("out.csv"), "--target", "dose", "--model", model, "--no-intercept",
        "--defence", "chen")
    }
    #expect(throws: (any Error).self) {
      try Bezoar.parseAsRoot([
        "defend", "--data", "x", "--target", "y", "--no-intercept", "--scale", "unit",
      ])
    }
  }

  @Test func theSameSeedGivesTheSameBytes() async throws {
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

  @Test("flags of another number of rows, twice the same row or other values are refused")
  func flagsThatDoNotFit() throws {
    #expect(PoisonFlags.path(for: "a/b.csv.gz") == "a/b.flags.csv")
    #expect(PoisonFlags.path(for: "a/b") == "a/b.flags.csv")
    for text in [
      "row,is_poison\n1,0\n", "row,is_poison\n1,0\n1,1\n", "row,is_poison\n1,0\n2,2\n", "a,b\n1,0\n2,1\n",
    ] {
      try Data(text.utf8).write(to: folder.appending(path: "flags.csv"))
      #expect(throws: WorkbenchError.self) { try PoisonFlags.read(path: path("flags.csv"), rows: 2) }
    }
  }
}
