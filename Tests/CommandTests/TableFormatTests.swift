import ArgumentParser
import Foundation
import Tabular
import TestSupport
import Testing
import Workbench

@testable import Commands

/// Every command that reads a table reads it by the same options.
@Suite("How tables are read")
struct TableFormatTests {
  /// Options whose value is a table, by their names.
  private static let tables = [
    "--data", "--members", "--others", "--benign", "--substitute", "--reference", "--knows", "--truth",
  ]

  /// Every command that has no further ones, with its name.
  private static func leaves(
    _ type: any ParsableCommand.Type, _ name: String = ""
  ) -> [(name: String, type: any ParsableCommand.Type)] {
    let subcommands = type.configuration.subcommands
    guard !subcommands.isEmpty else { return [(name, type)] }
    return subcommands.flatMap { leaves($0, name + " " + ($0.configuration.commandName ?? "")) }
  }

  /// The options of the group as the help of a command shows them; nil without it.
  private static func group(_ help: String) -> String? {
    let lines = help.components(separatedBy: "\n")
    guard let start = lines.firstIndex(where: { $0.uppercased().hasPrefix("READING TABLES") }) else {
      return nil
    }
    return lines[start...].prefix { !$0.isEmpty }.joined(separator: "\n")
  }

  @Test("every command that takes a table has the group, in the same words, and no other command has it")
  func everyCommand() throws {
    let leaves = Self.leaves(Bezoar.self)
    #expect(leaves.count > 20)
    var groups: Set<String> = []
    var with: [String] = []
    for leaf in leaves {
      let help = Bezoar.helpMessage(for: leaf.type, includeHidden: true, columns: 400)
      let takesTable = help.components(separatedBy: "\n").contains { line in
        Self.tables.contains { line.hasPrefix("  \($0) <file") }
      }
      let group = Self.group(help)
      #expect((group != nil) == takesTable, "\(leaf.name)")
      if let group {
        groups.insert(group)
        with.append(leaf.name.trimmingCharacters(in: .whitespaces))
      }
    }
    #expect(
      with.sorted() == [
        "defend", "evaluate", "guard-study", "invert", "membership", "poison", "predict", "serve", "steal",
        "train",
      ])
    #expect(groups.count == 1)
    let group = try #require(groups.first)
    for option in ["--kinds", "--na", "--header", "--decimal", "--thousands", "--delimiter", "--skip"] {
      #expect(group.contains("  \(option) <"), "\(option)")
    }
  }

  @Test("no command makes a reader of its own")
  func oneReader() throws {
    let makers = try ["Sources/Commands", "Sources/Workbench"].flatMap {
      try PackageFiles.swiftFiles(below: $0)
    }.filter { try PackageFiles.text($0).contains("TableReader()") }
    // The flags of poison are a file of the program itself.
    #expect(
      makers.sorted() == [
        "Sources/Workbench/Poisoning/PoisonFlags.swift", "Sources/Workbench/Tables/ReadingChoices.swift",
      ])
  }

  @Test(
    "wrong words are errors of usage that say what is right",
    arguments: [
      (["--header", "maybe"], "'yes' and 'no'"), (["--kinds", "x=number"], "numeric or categorical"),
      (["--kinds", "x"], "column=kind"),
      (["--decimal", "_"], "point or a comma"), (["--decimal", ",", "--thousands", ","], "same mark"),
      (["--thousands", "."], "--decimal ,"), (["--delimiter", "ab"], "delimiter"),
      (["--skip", "-1"], "at least 0"), (["--skip", "x"], "skip"),
    ])
  func wrong(options: [String], words: String) throws {
    let error = #expect(throws: (any Error).self) {
      _ = try Bezoar.parseAsRoot(["predict", "--model", "m", "--data", "d"] + options)
    }
    let message = Bezoar.fullMessage(for: try #require(error))
    #expect(message.contains(words), "\(message)")
  }

  @Test("lists name columns with commas, with quotes or without")
  func lists() throws {
    let known = ["x 1", "x,2", "a", "b", "a,b", "Happiness of  marriage", "q\"r"]
    #expect(ListOption.columns("x,2", of: known) == ["x,2"])
    #expect(ListOption.columns("x 1,x,2", of: known) == ["x 1", "x,2"])
    #expect(ListOption.columns("\"x,2\",b", of: known) == ["x,2", "b"])
    #expect(ListOption.columns("\"a\",\"b\"", of: known) == ["a", "b"])
    #expect(ListOption.columns("a,b", of: known) == ["a,b"])
    #expect(ListOption.columns("b, x 1", of: known) == ["b", "x 1"])
    #expect(ListOption.columns("\"q\"\"r\",z", of: known) == ["q\"r", "z"])
    #expect(ListOption.items("a,\"b,c\",,d") == ["a", "b,c", "d"])
    let pairs = try ListOption.pairs("x,2=numeric,\"a=b\"=categorical", option: "--kinds", form: "")
    #expect(pairs.map(\.name) == ["x,2", "a=b"] && pairs.map(\.value) == ["numeric", "categorical"])
    #expect(throws: WorkbenchError.self) { _ = try ListOption.pairs("a=1,b", option: "--kinds", form: "") }
    let format = try TableFormat.parse([
      "--na", "-", "--na", "-9,\"a,b\"", "--delimiter", "tab", "--header", "no",
    ])
    let reader = try format.reading().reader()
    #expect(reader.missing.isSuperset(of: ["-", "-9", "a,b", "NA", ""]))
    #expect(reader.separator == 9 && reader.hasHeader == false)
  }
}

