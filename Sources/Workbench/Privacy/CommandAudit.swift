import Foundation
import Privacy
import LinearAlgebra
import Reporting

/// An audit of any command that reads a file and writes a result.
///
/// Every run has a folder of its own in which the data have the same name on both sides, so that a name in the
/// output does not tell them apart.
struct CommandAudit {
  let command: String
  let with: String
  let without: String
  let audit: MechanismAudit
  let context: JobContext

  /// Runs the command four times for each trial and counts.
  ///
  /// - Throws: ``WorkbenchError``.
  func run() throws -> (counts: AuditCounts, test: String) {
    for path in [with, without] where !FileManager.default.isReadableFile(atPath: path) {
      throw WorkbenchError.unreadable(path)
    }
    let root = FileManager.default.temporaryDirectory.appending(path: "bezoar-audit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    let streams = RandomStream(seed: context.seed).child("command audit")
    let runs = try concurrentMap(4 * audit.trials, workers: context.workers) { index in
      try context.observer.check()
      var random = streams.child(index)
      let folder = root.appending(path: "run")
        .appending(path: "\(index)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      return try output(
        of: index.isMultiple(of: 2) ? with : without, in: folder, seed: random.next() >> 1)
    }
    // A command that always fails was given wrongly; one that fails on some data tells of them.
    if let first = runs.first, runs.allSatisfy({ $0.status != 0 }) {
      throw WorkbenchError.failed(status: first.status, message: first.text)
    }
    let texts = runs.map { $0.status == 0 ? $0.text : "ended-with-status-\($0.status) \($0.text)" }
    func part(_ isWith: Bool, _ isCounted: Bool) -> [String] {
      texts.indices.filter { $0.isMultiple(of: 2) == isWith && ($0 >= 2 * audit.trials) == isCounted }
        .map { texts[$0] }
    }
    let chosen = (part(true, false), part(false, false))
    let test = try OutputTest(with: chosen.0, without: chosen.1, audit: audit)
    let result = try audit.judge(
      choosing: (chosen.0.map(test.statistic), chosen.1.map(test.statistic)),
      counted: (part(true, true).map(test.statistic), part(false, true).map(test.statistic)))
    return (result.counts, test.summary)
  }

  /// Everything that one run prints and writes, without the name of its folder, and its exit status.
  private func output(
    of data: String, in folder: URL, seed: UInt64
  ) throws -> (text: String, status: Int32) {
    let copy = folder.appending(path: "data." + (data.split(separator: ".").last.map(String.init) ?? "csv"))
    try FileManager.default.copyItem(at: URL(filePath: data), to: copy)
    let result = folder.appending(path: "output.json")
    let printed = folder.appending(path: "printed")
    _ = FileManager.default.createFile(atPath: printed.path(), contents: nil)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = [
      "-c",
      command.replacing("{data}", with: copy.path()).replacing("{output}", with: result.path())
        .replacing("{seed}", with: "\(seed)"),
    ]
    let handle = FileHandle(forWritingAtPath: printed.path())
    process.standardOutput = handle
    process.standardError = handle
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try? handle?.close()
    func text(_ url: URL) -> String {
      FileManager.default.contents(atPath: url.path()).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    let all = text(result) + "\n" + text(printed)
    return (
      all.replacing(folder.path(), with: "").replacing("\(seed)", with: ""), process.terminationStatus
    )
  }
}
