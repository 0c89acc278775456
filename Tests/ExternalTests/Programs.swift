import External
import Foundation
import Learning
import LinearAlgebra
import Methods
import Poisoning
import Querying
import Synchronization
import Tabular

/// A folder of small programs, which goes away when the tests are over: a program may run when nothing in Swift holds its
/// folder any more.
final class Programs {
  let path: String

  private static let paths = Mutex<[String]>([])
  private static let removal: Int32 = atexit {
    for path in Programs.paths.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
  }

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "bezoar-programs-\(UUID().uuidString)")
      .path()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    _ = Self.removal
    Self.paths.withLock { $0.append(path) }
  }

  /// A program of the shell; its folder is `$1`.
  func shell(
    _ lines: String, seconds: Double = 20, settings: [String] = [],
    change: (inout ProgramLimits) -> Void = { _ in }
  ) throws -> ExternalProgram {
    let file = "\(path)/program\(try FileManager.default.contentsOfDirectory(atPath: path).count).sh"
    try Data("#!/bin/sh\n\(lines)\n".utf8).write(to: URL(filePath: file))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    var limits = ProgramLimits()
    limits.time = .seconds(seconds)
    change(&limits)
    return try ProgramLimits.$current.withValue(limits) {
      // Read by the shell and not run: a program that is started elsewhere may still hold the file open for writing.
      try ExternalProgram("sh '\(file)'", settings: try MethodSettings(settings))
    }
  }

  /// A program that leaves a file with these lines, which hold no single quote.
  func leaving(_ file: String, _ lines: [String]) throws -> ExternalProgram {
    try shell("printf '%s\\n' \(lines.map { "'\($0)'" }.joined(separator: " ")) > \"$1/\(file)\"")
  }

  /// The text of a file that a program wrote beside itself.
  func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
  }

  /// Whether there is a program of a name on the search path.
  static func has(_ name: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }

  /// An example in Python.
  static func example(_ name: String, settings: [String] = []) throws -> ExternalProgram {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = root.appending(path: "Labs/extensions/python/\(name)").path()
    return try ExternalProgram("python3 '\(path)'", settings: try MethodSettings(settings))
  }
}

/// Small data for the families.
enum SmallWorld {
  /// A number, a lone 0/1 column and a category of two levels, with a target in 0...1.
  static func poisoning() -> PoisoningScenario {
    let space = FeatureSpace(
      names: ["age", "smokes", "gene:x", "gene:y"], groups: [.init(name: "gene", columns: [2, 3])],
      lower: [0, 0, 0, 0], upper: [1, 1, 1, 1])
    var random = RandomStream(seed: 1)
    let rows = (0..<30).map { _ -> [Double] in
      let gene = random.integer(below: 2)
      return [
        random.uniform(), Double(random.integer(below: 2)), gene == 0 ? 1 : 0, gene == 1 ? 1 : 0,
      ]
    }
    let data = RegressionData(features: Matrix(rows), target: rows.map { 0.2 + 0.5 * $0[0] + 0.1 * $0[3] })
    return PoisoningScenario(
      training: data, validation: data, space: space, targetRange: 0...1, victim: .ridge(penalty: 0.1))
  }

  /// What a defender has of the same data.
  static func defence() -> DefenceTask {
    let scenario = poisoning()
    return DefenceTask(
      data: scenario.training, learner: scenario.victim, space: scenario.space, assumedRate: 0.1)
  }

  /// Two classes over two numbers.
  static func classes() throws -> Pipeline {
    let inputs = ["a", "b"].map { InputColumn(name: $0, kind: .number(lower: -1, upper: 1)) }
    return try Pipeline(
      features: FeatureEncoder(inputs: inputs), target: .classes(name: "y", labels: ["no", "yes"]),
      model: .linearClassifier(LinearClassifier(weights: [2, -1], intercept: 0.1)))
  }
}