extension TableFormatTests {
  @Test("texts before the first name stand for missing values everywhere, those behind a name in its column")
  func missing() throws {
    func given(_ lists: String...) throws -> ReadingOptions {
      try TableFormat.parse(lists.flatMap { ["--na", $0] }).given()
    }
    let both = try given("?,age=0,-1,height=0", "-9", "\"x,2\"=a,\"b,c\"", "age=none")
    #expect(both.missing == ["-9", "?"])
    #expect(both.columnMissing == ["age": ["-1", "0", "none"], "height": ["0"], "x,2": ["a", "b,c"]])
    // A text with an equals sign stands in quotes; the last sign outside quotes ends the name.
    #expect(try given("\"a=b\"").missing == ["a=b"])
    #expect(try given("a=b=0").columnMissing == ["a=b": ["0"]])
    #expect(try given("a=\"=\"").columnMissing == ["a": ["="]])
    #expect(try given("").missing == [])
    #expect(try given("a=").columnMissing == ["a": [""]])
    let reader = try TableFormat.parse(["--na", "?,age=0"]).reading().reader()
    #expect(reader.missing.contains("?") && reader.columnMissing == ["age": ["0"]])
  }

  /// Lists of columns are taken apart by one parser, so that a name with commas can be given to every option.
  @Test("no command takes a list of columns apart by itself")
  func oneParser() throws {
    let splitters = try PackageFiles.swiftFiles(below: "Sources/Commands").filter {
      try PackageFiles.text($0).contains("split(separator: \",\"")
    }
    // Counts of whole numbers.
    #expect(splitters == ["Sources/Commands/Privacy/PrivacyAuditCommand.swift"])
  }
}

/// Small files of other people on the command line.
@Suite("Other people's tables on the command line")
struct TableCaseTests {
  private static func fixture(_ name: String) throws -> Data {
    try FixtureFile.data("tables/\(name)")
  }

  /// What training on a fixture says, and the measure on unseen rows.
  private func train(
    _ name: String, _ target: String, _ model: String = "ols", _ options: [String] = []
  ) throws -> (result: BuiltProgram.Result, metrics: [String: Double]) {
    let folder = try Folder()
    _ = try folder.write(name, try Self.fixture(name))
    let result = try BuiltProgram.run(
      ["train", "--data", name, "--target", target, "--model", model, "-o", "m.json", "--json"] + options,
      in: folder.path)
    let json = try? JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    let outcomes = json?["outcomes"] as? [[String: Any]]
    let test = outcomes?.first { ($0["dataset"] as? String)?.hasSuffix(" test") ?? false }
    return (result, (test?["metrics"] as? [String: Double]) ?? [:])
  }

