import Foundation

/// An empty folder for temporary files, which is removed when the last reference to it goes.
package final class Folder {
  /// A path for a file or folder that does not exist yet and that the caller removes.
  package static func temporaryPath(_ ending: String = "") -> String {
    FileManager.default.temporaryDirectory.appending(path: "bezoar-\(UUID().uuidString)\(ending)").path
  }

  /// Path of the folder.
  package let path: String

  package init() throws {
    path = Self.temporaryPath()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Path of a file in the folder.
  package func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file and returns its name.
  package func write(_ name: String, _ text: String) throws -> String {
    try write(name, Data(text.utf8))
  }

  package func write(_ name: String, _ data: Data) throws -> String {
    try data.write(to: URL(filePath: path(name)))
    return name
  }

  package func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  package func data(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: path(name))) }

  package func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }
}
