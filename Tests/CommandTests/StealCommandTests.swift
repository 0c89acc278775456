import Foundation
import TestSupport
import Testing

@Suite("bezoar steal")
struct StealCommandTests {
  /// A folder with a softmax model of iris in `m.json`.
  private static func folder() throws -> Folder {
    let folder = try Folder()
    let trained = try BuiltProgram.run(
      ["train", "--data", "iris-fisher", "--target", "species", "--model", "softmax", "-o", "m.json", "-q"],
      in: folder.path)
    try #require(trained.status == 0, "\(trained.errors)")
    return folder
  }

  private static func steal(
    _ arguments: [String], in folder: Folder
  ) throws -> (metrics: [String: Double], errors: String) {
    try BuiltProgram.metrics(["steal"] + arguments, in: folder)
  }

  private static func lines(_ name: String, _ folder: Folder) throws -> Int {
    String(decoding: try folder.data(name), as: UTF8.self).split(separator: "\n").count
  }

  @Test(
    "A wrong command line is explained",
    arguments: [
      (["steal", "-o", "s.json"], "nothing to steal"),
      (["steal", "--model", "m.json", "--batch", "5", "-o", "s.json"], "--batch"),
      (["steal", "http://localhost:1", "--batch", "0", "-o", "s.json"], "--batch"),
      (["steal", "http://localhost:1", "--timeout", "5", "-o", "s.json"], "--timeout"),
      (["steal", "--model", "m.json", "--details", "secrets", "-o", "s.json"], "counterfactuals"),
    ])
  func usage(_ arguments: [String], _ word: String) throws {
    try BuiltProgram.expectUsageError(arguments, word)
  }

  @Test("A model file is stolen, the theft goes on from its log, and the log alone is enough")
  func inProcess() throws {
    let folder = try Self.folder()
    let arguments = ["--model", "m.json", "--attack", "log-ratio", "--data", "iris-fisher", "-o", "s.json"]
    let first = try Self.steal(arguments, in: folder)
    #expect(first.metrics["queries"] == 5 && first.metrics["billed"] == 5 && first.metrics["unique"] == 5)
    #expect(first.metrics["r_unif"] == 0 && first.metrics["r_test"] == 0)
    #expect(folder.exists("s.json") && folder.exists("s-report/report.html"))
    #expect(try Self.lines("s.queries.jsonl", folder) == 6)

    let again = try Self.steal(arguments, in: folder)
    #expect(again.metrics["queries"] == 5 && again.metrics["billed"] == 0 && again.metrics["earlier"] == 0)
    #expect(again.errors.contains("going on from 5 answers"))

    // As if the first run had been torn in the middle of its one request, which is then asked again whole.
    let log = String(decoding: try folder.data("s.queries.jsonl"), as: UTF8.self)
    let torn = log.split(separator: "\n").prefix(3).joined(separator: "\n") + "\n{\"query\":[0.3"
    _ = try folder.write("s.queries.jsonl", torn)
    let resumed = try Self.steal(arguments, in: folder)
    #expect(resumed.metrics["queries"] == 5 && resumed.metrics["billed"] == 5)

    let replay = try Self.steal(
      ["--replay", "s.queries.jsonl", "--attack", "log-ratio", "-o", "r.json"], in: folder)
    #expect(replay.metrics["queries"] == 5 && replay.metrics["r_unif"] == nil)
    let predicted = try BuiltProgram.run(
      ["predict", "--model", "r.json", "--data", "iris-fisher", "-o", "p.csv"], in: folder.path)
    #expect(predicted.status == 0 && folder.exists("p.csv"), "\(predicted.errors)")

    _ = try folder.write("empty.jsonl", String(log.split(separator: "\n")[0]) + "\n")
    let empty = try BuiltProgram.run(
      ["steal", "--replay", "empty.jsonl", "--attack", "lowd-meek", "-o", "e.json"], in: folder.path)
    #expect(empty.status == 1 && empty.errors.contains("no answers"), "\(empty.errors)")
  }

  @Test("What an attack finds besides a model is written and told")
  func findings() throws {
    let folder = try Self.folder()
    _ = try Self.steal(["--model", "m.json", "--attack", "svd", "-o", "s.json"], in: folder)
    struct Entry: Decodable {
      let name: String
      let meaning: String
      let number: Double?
      let rows: [[Double]]?
    }
    let entries = try JSONDecoder().decode([Entry].self, from: folder.data("s.findings.json"))
    #expect(!entries.isEmpty && entries.allSatisfy { ($0.number == nil) != ($0.rows == nil) })
    let page = String(decoding: try folder.data("s-report/report.html"), as: UTF8.self)
    #expect(entries.allSatisfy { page.contains($0.meaning) })
  }

  #if HTTP
    @Test("The automatic choice steals from a bare address, and the comparison is counted")
    func automatic() throws {
      let folder = try Self.folder()
      try BuiltProgram.serving(["--model", "m.json"], in: folder) { url in
        let theft = try Self.steal([url, "--check", "50", "-o", "s.json"], in: folder)
        // Five queries and twenty to check the copy.
        #expect(theft.metrics["queries"] == 25 && theft.metrics["checked"] == 50, "\(theft)")
        #expect(theft.metrics["r_unif"] == 0 && theft.metrics["complete"] == 1)
        #expect(try #require(theft.metrics["bytes_received"]) > 1000)
        let probed = try #require(theft.metrics["probed"])
        // Going on asks again about no row of the theft, of the comparison or of the sample.
        let again = try Self.steal([url, "--check", "50", "-o", "s.json"], in: folder)
        #expect(again.metrics["queries"] == 25 && again.metrics["billed"] == 0)
        #expect(again.metrics["checked"] == 50 && again.metrics["earlier"] == 40)
        #expect(try #require(again.metrics["probed"]) <= 3 && probed > 40)
      }
    }