  /// The columns that were printed as numeric.
  private func check(_ result: BuiltProgram.Result, _ words: String..., status: Int32 = 0) {
    #expect(result.status == status, "\(result.errors)")
    for word in words { #expect(result.errors.contains(word), "'\(word)' not in \(result.errors)") }
  }

  /// Each marker, and the same file with NA in its place: the same numbers.
  @Test("markers in a column of numbers are missing values", arguments: ["q", "dash", "dot", "minus9"])
  func markers(name: String) throws {
    let folder = try Folder()
    let file = "d08-missing-\(name).csv"
    let mark = ["q": "?", "dash": "-", "dot": ".", "minus9": "-9"][name] ?? ""
    let text = String(decoding: try Self.fixture(file), as: UTF8.self)
    _ = try folder.write("marked.csv", text)
    _ = try folder.write("plain.csv", text.replacing(",\(mark),", with: ",NA,"))
    func run(_ data: String, _ options: [String]) throws -> String {
      let result = try BuiltProgram.run(
        ["train", "--data", data, "--target", "y", "--model", "ols", "-o", "\(data).json"] + options,
        in: folder.path)
      #expect(result.status == 0, "\(result.errors)")
      return result.output
    }
    let options = name == "minus9" ? ["--na", "-9"] : []
    #expect(try run("marked.csv", options) == run("plain.csv", []))
    let (result, metrics) = try train("d08-missing-q.csv", "y")
    check(result, "'?' counts as missing in height (13 values, the first in line 9)")
    #expect(abs((metrics["mse"] ?? 0) - 7.24) < 0.005)
  }

  @Test("dialects are read, and said where they are found out")
  func dialects() throws {
    check(
      try train("d01-decimal-comma.csv", "Verbrauch").result,
      "60 rows; numeric columns: 2 (Temperatur (Celsius), Feuchte)",
      "decimal mark")
    check(
      try train("d02-year-header.csv", "2010").result, "40 rows; numeric columns: 2 (1990, 2000)",
      "--header no")
    check(
      try train("d04-duplicate-names.csv", "y").result, "numeric columns: 3 (age, score, score.1)",
      "numbered: 'score.1'")
    check(
      try train("d05-trailing-comma-rows.csv", "y").result, "numeric columns: 2 (age, score)",
      "a separator ends 40 rows")
    check(
      try train("d06-huge-ids.csv", "cited").result, "categorical columns: 2 (paper, account)", "more digits")
    check(
      try train("d19-space-separated.txt", "medv").result, "40 rows; numeric columns: 3 (crim, rm, lstat)",
      "blanks")
    check(
      try train("d20-comment-lines.csv", "y").result, "40 rows; numeric columns: 2 (a, b)",
      "2 remarks before the table")
  }

  @Test("thousands and currency are numbers by option, with a hint without")
  func thousands() throws {
    check(
      try train("d09-thousands.csv", "price", "ols", ["--thousands", ","]).result,
      "numeric columns: 2 (population, area)")
    check(
      try train("d09-thousands.csv", "area").result, "column 'price' is read as words", "--thousands ','",
      "no column beside the target", status: 1)
    check(try train("d09-thousands.csv", "price").result, "--thousands ','", status: 1)
  }

  @Test("a column without a name is asked about and can be ignored")
  func index() throws {
    check(
      try train("d12-index-column.csv", "y", "tree").result, "'column1' counts the rows from 0",
      "--ignore 'column1'")
    check(
      try train("d12-index-column.csv", "y", "tree", ["--ignore", "column1"]).result,
      "numeric columns: 2 (x1, x2)")
  }

  @Test("names with blanks, commas and quotes can be given to every option")
  func names() throws {
    let target = "Happiness of  marriage"
    for options in [
      ["--ignore", "x,2"], ["--ignore", "\"x,2\""], ["--kinds", "x,2=numeric"],
      ["--kinds", "\"x,2\"=numeric,x 1=numeric"],
      ["--weights", "x,2", "--ignore", "x 1"], ["--class-weights", "NOT TOO=2,VERY \"HAPPY\", yes=1"],
    ] {
      let result = try train("d13-target-spaces.csv", target, "tree", options).result
      // Weights may not be negative, which the message says of the right column.
      if options[0] == "--weights" {
        #expect(result.errors.contains("weight"), "\(result.errors)")
      } else {
        check(result)
      }
    }
  }

  @Test("a word in a column of numbers is said with its line and the options; in a target it is refused")
  func word() throws {
    check(
      try train("d15-one-word.csv", "churn", "tree").result, "line 79: 'twelve' is no number",
      "--na 'twelve'",
      "--kinds 'charges=categorical'", "numeric columns: 2 (rooms, charges)")
    let (refused, _) = try train("d15-one-word.csv", "charges")
    check(refused, "line 79 of d15-one-word.csv", "'twelve'", "--na 'twelve'", status: 1)
    check(try train("d15-one-word.csv", "charges", "ols", ["--na", "twelve"]).result)
    check(try train("d15-one-word.csv", "charges", "tree").result, "different", status: 1)
  }

  @Test("a numeric target of many values is questioned")
  func question() throws {
    let folder = try Folder()
    let lines = (0..<400).map { "\($0 % 7),\($0 % 40)" }
    _ = try folder.write("t.csv", "x,age\n" + lines.joined(separator: "\n") + "\n")
    let result = try BuiltProgram.run(
      ["train", "--data", "t.csv", "--target", "age", "--model", "tree", "-o", "m.json"], in: folder.path)
    check(result, "40 different numbers", "tree-regressor")
  }

  @Test("poison and defend say that they do nothing to classes", arguments: ["poison", "defend"])
  func classes(command: String) throws {
    let folder = try Folder()
    _ = try folder.write("d.csv", try Self.fixture("d13-target-spaces.csv"))
    let result = try BuiltProgram.run(
      [command, "--data", "d.csv", "--target", "Happiness of  marriage", "-o", "o.csv"], in: folder.path)
    check(result, "holds classes, such as", "nothing to classifiers", status: 1)
    #expect(!folder.exists("o.csv"))
  }

  @Test(
    "rows of odd dialects leave poison and defend byte for byte",
    arguments: [
      ("d01-decimal-comma.csv", "Verbrauch", [String]()), ("d02-year-header.csv", "2010", []),
      ("d04-duplicate-names.csv", "y", []), ("d05-trailing-comma-rows.csv", "y", []),
      ("d08-missing-q.csv", "y", []), ("d09-thousands.csv", "price", ["--thousands", ","]),
      ("d19-space-separated.txt", "medv", []), ("d20-comment-lines.csv", "y", []),
    ])
  func bytes(name: String, target: String, options: [String]) throws {
    let folder = try Folder()
    let original = try Self.fixture(name)
    _ = try folder.write(name, original)
    let result = try BuiltProgram.run(
      ["poison", "--data", name, "--target", target, "--rate", "0.2", "-o", "out.csv"] + options,
      in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    let own = Set(String(decoding: original, as: UTF8.self).split(separator: "\n"))
    let poisoned = String(decoding: try folder.data("out.csv"), as: UTF8.self).split(separator: "\n")
    let flags = String(decoding: try folder.data("out.flags.csv"), as: UTF8.self).split(separator: "\n")
      .dropFirst()
    let rows = poisoned.suffix(flags.count)
    #expect(rows.count < poisoned.count && poisoned.dropLast(flags.count).allSatisfy { own.contains($0) })
    for (row, flag) in zip(rows, flags) where flag.hasSuffix(",0") { #expect(own.contains(row), "\(row)") }
    // Poison is written like the rest, so that the poisoned file is read like the clean one.
    let defended = try BuiltProgram.run(
      ["defend", "--data", "out.csv", "--target", target, "-o", "kept.csv"] + options, in: folder.path)
    #expect(defended.status == 0, "\(defended.errors)")
    let kept = String(decoding: try folder.data("kept.csv"), as: UTF8.self).split(separator: "\n")
    #expect(kept.allSatisfy { Set(poisoned).contains($0) })
    func columns(_ errors: String) -> String? {
      errors.split(separator: "\n").first { $0.contains("rows; numeric") }?.components(separatedBy: "rows; ")
        .last
    }
    #expect(columns(result.errors) != nil && columns(result.errors) == columns(defended.errors))
  }

  @Test("errors name the line of the file, whatever stands before the row")
  func lines() throws {
    let folder = try Folder()
    let rows = (0..<30).map { "\($0 % 5),\"two\nlines\",\($0)" }
    _ = try folder.write(
      "t.csv", "# one\n# two\n\na,text,y\n" + rows.joined(separator: "\n") + "\n\n1,x,much\n")
    let result = try BuiltProgram.run(
      ["train", "--data", "t.csv", "--target", "y", "--model", "ols", "-o", "m.json"], in: folder.path)
    // Two remarks, a blank line, the names, thirty rows of two lines, a blank line.
    check(result, "line 66 of t.csv", "'much'", status: 1)
  }
}
