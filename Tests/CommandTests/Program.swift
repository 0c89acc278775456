import Foundation

/// The built program, run as a user would.
enum Program {
  struct Result {
    let status: Int32
    let output: String
    let errors: String
  }

  /// The program beside the tests in the build folder.
  static var path: String {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: tests).deletingLastPathComponent().appending(path: "bezoar").path()
  }

  /// Runs the program in a folder and waits for it; its standard output goes to the file `output` if one is named.
  static func run(
    _ arguments: [String], in folder: String, environment: [String: String] = [:], output: String? = nil
  ) throws -> Result {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Files instead of pipes, so that long output cannot block.
    let (out, err) = ("\(folder)/.stdout-\(UUID().uuidString)", "\(folder)/.stderr-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: out, contents: nil)
    _ = FileManager.default.createFile(atPath: err, contents: nil)
    process.standardOutput = FileHandle(forWritingAtPath: output ?? out)
    process.standardError = FileHandle(forWritingAtPath: err)
    process.standardInput = FileHandle.nullDevice
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
}

/// A folder that goes away with the test.
final class Folder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "bezoar-\(UUID().uuidString)").path()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and returns its name.
  func write(_ name: String, _ text: String) throws -> String {
    try write(name, Data(text.utf8))
  }

  func write(_ name: String, _ data: Data) throws -> String {
    try data.write(to: URL(filePath: "\(path)/\(name)"))
    return name
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

  func data(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: "\(path)/\(name)")) }
}

/// A file system of 16 kB, for what happens when a disk is full; only the superuser can have one.
final class SmallDisk {
  let path: String

  /// Whether this process may mount one.
  static let isPossible: Bool = {
    guard let folder = try? Folder(), let disk = try? SmallDisk(at: "\(folder.path)/probe") else {
      return false
    }
    return FileManager.default.fileExists(atPath: disk.path)
  }()

  struct NotMounted: Error {}

  init(at path: String) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard try Self.call("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", path]) == 0 else {
      throw NotMounted()
    }
  }

  deinit { _ = try? Self.call("umount", [path]) }

  private static func call(_ name: String, _ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [name] + arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
