import Foundation
import TestSupport
import Testing

@Suite("bezoar serve")
struct ServeCommandTests {
  @Test(
    "A wrong command line is explained",
    arguments: [
      (["serve"], "--model is missing"), (["serve", "--model", "m.json", "--latency", "5"], "--latency"),
      (["serve", "--model", "m.json", "--port", "70000"], "65535"),
      (["serve", "--model", "m.json", "--content", "all"], "probabilities"),
    ])
  func usage(_ arguments: [String], _ word: String) throws {
    try BuiltProgram.expectUsageError(arguments, word)
  }

  #if HTTP
    @Test("Serves a trained model until it is told to stop")
    func serves() async throws {
      let folder = try Folder()
      let train = [
        "train", "--data", "iris-fisher", "--target", "species", "--model", "softmax", "-o", "m.json", "-q",
      ]
      let trained = try BuiltProgram.run(train, in: folder.path)
      try #require(trained.status == 0, "\(trained.errors)")
      let process = BuiltProgram.process(
        [
          "serve", "--model", "iris=m.json", "--port", "0", "--ledger", "l.sqlite", "--dialect", "v2",
          "--dialect", "mlflow",
        ], in: folder.path)
      let output = Pipe()
      process.standardOutput = output
      let notes = Pipe()
      process.standardError = notes
      try process.run()
      defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
      let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
      let url = line.split(separator: "\n").first.map(String.init) ?? ""
      #expect(url.hasPrefix("http://127.0.0.1:"))
      let body = #"{"inputs":[[5.1,3.5,1.4,0.2]]}"#
      let curl = Process()
      curl.executableURL = URL(filePath: "/usr/bin/env")
      curl.arguments = [
        "curl", "-s", "-H", "content-type: application/json", "-d", body, url + "/invocations",
      ]
      let answer = Pipe()
      curl.standardOutput = answer
      try curl.run()
      curl.waitUntilExit()
      let text = String(decoding: answer.fileHandleForReading.availableData, as: UTF8.self)
      #expect(text.hasPrefix("{\"predictions\": [["), "\(text)")
      process.terminate()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      let words = String(decoding: notes.fileHandleForReading.availableData, as: UTF8.self)
      #expect(words.contains("served 1 requests about 1 rows"), "\(words)")
      // All that was counted stands in the file itself.
      let log = (try? folder.data("l.sqlite-wal")) ?? Data()
      #expect(folder.exists("l.sqlite") && log.isEmpty)
    }
  #else
    @Test("A program without HTTP says how to get it")
    func without() throws {
      let folder = try Folder()
      let result = try BuiltProgram.run(["serve", "--model", "m.json"], in: folder.path)
      #expect(result.status == 1 && result.errors.contains("--traits HTTP"))
    }
  #endif
}
