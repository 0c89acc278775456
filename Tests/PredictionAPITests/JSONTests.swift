import Foundation
import LinearAlgebra
import Testing

@testable import PredictionAPI

@Suite("JSON from bytes")
struct JSONTests {
  static func value(_ text: String, depth: Int = 32) throws -> JSON {
    try JSONReader.value(of: Array(text.utf8), depthLimit: depth)
  }

  @Test("Numbers, texts, lists, objects, escapes and the sign of zero are read as JSON has them")
  func values() throws {
    #expect(try Self.value(" [1, 2.5,-3e2 ] ") == .numbers([1, 2.5, -300]))
    #expect(try Self.value("[]") == .array([]))
    #expect(try Self.value("[1,null,\"a\"]") == .array([.number(1), .null, .string("a")]))
    #expect(
      try Self.value("{\"a\":{\"b\":[true,false]},\"c\":null}")["a"]?["b"]
        == .array([.boolean(true), .boolean(false)]))
    #expect(try Self.value("{\"c\":null}")["c"] == nil)
    #expect(try Self.value(#""a\"\\\/\b\f\n\r\té\uD83D\uDE00ü""#) == .string("a\"\\/\u{8}\u{C}\n\r\té😀ü"))
    #expect(try Self.value("-0").number?.sign == .minus)
  }

  @Test(
    "Numbers are rounded correctly",
    arguments: [
      "0.1", "123456789012345", "1234567890123456789", "9007199254740993", "1e22", "1e23", "8.5e-300",
      "2.2250738585072011e-308", "5e-324", "1.7976931348623157e308", "0.30000000000000004", "1E+2",
      "0.000001",
    ])
  func rounding(_ text: String) throws {
    #expect(try Self.value(text).number == Double(text))
  }

  @Test(
    "What is no JSON is an error",
    arguments: [
      "", " ", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "01", "1.", ".5", "+1", "1e", "--1", "nul",
      "\"a",
      "\"\\x\"", "\"\\uD800\"", "\"\\uD800\\u0041\"", "\"\u{1}\"", "[1] 2", "tru", "[1 2]", "{\"a\":1,}",
      "'a'",
      "\u{FEFF}1",
    ])
  func malformed(_ text: String) { #expect(throws: JSONError.self) { try Self.value(text) } }

  @Test("Numbers that are not finite are refused, or taken where a server sends them")
  func nonFinite() throws {
    for text in ["NaN", "Infinity", "-Infinity", "1e999"] {
      #expect(throws: JSONError.notFinite(at: 0)) { try Self.value(text) }
    }
    let read = try JSONReader.value(of: Array("[-Infinity,1,Infinity]".utf8), acceptsNonFinite: true)
    #expect(read == .array([.number(-.infinity), .number(1), .number(.infinity)]))
  }

  @Test("Depth is limited before anything is built")
  func depth() throws {
    #expect(throws: JSONError.tooDeep(limit: 32)) { try Self.value(String(repeating: "[", count: 1_000_000)) }
    #expect(throws: JSONError.tooDeep(limit: 3)) { try Self.value("[[[[1]]]]", depth: 3) }
    #expect(try Self.value("[[[1]]]", depth: 3) == .array([.array([.numbers([1])])]))
  }

  @Test("Invalid UTF-8 is an error")
  func invalidUTF8() {
    for units in [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0x5C, 0x6E, 0xED, 0xA0, 0x80, 0x22],
    ] as [[UInt8]] {
      #expect(throws: JSONError.self) { try JSONReader.value(of: units) }
    }
  }

  /// Random documents, whole and damaged, against Foundation's parser.
  @Test("Agrees with Foundation on random documents")
  func fuzz() throws {
    var random = RandomStream(seed: 3)
    for _ in 0..<3000 {
      let value = Self.random(depth: 4, using: &random)
      var bytes = value.bytes
      #expect(try JSONReader.value(of: bytes) == value)
      // One byte is changed, taken away or doubled.
      let place = random.integer(below: bytes.count)
      switch random.integer(below: 3) {
      case 0: bytes[place] = UInt8(random.integer(below: 256))
      case 1: bytes.remove(at: place)
      default: bytes.insert(bytes[place], at: place)
      }
      let ours = try? JSONReader.value(of: bytes)
      let theirs = try? JSONDecoder().decode(Foreign.self, from: Data(bytes))
      // Foundation takes other encodings, a byte order mark and lone surrogates besides.
      if let ours, !bytes.contains(0) {
        #expect(theirs != nil, "\(String(decoding: bytes, as: UTF8.self))")
        if let theirs {
          #expect(Self.sorted(ours) == theirs.value, "\(String(decoding: bytes, as: UTF8.self))")
        }
      }
      if theirs != nil, String(validating: bytes, as: UTF8.self) != nil, bytes.first.map({ $0 < 128 }) == true
      {
        #expect(ours != nil, "\(String(decoding: bytes, as: UTF8.self))")
      }
    }
  }

  static func random(depth: Int, using random: inout RandomStream) -> JSON {
    switch random.integer(below: depth > 0 ? 7 : 4) {
    case 0: return .null
    case 1: return .boolean(random.integer(below: 2) == 0)
    case 2: return .number(Self.number(using: &random))
    case 3:
      return .string(
        String((0..<random.integer(below: 6)).map { _ in Array("aé\"\\\n\u{1}😀/")[random.integer(below: 8)] })
      )
    case 4: return .numbers((0...random.integer(below: 5)).map { _ in Self.number(using: &random) })
    case 5:
      let elements = (0..<random.integer(below: 4)).map { _ in Self.random(depth: depth - 1, using: &random) }
      let isNumeric = !elements.isEmpty && elements.allSatisfy { $0.number != nil }
      return isNumeric ? .numbers(elements.compactMap(\.number)) : .array(elements)
    default:
      return .object(
        (0..<random.integer(below: 4)).map {
          JSON.Member(name: "k\($0)", value: Self.random(depth: depth - 1, using: &random))
        })
    }
  }

  /// The value with the members of all objects in the order of their names; of equal names the last counts.
  static func sorted(_ value: JSON) -> JSON {
    switch value {
    case .array(let elements): return .array(elements.map(sorted))
    case .object(let members):
      let last = Dictionary(members.map { ($0.name, $0.value) }) { _, last in last }
      return .object(
        last.sorted { $0.key < $1.key }.map { JSON.Member(name: $0.key, value: sorted($0.value)) })
    default: return value
    }
  }

  static func number(using random: inout RandomStream) -> Double {
    random.integer(below: 2) == 0
      ? Double(random.integer(below: 1000))
      : random.normal() * Double(sign: .plus, exponent: random.integer(below: 200) - 100, significand: 1)
  }

  /// A JSON value as Foundation reads it, with the names of objects sorted.
  struct Foreign: Decodable {
    let value: JSON

    init(from decoder: any Decoder) throws {
      if let container = try? decoder.container(keyedBy: Name.self) {
        value = .object(
          try container.allKeys.map {
            JSON.Member(name: $0.stringValue, value: try container.decode(Foreign.self, forKey: $0).value)
          }.sorted { $0.name < $1.name })
        return
      }
      if var container = try? decoder.unkeyedContainer() {
        var elements: [JSON] = []
        while !container.isAtEnd { elements.append(try container.decode(Foreign.self).value) }
        let isNumeric = !elements.isEmpty && elements.allSatisfy { $0.number != nil }
        value = isNumeric ? .numbers(elements.compactMap(\.number)) : .array(elements)
        return
      }
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        value = .null
      } else if let flag = try? container.decode(Bool.self) {
        value = .boolean(flag)
      } else if let number = try? container.decode(Double.self) {
        value = .number(number)
      } else {
        value = .string(try container.decode(String.self))
      }
    }

    struct Name: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init?(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
  }
}
