import LinearAlgebra
import Querying
import Tabular

/// Reads the body of a request as CSV with a header line: commas, quotes that are doubled within quotes, line ends of
/// one or two bytes. Nothing of it goes by the guesses that are made about files.
struct RequestCSV {
  /// Most columns that are passed over.
  private static let mostUnknown = 1000

  private let bytes: [UInt8]
  private let widest: Int
  private var index = 0
  /// The line of the text that is read; a quoted field may end on another one than it begins on.
  private var line = 1

  private init(_ body: [UInt8], widest: Int) {
    bytes = body
    self.widest = widest
  }

  /// The rows of a body as queries.
  ///
  /// - Parameter limit: most rows.
  /// - Throws: 413 as soon as there are more, 400 for what is no such CSV or no value of its column.
  static func queries(
    _ body: [UInt8], _ model: ServedModel, _ rule: ColumnRule, limit: RowLimit
  ) throws(APIError) -> Matrix {
    var reader = RequestCSV(body, widest: model.schema.inputs.count + mostUnknown)
    return try reader.queries(model, rule, limit: limit)
  }

  private mutating func queries(
    _ model: ServedModel, _ rule: ColumnRule, limit: RowLimit
  ) throws(APIError) -> Matrix {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    let names = try record()
    guard names != [""] else { throw .invalid("the CSV has no header line") }
    var (places, given) = ([Int?](), Set<Int>())
    for name in names {
      let place = model.columns[name]
      guard place != nil || rule.ignoresUnknown else { throw ServedModel.unknown(name) }
      if let place, !given.insert(place).inserted { throw model.invalid(place, "is given twice") }
      places.append(place)
    }
    let absent = model.schema.inputs.indices.filter { !given.contains($0) }
    if let column = absent.first, !rule.fillsAbsent { throw model.absent(column) }
    let filled = try absent.map { column throws(APIError) in (column, try model.missing(column: column)) }
    var (elements, count) = ([Double](), 0)
    let width = model.schema.inputs.count
    while index < bytes.count {
      let first = line
      let fields = try record()
      if fields == [""] { continue }
      count += 1
      try limit.check(count)
      try limit.read(row: count - 1)
      guard fields.count == names.count else {
        throw .invalid("line \(first) has \(fields.count) fields and the header \(names.count)")
      }
      let start = elements.count
      elements.append(contentsOf: repeatElement(0, count: width))
      for (place, field) in zip(places, fields) {
        guard let place else { continue }
        elements[start + place] = try model.value(csv: field, column: place)
      }
      for (column, value) in filled { elements[start + column] = value }
    }
    guard count > 0 else { throw .invalid("the CSV has no rows below its header") }
    return Matrix(rows: count, columns: width, elements: elements)
  }

  /// The fields up to the end of the line.
  private mutating func record() throws(APIError) -> [String] {
    var fields: [String] = []
    while true {
      fields.append(try field())
      guard fields.count <= widest else { throw .invalid("line \(line) has more than \(widest) fields") }
      guard index < bytes.count else { break }
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: ",") { continue }
      if byte == UInt8(ascii: "\r"), index < bytes.count, bytes[index] == UInt8(ascii: "\n") { index += 1 }
      break
    }
    line += 1
    return fields
  }

  /// One field; the index is then at what ends it.
  private mutating func field() throws(APIError) -> String {
    let start = index
    guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
      while index < bytes.count, !Self.ends.contains(bytes[index]) { index += 1 }
      return try text(bytes[start..<index])
    }
    var content: [UInt8] = []
    let first = line
    index += 1
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      guard byte == UInt8(ascii: "\"") else {
        content.append(byte)
        let isBeforeBreak = index < bytes.count && bytes[index] == UInt8(ascii: "\n")
        if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") && !isBeforeBreak { line += 1 }
        continue
      }
      if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
        content.append(byte)
        index += 1
        continue
      }
      guard index == bytes.count || Self.ends.contains(bytes[index]) else {
        throw .invalid("line \(line) goes on after a quoted field")
      }
      return try text(content[...])
    }
    throw .invalid("line \(first) has a quote that is not closed")
  }

  private static let ends: Set<UInt8> = [UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r")]

  private func text(_ bytes: ArraySlice<UInt8>) throws(APIError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .invalid("line \(line) is no UTF-8 text")
    }
    return text
  }
}

extension ServedModel {
  /// The number that stands for a field of CSV; the usual markers are missing values unless they are categories.
  func value(csv text: String, column: Int) throws(APIError) -> Double {
    if MissingMarkers.isUsual(text), levels[column][text] == nil { return try missing(column: column) }
    guard schema.inputs[column].isNumber else { return try value(text, column: column) }
    return try value(String(text[...].trimmedASCII), column: column)
  }
}
