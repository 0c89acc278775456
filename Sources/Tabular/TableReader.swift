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
/// What a file does not say is found out of its first lines and said in ``TableReading/notes``: the separator, whether
/// the first line holds names, lines of remarks. Text in UTF-16 or Latin-1 is read too. A column is numeric if every
/// value is a number, but for signs of a missing one such as `?`; else it is categorical. A whole number beyond 2⁵³ that
/// no `Double` holds exactly is the text of an id.
public struct TableReader: Sendable {
  /// Byte between fields, a blank for as many blanks and tabs as there are; nil to choose comma, tab, semicolon, bar or
  /// blanks by the first lines.
  public var separator: UInt8?
  /// Whether the first line holds names; nil to decide by the lines below it. Without names the columns are called
  /// `column1`, `column2` and so on.
  public var hasHeader: Bool?
  /// How many lines of the file stand before the table; nil to look for such lines.
  public var skip: Int?
  /// Fields that stand for a missing value in every column; a number stands for its other spellings too.
  public var missing: Set<String> = MissingMarkers.everywhere
  /// Further fields that stand for a missing value in one column.
  public var columnMissing: [String: Set<String>] = [:]
  /// Kinds of columns that are not to be inferred. In a numeric one numbers may have a sign of currency or percent.
  public var kinds: [String: ColumnKind] = [:]
  /// Columns among those of ``kinds`` and ``columnMissing`` that a table need not have.
  public var optionalColumns: Set<String> = []
  /// Kinds of columns as another table had them; names that are not there do not matter.
  public var expectedKinds: [String: ColumnKind] = [:]
  /// Kind of all columns that ``kinds`` does not name; nil to infer it.
  public var otherKind: ColumnKind?
  /// Mark before the fraction of a number; nil for a point, and for a comma in columns where it can be nothing else.
  public var decimal: UInt8?
  /// What stands between groups of three digits; nil for nothing.
  public var thousands: UInt8?
  /// Columns in which words among numbers never count as missing, such as a target.
  public var targets: Set<String> = []
  /// Whether few words among many numbers count as missing, which is noted.
  public var allowsStrayWords = false
  /// Whether nothing is found out but the separator: for text that a program sends.
  public var isStrict = false
  /// Most bytes that a compressed file may hold.
  public var decompressedLimit = 1 << 32

  /// A reader with default settings.
  public init() {}

  /// How numbers are written.
  var convention: NumberConvention {
    guard decimal ?? UInt8(ascii: ".") != UInt8(ascii: ".") || thousands != nil else { return .plain }
    return NumberConvention(decimal: decimal ?? UInt8(ascii: "."), thousands: thousands, takesUnits: true)
  }

  /// Whether a decimal comma is looked for.
  var guessesDecimal: Bool { !isStrict && decimal == nil && thousands == nil }

  /// What words may stand among the numbers of a column.
  func words(in column: String) -> ColumnBuilder.Words {
    if isStrict { return .none }
    guard allowsStrayWords, kinds[column] == nil, otherKind == nil, !targets.contains(column) else {
      return .signs
    }
    return expectedKinds[column] == .numeric ? .fewAnywhere : .few
  }

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
        Result { () throws(TabularError) in try parts(bytes, name: name).result.table }
      }.get()
    }
    return try parts(bytes, name: name).result.table
  }

  /// A table with its layout and the encoding of its text.
  struct Parts {
    let result: TableAssembly.Result
    /// Nil for LIBSVM text.
    let layout: TableLayout?
    let encoding: TextEncoding
    /// The text in UTF-8 where that is not the encoding.
    let decoded: [UInt8]?
  }

  /// Reads text that is not compressed.
  func parts(_ bytes: UnsafeBufferPointer<UInt8>, name: String) throws(TabularError) -> Parts {
    if LIBSVMText.isName(name) {
      let table = try LIBSVMText(bytes, file: name).table
      let columns = table.columns.count
      return Parts(
        result: .init(
          table: table, places: Array(0..<columns), conventions: Array(repeating: .plain, count: columns),
          missing: Array(repeating: missing, count: columns)),
        layout: nil, encoding: .utf8, decoded: nil)
    }
    if !isStrict, skip == nil, let foreign = ForeignFormat(bytes) {
      throw .foreign(name, advice: foreign.advice)
    }
    if !isStrict, let encoding = TextEncoding.utf16(bytes) { return try parts(bytes, encoding, name: name) }
    do {
      let assembly = try TableAssembly(self, bytes: bytes, file: name)
      return Parts(result: try assembly.read(), layout: assembly.layout, encoding: .utf8, decoded: nil)
    } catch {
      guard case .notUTF8 = error, !isStrict, TextEncoding.isWindows1252(bytes) else { throw error }
      return try parts(bytes, .windows1252, name: name)
    }
  }

  private func parts(
    _ bytes: UnsafeBufferPointer<UInt8>, _ encoding: TextEncoding, name: String
  ) throws(TabularError) -> Parts {
    let text = try encoding.decoded(bytes, file: name)
    return try text.withUnsafeBufferPointer { bytes in
      Result { () throws(TabularError) in
        let assembly = try TableAssembly(self, bytes: bytes, file: name)
        let note = encoding.name.map { "the text is \($0), not UTF-8" }
        return Parts(
          result: try assembly.read().noting(note), layout: assembly.layout, encoding: encoding, decoded: text
        )
      }
    }.get()
  }
}
