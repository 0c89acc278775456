import Foundation
import Testing

@testable import Learning

@Suite("Packed columns taken out of a document")
struct PackedTextsTests {
  private struct Column: Decodable {
    let kinds: Data

    init(from decoder: any Decoder) throws {
      let texts = try #require(
        PackedTexts.key.flatMap { decoder.userInfo[$0] as? PackedTexts } as PackedTexts?)
      let container = try decoder.container(keyedBy: Key.self)
      let text = try container.decode(String.self, forKey: .kinds)
      kinds = try texts.take(text) ?? container.decode(Data.self, forKey: .kinds)
    }

    private enum Key: String, CodingKey { case kinds }
  }

  private func decode(_ document: String) throws -> (column: Data, rest: Data) {
    let (texts, rest) = PackedTexts.split(Data(document.utf8))
    let decoder = JSONDecoder()
    decoder.userInfo[try #require(PackedTexts.key)] = texts
    return (try decoder.decode(Column.self, from: rest).kinds, rest)
  }

  @Test("bytes of every length come back, short ones from their own text")
  func lengths() throws {
    for count in [0, 1, 2, 3, 190, 191, 192, 193, 194, 195, 5000] {
      let bytes = Data((0..<count).map { UInt8(truncatingIfNeeded: 37 * $0 + $0 / 7) })
      let text = bytes.base64EncodedString()
      for document in [
        "{\"kinds\":\"\(text)\"}", "{ \"a\\\"\" : 1, \"kinds\" :\n\t\"\(text)\" , \"b\" : \"\\\\\" }",
      ] {
        let found = try decode(document)
        #expect(found.column == bytes)
        #expect((found.rest.count < document.utf8.count / 2) == (text.utf8.count >= 256))
      }
    }
  }

  @Test("a document without long columns stays as it is, byte by byte")
  func others() {
    let long = String(repeating: "QUJD", count: 100)
    for document in [
      "", "\"", "\"\\", "\"\\\"", "{\"kinds\"", "{\"kinds\":\"\(long)", "{\"other\":\"\(long)\"}",
      "{\"\(long)\":\"kinds\"}", "[\"kinds\",\"\(long)\"]", "{\"kinds\":[\"\(long)\"]}",
      "{\"kinds\"::\"\(long)\"}", "{\"kinds\":\"\(long)=\"}", "{\"kinds\":\"\(long)A===\"}",
      "{\"kinds\":\"\(long)QU=D\"}", "{\"kinds\":\"\(long)\\u0041QUJ\"}", "{\"kinds\":\"\(long) \"}",
    ] {
      #expect(PackedTexts.split(Data(document.utf8)).rest == Data(document.utf8), "\(document.prefix(40))")
    }
  }

  @Test("a text that looks like the place of a column is refused")
  func forged() {
    for text in ["#0", "#1-2-0", "#", "#-0"] {
      #expect(throws: DecodingError.self) { try decode("{\"kinds\":\"\(text)\"}") }
    }
  }

  @Test("a column is given once")
  func once() throws {
    let text = Data(repeating: 7, count: 300).base64EncodedString()
    let (texts, rest) = PackedTexts.split(Data("{\"rows\":\"\(text)\"}".utf8))
    let place = try #require(try JSONDecoder().decode([String: String].self, from: rest)["rows"])
    #expect(texts.take(place) == Data(repeating: 7, count: 300))
    #expect(texts.take(place) == Data())
    #expect(texts.take(text) == nil && texts.take(place + "1") == nil && texts.take("") == nil)
  }
}
