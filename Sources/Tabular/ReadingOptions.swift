/// How a table is to be read, as the options of a command say it. A model file keeps them, so that later tables of the
/// same kind are read alike.
///
/// How many lines stand before the table is not among them: another file may have none.
public struct ReadingOptions: Sendable, Hashable {
  /// Further texts that stand for a missing value in every column, ascending.
  public var missing: [String] = []
  /// Further texts that stand for a missing value in one column, ascending.
  public var columnMissing: [String: [String]] = [:]
  /// Kinds of columns.
  public var kinds: [String: ColumnKind] = [:]
  /// Whether the first line holds names.
  public var hasHeader: Bool?
  /// Mark before the fraction of a number.
  public var decimal: UInt8?
  /// Mark between groups of three digits.
  public var thousands: UInt8?
  /// Byte between fields.
  public var separator: UInt8?

  /// Nothing said.
  public init() {}

  /// Whether nothing is said.
  public var isEmpty: Bool { self == ReadingOptions() }

  /// What these options leave open of others: missing texts if none are given here, the marks in numbers if neither is,
  /// kinds of other columns.
  public func remaining(of other: ReadingOptions) -> ReadingOptions {
    var rest = other
    if !missing.isEmpty || !columnMissing.isEmpty { (rest.missing, rest.columnMissing) = ([], [:]) }
    rest.kinds = other.kinds.filter { kinds[$0.key] == nil }
    if hasHeader != nil { rest.hasHeader = nil }
    if decimal != nil || thousands != nil { (rest.decimal, rest.thousands) = (nil, nil) }
    if separator != nil { rest.separator = nil }
    return rest
  }

  /// These options, and of others what they leave open.
  public func completed(by other: ReadingOptions) -> ReadingOptions {
    let rest = remaining(of: other)
    var result = self
    result.missing += rest.missing
    result.columnMissing.merge(rest.columnMissing) { own, _ in own }
    result.kinds.merge(rest.kinds) { own, _ in own }
    result.hasHeader = hasHeader ?? rest.hasHeader
    result.decimal = decimal ?? rest.decimal
    result.thousands = thousands ?? rest.thousands
    result.separator = separator ?? rest.separator
    return result
  }
}

extension TableReader {
  /// Sets what options say.
  ///
  /// - Parameter required: columns that a table must have; others may be absent.
  public mutating func apply(_ options: ReadingOptions, required: Set<String>) {
    missing.formUnion(options.missing)
    columnMissing = options.columnMissing.mapValues(Set.init)
    kinds = options.kinds
    optionalColumns = Set(columnMissing.keys).union(kinds.keys).subtracting(required)
    hasHeader = options.hasHeader
    (decimal, thousands, separator) = (options.decimal, options.thousands, options.separator)
  }
}

extension ReadingOptions: Codable {
  private enum CodingKeys: String, CodingKey {
    case missing, columnMissing, kinds, header, decimal, thousands, separator
  }

  /// Decodes options; absent ones are not said.
  public init(from decoder: any Swift.Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func byte(_ key: CodingKeys, _ isAllowed: (UInt8) -> Bool) throws -> UInt8? {
      guard let text = try container.decodeIfPresent(String.self, forKey: key) else { return nil }
      guard text.utf8.count == 1, let byte = text.utf8.first, isAllowed(byte) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: "'\(text.prefix(20))' is no such mark")
      }
      return byte
    }
    missing = try container.decodeIfPresent([String].self, forKey: .missing) ?? []
    columnMissing = try container.decodeIfPresent([String: [String]].self, forKey: .columnMissing) ?? [:]
    kinds = try container.decodeIfPresent([String: ColumnKind].self, forKey: .kinds) ?? [:]
    hasHeader = try container.decodeIfPresent(Bool.self, forKey: .header)
    decimal = try byte(.decimal) { ".,".utf8.contains($0) }
    thousands = try byte(.thousands) { "., '_".utf8.contains($0) }
    separator = try byte(.separator) { $0 < 0x80 && $0 != 10 && $0 != 13 && $0 != UInt8(ascii: "\"") }
    guard thousands == nil || thousands != decimal ?? UInt8(ascii: ".") else {
      throw DecodingError.dataCorruptedError(
        forKey: .thousands, in: container, debugDescription: "the decimal mark stands between thousands too")
    }
  }

  public func encode(to encoder: any Swift.Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    func text(_ byte: UInt8?) -> String? { byte.map { String(Character(Unicode.Scalar($0))) } }
    if !missing.isEmpty { try container.encode(missing, forKey: .missing) }
    if !columnMissing.isEmpty { try container.encode(columnMissing, forKey: .columnMissing) }
    if !kinds.isEmpty { try container.encode(kinds, forKey: .kinds) }
    try container.encodeIfPresent(hasHeader, forKey: .header)
    try container.encodeIfPresent(text(decimal), forKey: .decimal)
    try container.encodeIfPresent(text(thousands), forKey: .thousands)
    try container.encodeIfPresent(text(separator), forKey: .separator)
  }
}
