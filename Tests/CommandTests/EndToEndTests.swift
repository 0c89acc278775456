import Experiments
import Foundation
import TestSupport
import Testing

@Suite("From command line to files")
struct EndToEndTests {
  private static let small = [
    "reproduce", "dosage", "--seeds", "2", "--attacks", "optp,statp,bgd", "--defences", "none,trim,roni",
    "--quiet",
    "--training-rows", "120",
  ]

  @Test("the dosage case writes the same results with one and two threads, and a complete report")
  func dosage() throws {
    let folder = try Folder()
    let one = try BuiltProgram.run(Self.small + ["--output", "one", "--threads", "1"], in: folder.path)
    let two = try BuiltProgram.run(Self.small + ["--output", "two", "--threads", "2"], in: folder.path)
    #expect(one.status == 0 && two.status == 0, "\(one.errors) \(two.errors)")
    let results = try folder.data("one/results.json")
    #expect(try folder.data("two/results.json") == results)
    #expect(try folder.data("two/report.html") == folder.data("one/report.html"))
    let document = try ResultsDocument(json: String(decoding: results, as: UTF8.self))
    #expect(Set(document.outcomes.map(\.attack)).isSuperset(of: ["none", "optp", "statp", "bgd"]))
    #expect(Set(document.outcomes.map(\.defence)) == ["none", "trim", "roni"])
    let names = try #require(document.outcomes.first).metrics.names
    for name in [
      "clean_test_mse", "test_mse", "dose_change_q10", "dose_change_q25", "dose_change_median",
      "dose_change_q75",
      "dose_change_q90", "share_changed_10", "share_changed_20", "share_changed_50", "within_20",
    ] {
      #expect(names.contains(name))
    }
    #expect(document.claims.contains { $0.id == "dose-wrong-for-half" })
    #expect(document.claims.filter { $0.reference == 1.3931 }.allSatisfy { $0.verdict == .unconfirmed })
    let page = String(decoding: try folder.data("one/report.html"), as: UTF8.self)
    #expect(
      page.contains("synthetic")
        && page.contains("<svg") == folder.exists("one/figures/median-change-lasso.svg"))
    #expect(!page.contains("http://") || page.contains("http://www.w3.org"))
    #expect(one.output.contains("synthetic"))
  }

  @Test("--json prints the document and nothing else")
  func json() throws {
    let folder = try Folder()
    let result = try BuiltProgram.run(Self.small + ["--output", "out", "--json"], in: folder.path)
    #expect(result.status == 0)
    let document = try ResultsDocument(json: result.output)
    #expect(document.tool.name == "bezoar" && !document.outcomes.isEmpty)
  }

  @Test("a table is poisoned, defended and scored")
  func poisonThenDefend() throws {
    let folder = try Folder()
    _ = try folder.write("data.csv", BadInputTests.table(rows: 240))
    let poison = try BuiltProgram.run(
      [
        "poison", "--data", "data.csv", "--target", "dose", "--attack", "optp", "--rate", "0.08", "--model",
        "lasso",
        "-o", "poisoned.csv",
      ], in: folder.path)
    #expect(poison.status == 0, "\(poison.errors)")
    #expect(folder.exists("poisoned.csv") && folder.exists("poisoned.flags.csv"))
    let header = String(decoding: try folder.data("poisoned.csv"), as: UTF8.self).prefix { $0 != "\n" }
    #expect(header == "age,race,dose")
    let defend = try BuiltProgram.run(
      ["defend", "--data", "poisoned.csv", "--target", "dose", "--defence", "trim", "--rate", "0.08"],
      in: folder.path)
    #expect(defend.status == 0, "\(defend.errors)")
    #expect(defend.output.contains("precision"))
  }

  @Test("every document of the program follows the schema of results")
  func schema() throws {
    let folder = try Folder()
    _ = try folder.write("data.csv", BadInputTests.table(rows: 240))
    let check = try SchemaCheck(ResultsDocument.schemaText)
    let commands = [
      Self.small + ["--output", "out", "--json", "--seeds", "1"],
      [
        "poison", "--data", "data.csv", "--target", "dose", "--attack", "optp", "-o", "poisoned.csv",
        "--json",
      ],
      [
        "defend", "--data", "poisoned.csv", "--target", "dose", "--defence", "trim", "--rate", "0.08",
        "--json",
      ],
    ]
    for command in commands {
      let result = try BuiltProgram.run(command, in: folder.path)
      #expect(result.status == 0, "\(result.errors)")
      #expect(try check.complaints(about: result.output) == [], "\(command[0])")
    }
  }

  @Test(
    "output that nobody could store is a failure",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullDevice() throws {
    let folder = try Folder()
    let result = try BuiltProgram.run(["list", "--json"], in: folder.path, output: "/dev/full")
    #expect(result.status == 1)
    #expect(result.errors.contains("No space left"))
  }

  @Test(
    "a full disk is told in a sentence, and nothing half-written stays", .enabled(if: SmallDisk.isPossible))
  func fullDisk() throws {
    let folder = try Folder()
    _ = try folder.write("data.csv", BadInputTests.table(rows: 6000))
    let disk = try SmallDisk(at: "\(folder.path)/disk")
    let result = try BuiltProgram.run(
      ["poison", "--data", "data.csv", "--target", "dose", "--attack", "statp", "-o", "disk/poisoned.csv"],
      in: folder.path)
    #expect(result.status == 1)
    let faults = result.errors.split(separator: "\n").filter { $0.hasPrefix("bezoar: ") }
    #expect(faults.count == 1 && faults[0].contains("space"), "\(result.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path).isEmpty)
  }

  @Test("a signal stops the dosage case on one and two threads before its end", arguments: ["1", "2"])
  func interrupted(threads: String) throws {
    let folder = try Folder()
    let process = BuiltProgram.process(
      ["reproduce", "dosage", "--seeds", "40", "--quiet", "--threads", threads], in: folder.path)
    try process.run()
    Thread.sleep(forTimeInterval: 2)
    process.terminate()
    process.waitUntilExit()
    // The whole case, which takes minutes, would end with 0.
    #expect(process.terminationStatus == 75)
    #expect(!folder.exists("out/dosage/results.json"))
  }

  @Test("a method named twice counts once, and an empty list is refused")
  func methodLists() throws {
    let folder = try Folder()
    let twice = try BuiltProgram.run(
      [
        "reproduce", "dosage", "--seeds", "1", "--attacks", "statp,statp", "--defences", "none,none",
        "--json",
      ]
        + ["--training-rows", "60", "--quiet"], in: folder.path)
    let document = try ResultsDocument(json: twice.output)
    let cells = document.outcomes.map { "\($0.model) \($0.attack) \($0.defence) \($0.rate ?? 0) \($0.seed)" }
    #expect(Set(cells).count == cells.count)
    for list in [",", "statp,optq"] {
      let result = try BuiltProgram.run(["reproduce", "dosage", "--attacks", list], in: folder.path)
      #expect(result.status == 2 && result.errors.contains("known are"))
    }
  }

  @Test(
    "every command has help with an example",
    arguments: [
      ["--help"], ["reproduce", "--help"], ["reproduce", "dosage", "--help"], ["poison", "--help"],
      ["defend", "--help"],
      ["list", "--help"],
    ])
  func help(arguments: [String]) throws {
    let folder = try Folder()
    let result = try BuiltProgram.run(arguments, in: folder.path)
    #expect(result.status == 0)
    if arguments != ["--help"] { #expect(result.output.contains("Example")) }
  }

  @Test("method cards are listed, also as JSON")
  func list() throws {
    let folder = try Folder()
    let text = try BuiltProgram.run(["list"], in: folder.path)
    for id in ["optp", "statp", "bgd", "trim", "none", "ridge", "lasso"] { #expect(text.output.contains(id)) }
    let json = try BuiltProgram.run(["list", "--json"], in: folder.path)
    #expect(json.status == 0)
    _ = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
  }
}
