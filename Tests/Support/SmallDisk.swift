import Foundation

/// A file system of 16 kB, for what happens when a disk is full; only the superuser can have one.
package final class SmallDisk {
  /// Path of the folder where it is mounted.
  package let path: String

  /// Whether this process may mount one.
  package static let isPossible: Bool = {
    guard let folder = try? Folder(), let disk = try? SmallDisk(at: "\(folder.path)/probe") else {
      return false
    }
    return FileManager.default.fileExists(atPath: disk.path)
  }()

  package struct NotMounted: Error {}

  package init(at path: String) throws {
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
