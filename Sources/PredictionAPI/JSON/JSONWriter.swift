/// Writes JSON into bytes. Doubles get the fewest digits that bring the same bits back; a number that is not finite
/// becomes null.
struct JSONWriter {
  /// What was written so far.
  private(set) var bytes: [UInt8] = []

  init(reserving count: Int = 256) { bytes.reserveCapacity(count) }

  /// Text that is JSON already.
  mutating func raw(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func write(_ value: Double) {
    if value.isFinite {
      var text = value.description
      text.withUTF8 { bytes.append(contentsOf: $0) }
    } else {
      raw("null")
    }
  }

  mutating func write(_ value: Int) {
    var text = value.description
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { units in
      for unit in units {
        switch unit {
        case UInt8(ascii: "\""): raw("\\\"")
        case UInt8(ascii: "\\"): raw("\\\\")
        case 0..<0x20:
          raw("\\u00")
          for digit in [unit >> 4, unit & 15] { bytes.append(digit < 10 ? 48 + digit : 87 + digit) }
        default: bytes.append(unit)
        }
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func write(_ values: [Double]) {
    list(values) { $0.write($1) }
  }

  /// An array whose elements `element` writes.
  mutating func list<Values: Sequence>(
    _ values: Values, _ element: (inout JSONWriter, Values.Element) -> Void
  ) {
    bytes.append(UInt8(ascii: "["))
    var isFirst = true
    for value in values {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      element(&self, value)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  mutating func write(_ value: JSON) {
    switch value {
    case .null: raw("null")
    case .boolean(let flag): if flag { raw("true") } else { raw("false") }
    case .number(let number):
      if let whole = Int(exactly: number), abs(number) < 1e15 { write(whole) } else { write(number) }
    case .string(let text): write(text)
    case .numbers(let numbers): write(numbers)
    case .array(let values): list(values) { $0.write($1) }
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        write(member.name)
        bytes.append(UInt8(ascii: ":"))
        write(member.value)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }
}

extension JSON {
  /// An object of named values in this order.
  static func object(_ members: KeyValuePairs<String, JSON>) -> JSON {
    .object(members.map { Member(name: $0.key, value: $0.value) })
  }

  /// An array of strings.
  static func strings(_ texts: some Sequence<String>) -> JSON { .array(texts.map(JSON.string)) }

  /// The document as bytes.
  var bytes: [UInt8] {
    var writer = JSONWriter()
    writer.write(self)
    return writer.bytes
  }
}
