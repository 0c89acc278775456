import Foundation
public import Tabular

/// A table that a user names: the path of a file, the id of a data set with one file, or `-` for standard input.
///
/// A file of that name comes first; then the data set is looked for in the folders of data, and last among the files
/// that are built into the program.
public struct DataSource: Sendable {
  /// What the user wrote.
  public let name: String
  /// Where data sets are looked for.
  public let searchPath: DataSearchPath

  /// The source with this name.
  public init(_ name: String, searchPath: DataSearchPath) {
    self.name = name
    self.searchPath = searchPath
  }

  /// The path of the file, or bytes that are built in or come from standard input, with what messages call them.
  private enum Place {
    case path(String)
    case bytes([UInt8], name: String)
  }

  private func place() throws -> Place {
    guard name != StandardInput.name else {
      return .bytes(try StandardInput.bytes.get(), name: StandardInput.label)
    }
    if FileManager.default.fileExists(atPath: name) { return .path(name) }
    let cards = try DatasetCatalogue.all
    guard let card = cards.first(where: { $0.id == name }) else {
      // The reader says what is wrong with the path.
      return .path(name)
    }
    guard let file = card.files.first else {
      throw CatalogueError.generated(id: name)
    }
    do {
      return .path(try searchPath.locate(card, file: file))
    } catch let error as CatalogueError {
      guard let bytes = DatasetCatalogue.embedded(file.path) else { throw error }
      return .bytes(bytes, name: name)
    }
  }

  /// The table.
  ///
  /// - Throws: ``CatalogueError`` and `TabularError`.
  public func table(_ reader: TableReader) throws -> Table {
    switch try place() {
    case .path(let path): try reader.read(path: path)
    case .bytes(let bytes, let name): try reader.read(bytes: bytes, name: name)
    }
  }

  /// The table with the file's own bytes, which rows keep that are written again.
  ///
  /// - Throws: ``CatalogueError`` and `TabularError`.
  public func text(_ reader: TableReader) throws -> (table: Table, text: TableText) {
    switch try place() {
    case .path(let path): try reader.readText(path: path)
    case .bytes(let bytes, let name): try reader.readText(bytes: bytes, name: name)
    }
  }

  /// SHA-256 of the file.
  ///
  /// - Throws: ``CatalogueError``.
  public func sha256() throws -> String {
    switch try place() {
    case .path(let path): try FileHash.sha256(path: path)
    case .bytes(let bytes, _): FileHash.sha256(bytes: bytes)
    }
  }
}
