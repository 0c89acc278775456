import Foundation

/// Files of this package, wherever the tests run.
package enum PackageFiles {
  /// The folder of `Package.swift`.
  package static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Path of a file, given from the folder of the package on.
  package static func path(_ name: String) -> String { folder.appending(path: name).path }

  /// Text of a file, given from the folder of the package on.
  package static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  /// Names, from the folder of the package on, of the Swift files below a folder, in the order of their names.
  package static func swiftFiles(below name: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path(name)).filter { $0.hasSuffix(".swift") }.sorted()
      .map { "\(name)/\($0)" }
  }
}

/// A file of `Tests/Fixtures`.
package enum FixtureFile {
  package static func path(_ name: String) -> String { PackageFiles.path("Tests/Fixtures/\(name)") }

  package static func data(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: path(name))) }

  package static func text(_ name: String) throws -> String {
    try PackageFiles.text("Tests/Fixtures/\(name)")
  }

  /// The value that a JSON file holds.
  package static func decode<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws
    -> Value
  {
    try JSONDecoder().decode(type, from: data(name))
  }
}
