import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What ctrl-C and SIGTERM do. `BEZOAR_MOMENTS=20` tries that many moments of every command in place of two.
@Suite("The wish to stop", .serialized)
struct InterruptionTests {
  /// A command that takes long, and what it leaves behind.
  struct Work: CustomTestStringConvertible, Sendable {
    let name: String
    let arguments: [String]
    /// The file it is to write.
    let output: String
    /// Words of the message that says how to go on.
    let goesOn: String
    var testDescription: String { name }
  }

  private static let moments = ProcessInfo.processInfo.environment["BEZOAR_MOMENTS"].flatMap { Int($0) } ?? 2

  private static let works = [
    Work(
      name: "training of a forest",
      arguments: [
        "train", "--data", "table.csv", "--target", "y", "--model", "forest", "--set", "treeCount=100000",
        "-o",
        "out.json",
      ], output: "out.json", goesOn: "begins anew"),
    Work(
      name: "training of a network",
      arguments: [
        "train", "--data", "table.csv", "--target", "y", "--model", "mlp", "--set", "hidden=[200]", "--set",
        "epochs=100000", "--set", "patience=100000", "--set", "tolerance=0", "-o", "out.json",
      ], output: "out.json", goesOn: "begins anew"),
    Work(
      name: "training of a kernel",
      arguments: [
        "train", "--data", "table.csv", "--target", "y", "--model", "kernel-logistic", "--set",
        "representerCount=2000", "--set", "penalty=1e-6", "--set", "gradientTolerance=1e-300", "--set",
        "maximumIterations=1000000", "-o", "out.json",
      ], output: "out.json", goesOn: "begins anew"),
    Work(
      name: "a theft",
      arguments: [
        "steal", "--model", "forest.json", "--attack", "retrain-uniform", "--budget", "2000000", "-o",
        "out.json",
      ], output: "out.json", goesOn: "goes on from there"),
  ]

  /// A folder with a table of three thousand rows of forty classes and a forest trained on a part of it.
  private static func folder() throws -> Folder {
    let folder = try Folder()
    var random = Congruential(seed: 5)
    var text = "a,b,c,d,y\n"
    for _ in 0..<3000 {
      let values = (0..<4).map { _ in random.next() }
      let label = Int((values[0] + values[1] * 0.3 + random.next() * 0.2) * 26)
      text += values.map { "\($0)" }.joined(separator: ",") + ",class \(label)\n"
    }
    _ = try folder.write("table.csv", text)
    let trained = try BuiltProgram.run(
      [
        "train", "--data", "table.csv", "--target", "y", "--model", "forest", "--set", "treeCount=3", "-q",
        "-o", "forest.json",
      ],
      in: folder.path)
    try #require(trained.status == 0, "\(trained.errors)")
    return folder
  }

  /// Starts the program, sends a signal after some time, and says what came of it.
  private static func interrupt(
    _ arguments: [String], in folder: Folder, after seconds: Double, with signal: Int32
  ) throws -> (status: Int32, isExit: Bool, seconds: Double, errors: String) {
    let process = BuiltProgram.process(arguments, in: folder.path)
    let errors = "\(folder.path)/errors"
    _ = FileManager.default.createFile(atPath: errors, contents: nil)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    Thread.sleep(forTimeInterval: seconds)
    #expect(process.isRunning, "the command was over before it was interrupted")
    let start = ContinuousClock.now
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return (
      process.terminationStatus, process.terminationReason == .exit,
      (ContinuousClock.now - start) / .seconds(1),
      try String(contentsOfFile: errors, encoding: .utf8)
    )
  }

  @Test(
    "ends every long command within two seconds with code 75, whole files and a word on how to go on",
    arguments: works)
  func ends(_ work: Work) throws {
    let folder = try Self.folder()
    var generator = SystemRandomNumberGenerator()
    for moment in 0..<Self.moments {
      let seconds = Double.random(in: 0.3...3, using: &generator)
      let end = try Self.interrupt(
        work.arguments, in: folder, after: seconds, with: moment % 2 == 0 ? SIGTERM : SIGINT)
      let remark: Comment = "\(work.name) after \(seconds) s: \(end)"
      #expect(end.isExit && end.status == 75, remark)
      #expect(end.seconds < 2, remark)
      #expect(end.errors.contains("interrupted") && end.errors.contains(work.goesOn), remark)
      #expect(!folder.exists(work.output), remark)
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(!left.contains { $0.hasSuffix(".partial") }, "\(left)")
    }
  }

  @Test("An interrupted theft goes on from its log and asks about no row again")
  func goesOn() throws {
    let folder = try Self.folder()
    let steal = [
      "steal", "--model", "forest.json", "--attack", "retrain-line-search", "--budget", "20000", "--check",
      "0",
      "--json", "-o", "out.json",
    ]
    let end = try Self.interrupt(steal, in: folder, after: 1, with: SIGTERM)
    #expect(end.status == 75, "\(end)")
    let log = try String(decoding: folder.data("out.queries.jsonl"), as: UTF8.self)
    let kept = log.split(separator: "\n").count - 1
    #expect(kept > 0)
    let rest = try BuiltProgram.run(steal, in: folder.path)
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(rest.errors.contains("going on from \(kept) answers"), "\(rest.errors)")
    let document = try JSONSerialization.jsonObject(with: Data(rest.output.utf8)) as? [String: Any]
    let outcomes = try #require(document?["outcomes"] as? [[String: Any]])
    let metrics = try #require(outcomes.first?["metrics"] as? [String: Any])
    #expect(metrics["billed"] as? Int == 20_000 - kept)
  }

  @Test(
    "A command that takes longer than two seconds says what it does, and a quiet one does not",
    arguments: [false, true])
  func showsProgress(isQuiet: Bool) throws {
    let folder = try Self.folder()
    let end = try Self.interrupt(
      Self.works[0].arguments + (isQuiet ? ["-q"] : []), in: folder, after: 4, with: SIGTERM)
    #expect(end.errors.contains("training forest: ") == !isQuiet, "\(end.errors)")
  }
}