    @Test("A served tree is stolen by its counterfactuals")
    func counterfactuals() throws {
      let folder = try Folder()
      let trained = try BuiltProgram.run(
        ["train", "--data", "iris-fisher", "--target", "species", "--model", "tree", "-o", "t.json", "-q"],
        in: folder.path)
      try #require(trained.status == 0, "\(trained.errors)")
      try BuiltProgram.serving(["--model", "t.json", "--details", "counterfactuals"], in: folder) { url in
        let theft = try Self.steal(
          [url, "--attack", "tra", "--data", "iris-fisher", "-o", "s.json"], in: folder)
        #expect(theft.metrics["r_unif"] == 0 && theft.metrics["r_test"] == 0, "\(theft)")
      }
    }

    @Test("A theft outlives a comparison that the service refuses")
    func refusedComparison() throws {
      let folder = try Self.folder()
      try BuiltProgram.serving(["--model", "m.json", "--budget", "150/key"], in: folder) { url in
        let theft = try Self.steal(
          [url, "--attack", "log-ratio", "--batch", "40", "-o", "s.json"], in: folder)
        #expect(theft.metrics["queries"] == 5 && theft.metrics["r_unif"] == nil)
        #expect(theft.errors.contains("could not be compared") && theft.errors.contains("budget"))
        #expect(folder.exists("s.json") && folder.exists("s-report/report.html"))
        // All that was answered is counted and on record.
        let checked = try #require(theft.metrics["checked"])
        let gaps = try #require(theft.metrics["missing_queries"])
        #expect(checked > 0 && gaps > 0)
        #expect(try Double(Self.lines("s.queries.jsonl", folder)) == 1 + 40 + 5 + gaps + checked)
      }
    }

    @Test("A record of another service is found before anything is sent")
    func recordOfAnother() throws {
      let folder = try Self.folder()
      let steal = ["--attack", "log-ratio", "--check", "0", "-o", "s.json"]
      try BuiltProgram.serving(["--model", "m.json"], in: folder) { url in
        _ = try Self.steal([url] + steal, in: folder)
      }
      let record = try folder.data("s.queries.jsonl")
      try BuiltProgram.serving(["--model", "m.json", "--access-log", "asked.jsonl"], in: folder) { url in
        let other = try BuiltProgram.run(["steal", url] + steal, in: folder.path)
        #expect(other.status == 1 && other.errors.contains("this is the record of http"), "\(other)")
        #expect(try folder.data("asked.jsonl").isEmpty)
        #expect(try folder.data("s.queries.jsonl") == record)
        // The log has a line for each request of a theft that is sent.
        _ = try Self.steal([url, "--log", "other.jsonl"] + steal, in: folder)
        #expect(try !folder.data("asked.jsonl").isEmpty)
      }
    }

    /// Waits until the record has so many lines, then kills the thief.
    private static func kill(_ arguments: [String], in folder: Folder, lines: Int) throws {
      let process = BuiltProgram.process(["steal"] + arguments, in: folder.path)
      try process.run()
      while process.isRunning, (try? Self.lines("s.queries.jsonl", folder)) ?? 0 < lines {
        Thread.sleep(forTimeInterval: 0.01)
      }
      Foundation.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }

    @Test("A theft that is killed again and again costs no row more than one that is not")
    func killed() throws {
      let folder = try Self.folder()
      let steal = ["--attack", "log-ratio", "--batch", "4", "--check", "40", "-o", "s.json"]
      var rows = 0
      try BuiltProgram.serving(["--model", "m.json", "--ledger", "a.sqlite"], in: folder) { url in
        let theft = try Self.steal([url] + steal, in: folder).metrics
        rows = ["queries", "checked", "probed", "missing_queries"].reduce(0) { $0 + Int(theft[$1] ?? 0) }
        try FileManager.default.removeItem(atPath: "\(folder.path)/s.queries.jsonl")
        try FileManager.default.removeItem(atPath: "\(folder.path)/s.json")
      }
      #expect(rows > 80)
      let limits = ["--budget", "\(rows)/key", "--ledger", "b.sqlite", "--latency", "10ms"]
      try BuiltProgram.serving(["--model", "m.json"] + limits, in: folder) { url in
        for lines in [0, 10, 30, 44, 50, 60] { try Self.kill([url] + steal, in: folder, lines: lines) }
        let theft = try Self.steal([url] + steal, in: folder)
        #expect(theft.metrics["r_unif"] == 0, "\(theft)")
        #expect(!theft.errors.contains("could not be compared"), "\(theft)")
        // The budget is spent to the last row.
        let other = try BuiltProgram.run(["steal", url, "--check", "0", "-o", "t.json"], in: folder.path)
        #expect(other.status == 1 && other.errors.contains("budget"), "\(other)")
        #expect(!folder.exists("t.json"))
      }
    }
  #endif
}
