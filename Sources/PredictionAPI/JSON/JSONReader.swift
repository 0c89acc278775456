#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads one JSON document (RFC 8259) straight from its bytes, in one pass and without recursion beyond a limit.
///
/// - Complexity: O(*n*) for *n* bytes.
struct JSONReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let depthLimit: Int
  private let acceptsNonFinite: Bool
  private var index = 0

  /// The value that the bytes spell.
  ///
  /// - Parameters:
  ///   - depthLimit: most arrays and objects that stand in each other.
  ///   - acceptsNonFinite: whether the bare words `NaN`, `Infinity` and `-Infinity`, which some servers send, are
  ///     numbers.
  /// - Throws: ``JSONError``.
  static func value(
    of bytes: [UInt8], depthLimit: Int = 32, acceptsNonFinite: Bool = false
  ) throws(JSONError) -> JSON {
    let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSON, JSONError> in
      var reader = JSONReader(
        bytes: buffer, depthLimit: depthLimit, acceptsNonFinite: acceptsNonFinite)
      do throws(JSONError) {
        return .success(try reader.document())
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private init(bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int, acceptsNonFinite: Bool) {
    self.bytes = bytes
    self.depthLimit = depthLimit
    self.acceptsNonFinite = acceptsNonFinite
  }

  private mutating func document() throws(JSONError) -> JSON {
    let value = try value(depth: 0)
    skipSpace()
    guard index == bytes.count else { throw unexpected("the end of the document") }
    return value
  }

  private func unexpected(_ expected: String) -> JSONError { .unexpected(at: index, expected: expected) }

  private var byte: UInt8 { index < bytes.count ? bytes[index] : 0 }

  private mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x0A, 0x0D, 0x09: index += 1
      default: return
      }
    }
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSON {
    skipSpace()
    guard index < bytes.count else { throw unexpected("a value") }
    switch bytes[index] {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "N"): return try nonFinite("NaN", .nan)
    case UInt8(ascii: "I"): return try nonFinite("Infinity", .infinity)
    default: return .number(try number())
    }
  }

  private mutating func word(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
    let count = text.utf8CodeUnitCount
    guard index + count <= bytes.count,
      memcmp(bytes.baseAddress.map { $0 + index } ?? text.utf8Start, text.utf8Start, count) == 0
    else { throw unexpected("a value") }
    index += count
    return value
  }

  private mutating func nonFinite(_ text: StaticString, _ value: Double) throws(JSONError) -> JSON {
    let start = index
    let value = try word(text, .number(value))
    guard acceptsNonFinite else { throw .notFinite(at: start) }
    return value
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSON {
    guard depth <= depthLimit else { throw .tooDeep(limit: depthLimit) }
    index += 1
    skipSpace()
    if byte == UInt8(ascii: "]"), index < bytes.count {
      index += 1
      return .array([])
    }
    var (numbers, others) = ([Double](), [JSON]?.none)
    while true {
      skipSpace()
      if others == nil, Self.startsNumber(byte) {
        if numbers.isEmpty { numbers.reserveCapacity(16) }
        numbers.append(try number())
      } else {
        if others == nil { others = numbers.map(JSON.number) }
        others?.append(try value(depth: depth))
      }
      skipSpace()
      switch byte {
      case UInt8(ascii: ","): index += 1
      case UInt8(ascii: "]"):
        index += 1
        guard let others else { return .numbers(numbers) }
        return .array(others)
      default: throw unexpected("',' or ']'")
      }
    }
  }

  private static func startsNumber(_ byte: UInt8) -> Bool {
    (byte >= 48 && byte <= 57) || byte == UInt8(ascii: "-")
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSON {
    guard depth <= depthLimit else { throw .tooDeep(limit: depthLimit) }
    index += 1
    var members: [JSON.Member] = []
    skipSpace()
    if byte == UInt8(ascii: "}"), index < bytes.count {
      index += 1
      return .object(members)
    }
    while true {
      skipSpace()
      guard byte == UInt8(ascii: "\"") else { throw unexpected("a name in quotes") }
      let name = try string()
      skipSpace()
      guard byte == UInt8(ascii: ":") else { throw unexpected("':'") }
      index += 1
      members.append(JSON.Member(name: name, value: try value(depth: depth)))
      skipSpace()
      switch byte {
      case UInt8(ascii: ","): index += 1
      case UInt8(ascii: "}"):
        index += 1
        return .object(members)
      default: throw unexpected("',' or '}'")
      }
    }
  }
}

// MARK: Strings

extension JSONReader {
  private mutating func string() throws(JSONError) -> String {
    index += 1
    let start = index
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        let text = try utf8(bytes[start..<index])
        index += 1
        return text
      case UInt8(ascii: "\\"): return try escapedString(from: start)
      case 0..<0x20: throw unexpected("no control character in a string")
      default: index += 1
      }
    }
    throw unexpected("the end of a string")
  }

  private func utf8(_ units: some Collection<UInt8>) throws(JSONError) -> String {
    guard let text = String(validating: units, as: UTF8.self) else { throw unexpected("UTF-8") }
    return text
  }

  private mutating func escapedString(from start: Int) throws(JSONError) -> String {
    var units = Array(bytes[start..<index])
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        let text = try utf8(units)
        index += 1
        return text
      case UInt8(ascii: "\\"): try escape(into: &units)
      case 0..<0x20: throw unexpected("no control character in a string")
      case let unit:
        units.append(unit)
        index += 1
      }
    }
    throw unexpected("the end of a string")
  }

  private mutating func escape(into units: inout [UInt8]) throws(JSONError) {
    index += 1
    let escaped: UInt8
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): escaped = byte
    case UInt8(ascii: "b"): escaped = 8
    case UInt8(ascii: "f"): escaped = 12
    case UInt8(ascii: "n"): escaped = 10
    case UInt8(ascii: "r"): escaped = 13
    case UInt8(ascii: "t"): escaped = 9
    case UInt8(ascii: "u"):
      units += Array(String(Character(try codePoint())).utf8)
      return
    default: throw unexpected("an escape that JSON knows")
    }
    units.append(escaped)
    index += 1
  }

  /// The character of a `\u` escape, or of two of them that are a surrogate pair.
  private mutating func codePoint() throws(JSONError) -> Unicode.Scalar {
    let first = try fourHexDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard (0xD800..<0xDC00).contains(first), byte == UInt8(ascii: "\\"), index + 1 < bytes.count,
      bytes[index + 1] == UInt8(ascii: "u")
    else { throw unexpected("the second half of a surrogate pair") }
    index += 1
    let second = try fourHexDigits()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw unexpected("the second half of a surrogate pair") }
    return scalar
  }

  private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
    index += 1
    var value: UInt32 = 0
    for _ in 0..<4 {
      let digit: UInt8
      switch byte {
      case 48...57: digit = byte - 48
      case 65...70: digit = byte - 55
      case 97...102: digit = byte - 87
      default: throw unexpected("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    return value
  }
}

// MARK: Numbers

extension JSONReader {
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
  ]

  /// A number, correctly rounded.
  ///
  /// Up to 15 digits with a power of ten up to 22 are exact in one division or product (Clinger 1990, "How to
  /// read floating point numbers accurately"); the rest goes to the C library.
  private mutating func number() throws(JSONError) -> Double {
    let start = index
    let isNegative = byte == UInt8(ascii: "-")
    if isNegative { index += 1 }
    if byte == UInt8(ascii: "I"), isNegative {
      _ = try word("Infinity", .null)
      guard acceptsNonFinite else { throw .notFinite(at: start) }
      return -.infinity
    }
    var (mantissa, digits, fraction) = (UInt64(0), 0, 0)
    let first = byte
    digits = scanDigits(&mantissa)
    guard digits > 0 else { throw unexpected("a value") }
    if first == UInt8(ascii: "0"), digits > 1 { throw unexpected("no zero before a number") }
    if byte == UInt8(ascii: ".") {
      index += 1
      fraction = scanDigits(&mantissa)
      guard fraction > 0 else { throw unexpected("a digit behind the point") }
    }
    var exponent = 0
    if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") { exponent = try scanExponent() }
    let power = exponent - fraction
    if digits + fraction <= 15, abs(power) <= 22 {
      let size =
        power < 0 ? Double(mantissa) / Self.powers[-power] : Double(mantissa) * Self.powers[power]
      return isNegative ? -size : size
    }
    return try library(from: start)
  }

  /// Reads digits and gives their count; the mantissa is of use up to 19 of them.
  private mutating func scanDigits(_ mantissa: inout UInt64) -> Int {
    let start = index
    while index < bytes.count, bytes[index] >= 48, bytes[index] <= 57 {
      mantissa = mantissa &* 10 &+ UInt64(bytes[index] - 48)
      index += 1
    }
    return index - start
  }

  private mutating func scanExponent() throws(JSONError) -> Int {
    index += 1
    let isNegative = byte == UInt8(ascii: "-")
    if isNegative || byte == UInt8(ascii: "+") { index += 1 }
    var magnitude: UInt64 = 0
    let digits = scanDigits(&magnitude)
    guard digits > 0 else { throw unexpected("a digit in the exponent") }
    let size = digits > 5 ? 99_999 : Int(magnitude)
    return isNegative ? -size : size
  }

  private func library(from start: Int) throws(JSONError) -> Double {
    let count = index - start
    let value = withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { text in
      for place in 0..<count { text[place] = CChar(bitPattern: bytes[start + place]) }
      text[count] = 0
      return text.baseAddress.map { strtod($0, nil) } ?? .nan
    }
    guard value.isFinite else { throw .notFinite(at: start) }
    return value
  }
}
