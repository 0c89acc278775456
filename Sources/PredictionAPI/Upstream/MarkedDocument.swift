/// A document whose single values are numbered, so that a reading of it shows where each value stands.
///
/// The numbered document has the number of every value in its place, as a number where the value reads as one and as a
/// text else. The same reading that makes an answer of the document makes of the numbered one the places of its parts;
/// so there is one reading only, and nothing is changed at a place that was not read.
struct MarkedDocument {
  /// The numbered document.
  let json: JSON
  /// The values in the order in which they stand in the document.
  let values: [JSON]
  /// Names and places that lead to every value, for messages; empty unless asked for.
  let paths: [String]

  /// Begins the number of a value that is no number.
  private static let sign: Character = "\u{1}"

  /// - Parameters:
  ///   - keeps: whether the value of a member with this name stays as it is.
  ///   - hasPaths: whether paths are noted.
  init(_ document: JSON, hasPaths: Bool = false, keeps: (String) -> Bool = { _ in false }) {
    var (values, paths) = ([JSON](), [String]())
    json = Self.marked(document, "$", hasPaths, keeps, false, &values, &paths)
    (self.values, self.paths) = (values, paths)
  }

  private static func marked(
    _ json: JSON, _ path: String, _ hasPaths: Bool, _ keeps: (String) -> Bool, _ isKept: Bool,
    _ values: inout [JSON], _ paths: inout [String]
  ) -> JSON {
    func leaf(_ value: JSON, _ path: @autoclosure () -> String) -> JSON {
      let number = values.count
      values.append(value)
      if hasPaths { paths.append(path()) }
      if isKept { return value }
      switch value {
      case .null: return value
      case .number(let own): return own.isFinite ? .number(Double(number)) : value
      case .string:
        guard let own = RawAnswer.number(of: value) else { return .string("\(sign)\(number)") }
        return own.isFinite ? .string("\(number)") : value
      default: return .string("\(sign)\(number)")
      }
    }
    switch json {
    case .numbers(let numbers):
      return .numbers(
        numbers.enumerated().map { place, number in
          leaf(.number(number), "\(path)[\(place)]").number ?? number
        })
    case .array(let elements):
      return .array(
        elements.enumerated().map { place, element in
          marked(
            element, hasPaths ? "\(path)[\(place)]" : "", hasPaths, keeps, isKept, &values, &paths)
        })
    case .object(let members):
      return .object(
        members.map { member in
          JSON.Member(
            name: member.name,
            value: marked(
              member.value, hasPaths ? "\(path).\(member.name)" : "", hasPaths, keeps,
              isKept || keeps(member.name), &values, &paths))
        })
    default: return leaf(json, path)
    }
  }

  /// The number that stands in for a value; nil for anything else.
  static func number(_ json: JSON?) -> Int? {
    switch json {
    case .number(let value): Int(exactly: value)
    case .string(let text): Int(text.first == sign ? text.dropFirst() : text[...])
    default: nil
    }
  }

  /// A document with other values at some of its places; every other byte stays.
  ///
  /// - Parameters:
  ///   - bytes: the document, which is valid JSON.
  ///   - changes: the new values by the numbers of the old ones.
  static func changed(_ bytes: [UInt8], _ changes: [Int: [UInt8]]) -> [UInt8] {
    if changes.isEmpty { return bytes }
    var (result, copied) = ([UInt8](), 0)
    result.reserveCapacity(bytes.count + 64)
    for (number, span) in spans(of: bytes).enumerated() {
      guard let change = changes[number] else { continue }
      result += bytes[copied..<span.lowerBound]
      result += change
      copied = span.upperBound
    }
    return result + bytes[copied...]
  }

  /// Where the single values of a valid document stand, names of members left out.
  static func spans(of bytes: [UInt8]) -> [Range<Int>] {
    // A mark of the order of bytes is no part of the document.
    var (spans, index) = ([Range<Int>](), bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
    while index < bytes.count {
      let start = index
      switch bytes[index] {
      case UInt8(ascii: "\""):
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
          index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index = min(index + 1, bytes.count)
        var next = index
        while next < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[next]) { next += 1 }
        if next >= bytes.count || bytes[next] != UInt8(ascii: ":") { spans.append(start..<index) }
      case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","),
        UInt8(ascii: ":"), 0x20, 0x09, 0x0A, 0x0D:
        index += 1
      default:
        while index < bytes.count, !",]} \t\n\r".utf8.contains(bytes[index]) { index += 1 }
        spans.append(start..<index)
      }
    }
    return spans
  }
}
