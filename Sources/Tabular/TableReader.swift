import FoundationEssentials

/// What a column holds.
public enum ColumnKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// Numbers.
  case numeric
  /// Categories.
  case categorical
}

/// Reads tables from CSV and TSV files, and from LIBSVM text (`.svm`, `.libsvm`), gzip-compressed or not.
///
/// A column is numeric if every field with a value is a number, else categorical; `kinds` overrides that. A whole
/// number beyond 2⁵³ that no `Double` holds exactly is the text of an id. The separator and the presence of a header
/// are found out unless given.
public struct TableReader: Sendable {
  /// Byte between fields; nil to choose comma, tab, semicolon or bar by the first line.
  public var separator: UInt8?
  /// Whether the first line holds names; nil to decide: it does if none of its fields is a number. Without
  /// names the columns are called `column1`, `column2` and so on.
  public var hasHeader: Bool?
  /// Fields that stand for a missing value.
  public var missing: Set<String> = ["", "NA", "NaN", "nan", "N/A", "null"]
  /// Kinds of columns that are not to be inferred.
  public var kinds: [String: ColumnKind] = [:]
  /// Kind of all columns that ``kinds`` does not name; nil to infer it.
  public var otherKind: ColumnKind?
  /// Most bytes that a compressed file may hold.
  public var decompressedLimit = 1 << 32

  /// A reader with default settings.
  public init() {}

  /// Reads a file.
  ///
  /// - Throws: ``TabularError``.
  public func read(path: String) throws -> Table {
    try data(path: path).withUnsafeBytes { try read($0.bindMemory(to: UInt8.self), name: path) }
  }

  /// The bytes of a file.
  func data(path: String) throws(TabularError) -> Data {
    guard FileManager.default.fileExists(atPath: path) else { throw TabularError.fileMissing(path) }
    do {
      return try Data(contentsOf: URL(filePath: path))
    } catch {
      throw TabularError.unreadable(path, reason: "it is a folder, or not readable for this user")
    }
  }

  /// Reads a table from memory; `name` stands for the file in messages.
  ///
  /// - Throws: ``TabularError``.
  public func read(bytes: [UInt8], name: String) throws(TabularError) -> Table {
    try bytes.withUnsafeBufferPointer { bytes in
      Result { () throws(TabularError) in try read(bytes, name: name) }
    }.get()
  }

  private func read(_ bytes: UnsafeBufferPointer<UInt8>, name: String) throws(TabularError) -> Table {
    guard !bytes.isEmpty else { throw .empty(name) }
    guard !Gzip.isCompressed(bytes) else {
      let plain = try Gzip.decompress(bytes, limit: decompressedLimit, file: name)
      return try plain.withUnsafeBufferPointer { bytes in
        Result { () throws(TabularError) in try table(bytes, name: name) }
      }.get()
    }
    return try table(bytes, name: name)
  }

  private func table(_ bytes: UnsafeBufferPointer<UInt8>, name: String) throws(TabularError) -> Table {
    if LIBSVMText.isName(name) { return try LIBSVMText(bytes, file: name).table }
    return try TableAssembly(self, bytes: bytes, file: name).table()
  }
}
