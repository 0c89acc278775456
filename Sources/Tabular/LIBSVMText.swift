/// Reads LIBSVM text: a line a row, `label index:value index:value …`, indices from 1 and ascending, features that are
/// zero left out, `#` before a remark.
///
/// The table has the columns `label`, `feature1`, `feature2` and so on up to the largest index of the file.
///
/// - Source: Chang and Lin, "LIBSVM: a library for support vector machines", ACM TIST 2 (2011).
struct LIBSVMText {
  /// Most values of a table, above which a file is refused: 2 GB.
  private static let limit = 1 << 28
  /// Most columns of a table, each of which has a name and a list of its own.
  private static let columnLimit = 1 << 20

  private let file: String
  private var labels: [Double] = []
  /// The entries of all rows; those of row `r` end before `ends[r]`.
  private var entries: [(column: Int, value: Double)] = []
  private var ends: [Int] = []
  private var largest = 0
  private var lines = RowLines()

  /// Whether a file is LIBSVM text by its name.
  static func isName(_ name: String) -> Bool {
    let plain = name.hasSuffix(".gz") ? name.dropLast(3) : name[...]
    return plain.hasSuffix(".svm") || plain.hasSuffix(".libsvm")
  }

  /// Reads all lines.
  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws(TabularError) {
    self.file = file
    var (start, line) = (bytes.startIndex, 0)
    while start < bytes.endIndex {
      line += 1
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
      try append(bytes[start..<end], line: line)
      start = end + 1
    }
    guard !labels.isEmpty else { throw .empty(file) }
    guard largest <= Self.columnLimit, largest < Self.limit / labels.count else {
      throw .sparseTooWide(file, rows: labels.count, columns: largest)
    }
  }

  /// The table, zeros filled in.
  var table: Table {
    var columns = [[Double]](repeating: [Double](repeating: 0, count: labels.count), count: largest)
    var start = 0
    for (row, end) in ends.enumerated() {
      for entry in entries[start..<end] { columns[entry.column - 1][row] = entry.value }
      start = end
    }
    return Table(
      columns: [.init(name: "label", values: .numeric(labels))]
        + columns.enumerated().map { .init(name: "feature\($0.offset + 1)", values: .numeric($0.element)) },
      reading: TableReading(file: file, notes: [], lines: lines))
  }

  private mutating func append(
    _ text: UnsafeBufferPointer<UInt8>.SubSequence, line: Int
  ) throws(TabularError) {
    let content = text.prefix { $0 != UInt8(ascii: "#") }
    let fields = content.split { [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains($0) }
    guard let first = fields.first else { return }
    lines.append(row: labels.count, line: line)
    labels.append(try number(first, column: "label", line: line))
    var last = 0
    for field in fields.dropFirst() {
      guard let colon = field.firstIndex(of: UInt8(ascii: ":")),
        let index = Int(String(decoding: field[..<colon], as: UTF8.self)), index > last
      else { throw .sparseEntry(file, line: line, text: String(decoding: field, as: UTF8.self)) }
      let value = try number(field[(colon + 1)...], column: "feature\(index)", line: line)
      entries.append((index, value))
      last = index
    }
    largest = max(largest, last)
    ends.append(entries.count)
  }

  private func number(
    _ bytes: UnsafeBufferPointer<UInt8>.SubSequence, column: String, line: Int
  ) throws(TabularError) -> Double {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let value = DecimalNumber.value(bytes) else {
      throw .notANumber(file, line: line, column: column, text: text)
    }
    guard value.isFinite else { throw .infinite(file, line: line, column: column, text: text) }
    return value
  }
}
