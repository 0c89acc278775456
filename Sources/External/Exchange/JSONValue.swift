/// A value of JSON. A number that is none, or infinite, is null.
indirect enum JSONValue: Sendable, Encodable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByIntegerLiteral
{
  case text(String)
  case number(Double)
  case whole(Int)
  case list([JSONValue])
  case object([String: JSONValue])
  case null

  init(stringLiteral value: String) { self = .text(value) }
  init(integerLiteral value: Int) { self = .whole(value) }
  init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements) { $1 })
  }

  init(_ texts: [String]) { self = .list(texts.map { .text($0) }) }
  init(_ numbers: [Double]) { self = .list(numbers.map { .number($0) }) }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .number(let number) where number.isFinite: try container.encode(number)
    case .whole(let number): try container.encode(number)
    case .list(let values): try container.encode(values)
    case .object(let values): try container.encode(values)
    case .number, .null: try container.encodeNil()
    }
  }
}
