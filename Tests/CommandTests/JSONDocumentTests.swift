import ArgumentParser
import Experiments
import Foundation
import TestSupport
import Testing

@testable import Commands

/// What every command prints with `--json`, beside the schema of results.
@Suite("Documents of all commands")
struct JSONDocumentTests {
  /// Commands whose JSON is another one, or that print none: rows with predictions, a model in words, cards of data sets,
  /// the address of a server, and commands that write files only.
  private static let others: Set<String> = [
    "predict", "explain", "serve", "model convert", "data list", "data describe", "data check", "data get",
    "data generate", "reproduce statements",
  ]

  /// People whose class follows from an age and a secret; the names of files and levels are none that ids could have.
  private static func people(_ rows: Range<Int>) -> String {
    "Alter,drug,secret,class\n"
      + rows.map { row in
        let (age, secret) = (row * 37 % 101, row * 11 % 5 < 2)
        return "\(age),\(["Ä b", "b=1", "c,"][row * 7 % 3].quoted),\(secret ? "yes" : "no"),"
          + (age + (secret ? 40 : 0) > 70 ? "high, very" : "low").quoted
      }.joined(separator: "\n") + "\n"
  }

  private static func folder() throws -> Folder {
    let folder = try Folder()
    _ = try folder.write("In Ü.csv", people(0..<160))
    _ = try folder.write("Out (2).csv", people(160..<300))
    _ = try folder.write("numbers.csv", BadInputTests.table(rows: 200))
    _ = try folder.write(
      "plain.csv",
      "a,b,y\n"
        + (0..<80).map { "\($0 * 7 % 13),\($0 * 5 % 11),\($0 * 7 % 13 + 2 * ($0 * 5 % 11) + 1)" }
        .joined(separator: "\n") + "\n")
    _ = try folder.write(
      "rest.csv",
      "a,b,y\n"
        + (0..<79).map {
          "\($0 * 7 % 13),\($0 * 5 % 11),\($0 * 7 % 13 + 2 * ($0 * 5 % 11) + 1)"
        }.joined(separator: "\n") + "\n")
    let trainings = [
      ["--data", "In Ü.csv", "--target", "class", "--model", "tree", "-o", "Model A.json", "--test", "0"],
      ["--data", "In Ü.csv", "--target", "class", "--model", "logistic", "-o", "Linear.json"],
      ["--data", "iris-fisher", "--target", "species", "--model", "softmax", "-o", "iris.json"],
      [
        "--data", "plain.csv", "--target", "y", "--model", "ridge", "--set", "penalty=1", "--test", "0", "-o",
        "ridge.json",
      ],
    ]
    for training in trainings {
      let run = try BuiltProgram.run(["train"] + training, in: folder.path)
      try #require(run.status == 0, "\(run.errors)")
    }
    return folder
  }

  /// At least one line for every command.
  private static let lines: [(command: String, words: [String])] = [
    ("list", []),
    ("poison", ["--data", "numbers.csv", "--target", "dose", "--attack", "flip", "-o", "p.csv"]),
    ("defend", ["--data", "numbers.csv", "--target", "dose", "--defence", "trim", "--rate", "0.08"]),
    ("train", ["--data", "In Ü.csv", "--target", "class", "--model", "tree", "-o", "T.json"]),
    (
      "train",
      [
        "--data", "numbers.csv", "--target", "dose", "--model", "ridge", "-o", "P.json", "--privacy",
        "mechanism=output,epsilon=1", "--bounds", "age=0:100,dose=0:30",
      ]
    ),
    ("evaluate", ["--model", "Model A.json", "--data", "Out (2).csv"]),
    ("evaluate", ["--model", "ridge.json", "--data", "plain.csv"]),
    ("evaluate", ["--model", "Linear.json", "--data", "Out (2).csv", "--against", "Model A.json"]),
    (
      "guard-study",
      [
        "--model", "Linear.json", "--data", "Out (2).csv", "--guard", "rounding:decimals=2", "--attack",
        "equation", "--seeds", "2", "--budget", "200",
      ]
    ),
    ("steal", ["--model", "Linear.json", "--data", "Out (2).csv", "-o", "S.json"]),
    ("steal", ["--model", "Model A.json", "--guard", "rounding:decimals=2", "-o", "S2.json"]),
    (
      "invert",
      [
        "--train", "tree", "--data", "In Ü.csv", "--target", "class", "--sensitive", "secret", "--group",
        "drug", "--seeds", "1",
      ]
    ),
    (
      "invert",
      [
        "--model", "Model A.json", "--data", "Out (2).csv", "--members", "In Ü.csv", "--sensitive", "Alter",
        "--seeds", "1",
      ]
    ),
    ("invert", ["--model", "iris.json", "--class", "all"]),
    ("invert", ["--model", "ridge.json", "--knows", "rest.csv"]),
    (
      "membership",
      [
        "--model", "Model A.json", "--members", "In Ü.csv", "--others", "Out (2).csv", "--guard",
        "rounding:step=0.1", "--guard", "hamp",
      ]
    ),
    (
      "membership",
      ["--train", "tree", "--data", "In Ü.csv", "--target", "class", "--shadows", "4"]
    ),
    ("privacy account", ["--epsilon", "1", "--delta", "1e-6"]),
    ("privacy account", ["--laplace", "1", "--delta", "1e-6"]),
    ("privacy account", ["--sigma", "0.01", "--rate", "0.5", "--delta", "1e-6"]),
    ("privacy audit", ["--counts", "500,250,500,25"]),
    ("privacy audit", ["--mechanism", "laplace", "--epsilon", "1", "--trials", "200"]),
    ("reproduce inversion", ["--rows", "2,14,16", "--seeds", "1"]),
    ("reproduce stealing", ["--rows", "1", "--seeds", "1", "--no-matrices"]),
    (
      "reproduce dosage",
      ["--seeds", "1", "--attacks", "statp,random", "--defences", "none,range", "--training-rows", "60"]
    ),
    ("reproduce stealing-http", ["--labs", "logistic-regression"]),
  ]

  private static func names(_ command: any ParsableCommand.Type, _ path: [String]) -> [String] {
    let below = command.configuration.subcommands
    guard !below.isEmpty else { return [path.joined(separator: " ")] }
    return below.flatMap { names($0, path + [$0._commandName]) }
  }

  @Test("Every command is here, so that none goes unchecked")
  func all() {
    let checked = Set(Self.lines.map(\.command))
    #expect(Set(Self.names(Bezoar.self, [])) == checked.union(Self.others))
    #expect(checked.isDisjoint(with: Self.others))
  }

  @Test("Every document follows the schema, whatever files, levels and guards are called")
  func documents() throws {
    let folder = try Self.folder()
    let check = try SchemaCheck(ResultsDocument.schemaText)
    for (command, words) in Self.lines {
      var line = command.split(separator: " ").map(String.init) + words + ["--json", "--quiet"]
      if ["invert", "membership"].contains(command) || command.hasPrefix("reproduce inv") {
        line += ["--output", "out"]
      }
      let run = try BuiltProgram.run(line, in: folder.path)
      #expect(run.status == 0, "\(line): \(run.errors)")
      guard run.status == 0 else { continue }
      #expect(try check.complaints(about: run.output) == [], "\(line)")
    }
  }
}

extension String {
  /// As a field of a CSV file.
  fileprivate var quoted: String { contains(",") ? "\"\(self)\"" : self }
}
