import Foundation
import LinearAlgebra
@testable import Tabular
import Testing

/// Honest rows leave a program byte for byte.
@Suite("The text of a table")
struct TableTextTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private static let files = [
    "a,b\n1,2\n3,4\n",
    "a,b\r\n1,2\r\n3,4\r\n",
    "a,b\r1,2\r3,4",
    "\u{FEFF}a,b\n 1 ,\"2\"\n\"3\",\t4\n",
    "\n\na;b\n00501;1,5\n90210;\"x;\"\"y\"\"\"\n",
    "name\ttext\n1\t\"two\nlines\"\n2\tnone\n",
    "1,2\n3,4\n",
    "id,x\r\n11898508762506303497,1.50\n11898508762506669718,2\r\n",
    "x\n\"\"\n1\n",
  ]

  @Test("all records in order are the file", arguments: files)
  func identity(text: String) throws {
    let (table, record) = try TableReader().readText(bytes: bytes(text), name: "a.csv")
    #expect(record.count == table.rowCount)
    #expect(String(decoding: record.file((0..<record.count).map { .record($0) }), as: UTF8.self) == text)
  }

  @Test("records in another order are the same rows", arguments: files)
  func order(text: String) throws {
    let (table, record) = try TableReader().readText(bytes: bytes(text), name: "a.csv")
    let order = Array((0..<record.count).reversed())
    let other = record.file(order.map { .record($0) })
    #expect(try TableReader().read(bytes: other, name: "b.csv").rowCount == table.rowCount)
    for row in order {
      let line = Array(record.record(row))
      #expect(other.indices.contains { other[$0...].starts(with: line) })
    }
  }

  @Test("random tables come back, whatever is kept", arguments: UInt64(0)..<20)
  func random(seed: UInt64) throws {
    var random = RandomStream(seed: seed).child("text")
    let separator = [",", ";", "\t", "|"][random.integer(below: 4)]
    let end = ["\n", "\r\n", "\r"][random.integer(below: 3)]
    let fields = [
      "", "1", "-0.50", "007", "\"q\"\"x\(separator)\"", " padded ", "1e3", "NA", "\"two\nlines\"", "é",
    ]
    let width = 2 + random.integer(below: 3)
    var lines = [(0..<width).map { "c\($0)" }.joined(separator: separator)]
    for _ in 0..<30 {
      lines.append(
        (0..<width).map { _ in fields[random.integer(below: fields.count)] }.joined(separator: separator))
    }
    let isEnded = random.integer(below: 2) == 0
    let text = lines.joined(separator: end) + (isEnded ? end : "")
    let (_, record) = try TableReader().readText(bytes: bytes(text), name: "a.csv")
    let kept = (0..<record.count).filter { _ in random.integer(below: 2) == 0 }
    let expected =
      ([0] + kept.map { $0 + 1 }).map { lines[$0] }.joined(separator: end) + (isEnded ? end : "")
    #expect(String(decoding: record.file(kept.map { .record($0) }), as: UTF8.self) == expected)
  }

  @Test("new rows are written as the file writes: blanks, quotes, digits, zeros in front, signs, gaps")
  func style() throws {
    let text = #"""
      zip, "name", dose, half, gap, id
      00501, "a", 4.40, .5, NA, 7
      90210, "b ""x""", 12.00, -.25, 3, 11898508762506303497
      01234, "c", 3.75, .75, 2.5, 9

      """#
    let (_, record) = try TableReader().readText(bytes: bytes(text), name: "a.csv")
    let style = RowStyle(record)
    let line = style.line([
      .number(77), .text("n,\"e\""), .number(5), .number(0.125), .missing, .field(ofRecord: 1),
    ])
    #expect(
      String(decoding: line, as: UTF8.self) == "00077, \"n,\"\"e\"\"\", 5.00, .125, NA, 11898508762506303497")
    let other = style.line([.number(-1), .text("a"), .number(0.1), .number(-0.0), .number(-2), .missing])
    #expect(String(decoding: other, as: UTF8.self) == "-00001, \"a\", 0.10, .0, -2, ")
  }

  @Test("what a new row says is what it is read as", arguments: UInt64(0)..<10)
  func readBack(seed: UInt64) throws {
    var random = RandomStream(seed: seed).child("style")
    let text = "n;w\n1.5;\"x\"\n2;y\n-3.25;z\n"
    let (_, record) = try TableReader().readText(bytes: bytes(text), name: "a.csv")
    let style = RowStyle(record)
    let numbers = (0..<20).map { _ in random.normal() * pow(10, Double(random.integer(below: 40) - 20)) }
    let words = (0..<20).map { "w;\($0)\"\n" }
    let lines = zip(numbers, words).map { TableText.Line.new(style.line([.number($0), .text($1)])) }
    let table = try TableReader().read(bytes: record.file(lines), name: "b.csv")
    #expect(table.columns[0].values == .numeric(numbers))
    #expect(table.columns[1].values == .categorical(codes: Array(0..<20), levels: words))
  }

  @Test("the fields of a record are those that the reader finds", arguments: UInt64(0)..<20)
  func fields(seed: UInt64) throws {
    var random = RandomStream(seed: seed).child("fields")
    let separator = [",", ";", "\t", "|"][random.integer(below: 4)]
    let made = [
      "", "\"\"", "\"\"\"\"", "\"a \"\"b\"\"\(separator) c\"", " \"5\"\"\(separator) black\" ", "5\"\"",
      "a\"b",
      "\"\"\"\(separator)\"\"\"", "\"two\nlines\"\"\"", "1.5", " x ",
    ]
    for _ in 0..<50 {
      let line = (0..<4).map { _ in made[random.integer(below: made.count)] } + ["end"]
      let content = bytes(
        "a,b,c,d,e\n".replacing(",", with: separator) + line.joined(separator: separator) + "\n")
      var reader = TableReader()
      reader.separator = separator.utf8.first
      let (_, record) = try reader.readText(bytes: content, name: "a.csv")
      let found = record.rawFields(0).map { TableText.Content($0.drop { $0 == 32 || $0 == 9 }).text }
      let read = try content.withUnsafeBufferPointer { buffer in
        var parser = CSVParser(buffer, separator: separator.utf8.first ?? 0, file: "a.csv")
        var fields: [CSVParser.Field] = []
        _ = try parser.next(&fields)
        _ = try parser.next(&fields)
        return fields.map { String(decoding: parser.text($0), as: UTF8.self) }
      }
      #expect(found == read)
    }
  }

  @Test("a field with doubled quotes is copied whole, and counts in its own column")
  func doubled() throws {
    let text = "note,n,w\n\"a \"\"b\"\", c\",5.00,x\n\"5\"\", black\",3.25,y\n"
    let (_, record) = try TableReader().readText(bytes: bytes(text), name: "a.csv")
    let style = RowStyle(record)
    for (row, note) in ["\"a \"\"b\"\", c\"", "\"5\"\", black\""].enumerated() {
      let line = style.line([.field(ofRecord: row), .number(1), .text("z")])
      #expect(String(decoding: line, as: UTF8.self) == note + ",1.00,z")
    }
  }

  @Test("LIBSVM lines stay, and new ones have labels as the others")
  func sparse() throws {
    let text = "# head\n+1 1:0.5 3:2 # note\r\n-1 2:1\n\n+1\n"
    let (table, record) = try TableReader().readText(bytes: bytes(text), name: "a.svm")
    #expect(record.isSparse && record.count == 3 && table.columns.count == 4)
    let line = RowStyle(record).line([.number(1), .number(0), .number(2.5), .number(-1)])
    let file = record.file([.record(1), .new(line), .record(0)])
    // A new line ends as the first record does.
    #expect(String(decoding: file, as: UTF8.self) == "-1 2:1\n+1 2:2.5 3:-1\r\n+1 1:0.5 3:2 # note\r\n")
  }

  @Test("LIBSVM: an entry of a record is copied as it stands, and where there is none none is made")
  func sparseFields() throws {
    let text = "+1 1:0.5 3:2.50 12:7 # note 2:9\r\n-1 2:1\n"
    let (_, record) = try TableReader().readText(bytes: bytes(text), name: "a.svm")
    let style = RowStyle(record)
    func line(_ row: Int) -> String {
      let values =
        [RowStyle.Value.number(-1), .number(4), .field(ofRecord: row), .field(ofRecord: row)]
        + (4...12).map { _ in .field(ofRecord: row) }
      return String(decoding: style.line(values), as: UTF8.self)
    }
    #expect(line(0) == "-1 1:4 3:2.50 12:7")
    #expect(line(1) == "-1 1:4 2:1")
    #expect(String(decoding: style.line([.field(ofRecord: 0)]), as: UTF8.self) == "+1")
  }

  @Test("a field before every line is a row number, with its name in the header")
  func numbers() throws {
    let (_, record) = try TableReader().readText(bytes: bytes("a;b\r\n1;2\r\n3;4"), name: "a.csv")
    let file = record.file([.record(1), .record(0)], firstFields: [("row", ["2", "1"])])
    #expect(String(decoding: file, as: UTF8.self) == "row;a;b\r\n2;3;4\r\n1;1;2")
  }

  @Test("whole numbers that a double cannot hold are texts; all others are numbers")
  func ids() throws {
    func isNumeric(_ fields: String...) throws -> Bool {
      let text = "id\n" + fields.joined(separator: "\n") + "\n"
      let table = try TableReader().read(bytes: bytes(text), name: "a.csv")
      if case .numeric = table.columns[0].values { return true }
      return false
    }
    #expect(try isNumeric("9007199254740992", "1"))
    #expect(try !isNumeric("9007199254740993", "1"))
    #expect(try !isNumeric("1", "-9007199254740993"))
    #expect(try isNumeric("100000000000000000000", "2e300", "12345678901234567890.5"))
    #expect(try !isNumeric("11898508762506303497", "11898508762506669718"))
    #expect(try !isNumeric(String(repeating: "9", count: 60)))
    var reader = TableReader()
    reader.kinds = ["id": .numeric]
    let forced = try reader.read(bytes: bytes("id\n9007199254740993\n"), name: "a.csv")
    #expect(forced.columns[0].values == .numeric([9_007_199_254_740_992]))
  }
}
