import Foundation
import Testing

/// The built program, run as a user would.
package enum BuiltProgram {
  package struct Result {
    package let status: Int32
    package let output: String
    package let errors: String
  }

  /// The program beside the tests in the build folder.
  package static var path: String {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: tests).deletingLastPathComponent().appending(path: "bezoar").path()
  }

  /// The program with its arguments, not yet started; what it prints is thrown away unless the caller says otherwise.
  package static func process(_ arguments: [String], in folder: String) -> Process {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    return process
  }

  /// Runs the program in a folder and waits for it; its standard output goes to the file `output` if one is named.
  package static func run(
    _ arguments: [String], in folder: String, environment: [String: String] = [:], output: String? = nil
  ) throws -> Result {
    let process = process(arguments, in: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Files instead of pipes, so that long output cannot block.
    let (out, err) = ("\(folder)/.stdout-\(UUID().uuidString)", "\(folder)/.stderr-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: out, contents: nil)
    _ = FileManager.default.createFile(atPath: err, contents: nil)
    process.standardOutput = FileHandle(forWritingAtPath: output ?? out)
    process.standardError = FileHandle(forWritingAtPath: err)
    try process.run()
    process.waitUntilExit()
    defer {
      try? FileManager.default.removeItem(atPath: out)
      try? FileManager.default.removeItem(atPath: err)
    }
    return Result(
      status: process.terminationStatus, output: try String(contentsOfFile: out, encoding: .utf8),
      errors: try String(contentsOfFile: err, encoding: .utf8))
  }

  /// Expects that the program ends with the code of a usage error, 2, and says `words`.
  package static func expectUsageError(
    _ arguments: [String], _ words: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let folder = try Folder()
    let result = try run(arguments, in: folder.path)
    #expect(
      result.status == 2 && result.errors.contains(words), "\(result.status) \(result.errors)",
      sourceLocation: sourceLocation)
  }

  /// The metrics of the first outcome that the program prints with `--json`, and its words on standard error.
  package static func metrics(
    _ arguments: [String], in folder: Folder, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> (metrics: [String: Double], errors: String) {
    let result = try run(arguments + ["--json"], in: folder.path)
    try #require(result.status == 0, "\(result.errors)", sourceLocation: sourceLocation)
    let document = try JSONDecoder().decode(Document.self, from: Data(result.output.utf8))
    let outcome = try #require(document.outcomes.first, sourceLocation: sourceLocation)
    return (outcome.metrics.compactMapValues { $0 }, result.errors)
  }

  /// `bezoar serve` in a process of its own, on a free port, for the length of `body`, which gets its address.
  package static func serving(
    _ arguments: [String], in folder: Folder, _ body: (String) throws -> Void
  ) throws {
    let process = process(["serve", "--port", "0"] + arguments, in: folder.path)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    defer {
      process.terminate()
      process.waitUntilExit()
    }
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    try body(try #require(line.split(separator: "\n").first.map(String.init)))
  }

  /// What is read of a document of results.
  private struct Document: Decodable {
    struct Outcome: Decodable { let metrics: [String: Double?] }
    let outcomes: [Outcome]
  }
}
