import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Tabular

/// Made-up files in the dialects of public collections, with what pandas reads (Tests/Fixtures/make/table_dialects.py).
struct TableCases: Decodable {
  struct Options: Decodable {
    let na: [String]?
    let decimal: String?
    let thousands: String?
  }

  struct Column: Decodable {
    let name: String
    let numeric: Bool
    let missing: Int
    let sum: Double
    let levels: Int
  }

  struct Case: Decodable, CustomTestStringConvertible {
    let name: String
    let text: String?
    let base64: String?
    let options: Options
    let rows: Int
    let columns: [Column]

    var testDescription: String { name }
    var bytes: [UInt8] {
      text.map { Array($0.utf8) } ?? base64.flatMap { Data(base64Encoded: $0) }.map { [UInt8]($0) } ?? []
    }

    var reader: TableReader {
      var reader = TableReader()
      reader.allowsStrayWords = true
      reader.missing.formUnion(options.na ?? [])
      reader.decimal = options.decimal?.utf8.first
      reader.thousands = options.thousands?.utf8.first
      return reader
    }
  }

  let pandas: String
  let cases: [Case]

  static let shared: Result<TableCases, any Error> = Result {
    try FixtureFile.decode("tables.json")
  }

  static let all = (try? shared.get().cases) ?? []
}

@Suite("Other people's tables")
struct TableDialectTests {
  @Test("there are as many kinds as were written down")
  func count() throws { #expect(try TableCases.shared.get().cases.count >= 200) }

  @Test("rows, names, kinds, gaps and values are those of pandas", arguments: TableCases.all)
  func pandas(one: TableCases.Case) throws {
    let table = try one.reader.read(bytes: one.bytes, name: "case.csv")
    #expect(table.rowCount == one.rows)
    #expect(table.columns.map(\.name) == one.columns.map(\.name))
    for (column, expected) in zip(table.columns, one.columns) {
      switch column.values {
      case .numeric(let values):
        let sum = values.reduce(0) { $1.isNaN ? $0 : $0 + $1 }
        #expect(expected.numeric, "\(column.name) is of words")
        #expect(abs(sum - expected.sum) <= 1e-9 * max(1, abs(expected.sum)), "\(column.name)")
      case .categorical(_, let levels):
        #expect(!expected.numeric, "\(column.name) is of numbers")
        #expect(levels.count == expected.levels, "\(column.name)")
      }
      #expect(column.values.missing == expected.missing, "\(column.name)")
    }
  }

  @Test(
    "all records in order are the file, in its own encoding",
    arguments: TableCases.all.filter { !$0.name.contains("blank lines") })
  func identity(one: TableCases.Case) throws {
    let (_, text) = try one.reader.readText(bytes: one.bytes, name: "case.csv")
    #expect(text.file((0..<text.count).map { .record($0) }) == one.bytes)
  }

  @Test("every row knows its line", arguments: TableCases.all)
  func lines(one: TableCases.Case) throws {
    let (table, text) = try one.reader.readText(bytes: one.bytes, name: "case.csv")
    let reading = try #require(table.reading)
    // Lines counted by the ends of lines before the record.
    let position = text.records.map(\.lowerBound)
    var (line, place, row) = (1, 0, 0)
    while row < position.count {
      if place == position[row] {
        #expect(reading.line(ofRow: row) == line, "row \(row)")
        row += 1
        if row < position.count, position[row] == place { continue }
      }
      let byte = text.bytes[place]
      let isPair = byte == 13 && place + 1 < text.bytes.count && text.bytes[place + 1] == 10
      if byte == 10 || (byte == 13 && !isPair) { line += 1 }
      place += 1
    }
    // A part of the rows keeps its lines.
    let last = table.rows(at: [table.rowCount - 1, 0])
    #expect(last.reading?.line(ofRow: 0) == reading.line(ofRow: table.rowCount - 1))
    #expect(last.reading?.line(ofRow: 1) == reading.line(ofRow: 0))
  }

  /// Rows are written as `style` shows, so that a table with new rows reads like the old one.
  @Test(
    "new rows in the manner of the file are read as what they say",
    arguments: TableCases.all.filter { $0.rows > 2 && !$0.name.contains("blank lines") })
  func style(one: TableCases.Case) throws {
    let (table, text) = try one.reader.readText(bytes: one.bytes, name: "case.csv")
    let style = RowStyle(text)
    let lines = (0..<table.rowCount).map { row in
      TableText.Line.new(
        style.line(
          table.columns.map { column in
            switch column.values {
            case .numeric(let values): values[row].isNaN ? .missing : .number(values[row])
            case .categorical(let codes, let levels): codes[row] < 0 ? .missing : .text(levels[codes[row]])
            }
          }))
    }
    let again = try one.reader.read(bytes: text.file(lines), name: "case.csv")
    #expect(again.columns.map(\.name) == table.columns.map(\.name))
    for (new, old) in zip(again.columns, table.columns) {
      switch (new.values, old.values) {
      case (.numeric(let left), .numeric(let right)):
        #expect(zip(left, right).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }, "\(new.name)")
      default: #expect(new.texts() == old.texts(), "\(new.name)")
      }
    }
  }

  private func notes(_ text: String, _ change: (inout TableReader) -> Void = { _ in }) throws -> [String] {
    var reader = TableReader()
    reader.allowsStrayWords = true
    change(&reader)
    return try #require(try reader.read(bytes: Array(text.utf8), name: "n.csv").reading).notes
  }

  @Test("what is decided is said, with line and option")
  func said() throws {
    let gap = try notes("x,k\n1,a\n\n?,b\n3,a\n")
    #expect(gap.count == 1)
    #expect(try #require(gap.first).contains("line 4") && gap[0].contains("--kinds 'x=categorical'"))
    let rows = (0..<60).map { $0 == 40 ? "twelve" : "\($0).5" }.joined(separator: "\n")
    let word = try notes("x\n" + rows + "\n")
    #expect(word.count == 1)
    #expect(try #require(word.first).contains("line 42") && word[0].contains("--na 'twelve'"))
    // In a target a word keeps its column from being one of numbers.
    let target = try notes("x,k\n" + rows.replacing("\n", with: ",a\n") + ",b\n") { $0.targets = ["x"] }
    #expect(
      target.count == 1 && target[0].contains("'twelve' stands") && target[0].contains("--na 'x=twelve'"))
    let comma = try notes("x;k\n1,5;a\n2,25;b\n")
    #expect(try #require(comma.first).contains("decimal mark in 'x'"))
    let money = try notes("x,k\n\"$1,200.50\",a\n\"$900.00\",b\n")
    #expect(try #require(money.first).contains("--thousands ','"))
    // Numbers in another manner are no stray words: here thousands, of few rows alone.
    let large = (0..<60).map { $0 == 40 ? "\"1,250\"" : "\(300 + $0)" }.joined(separator: "\n")
    let rare = try notes("x\n" + large + "\n")
    #expect(try #require(rare.first).contains("--thousands ','"))
    // Two answers in a file with decimal points are no fraction.
    for (text, words) in [
      ("q,y\n\"1,2\",0.5\n\"2,13\",1.5\n3,2.5\n", "'q' is read as words"),
      ("q,y\n\"1,2\",5\n\"1,3\",1\n3,2\n", "--kinds 'q=numeric'"),
    ] {
      let answers = try notes(text)
      #expect(try #require(answers.first).contains(words), "\(answers)")
    }
    let unsure = try notes("x;k\n1,500;a\n2,250;b\n")
    #expect(try #require(unsure.first).contains("--decimal ,") && unsure[0].contains("--thousands ','"))
    #expect(try notes("a,b\n1,x\n2,y\n") == [])
  }

  @Test("options have the last word")
  func options() throws {
    func table(_ text: String, _ change: (inout TableReader) -> Void) throws -> Table {
      var reader = TableReader()
      change(&reader)
      return try reader.read(bytes: Array(text.utf8), name: "o.csv")
    }
    let words = try table("x\n1\n?\n") { $0.kinds["x"] = .categorical }
    #expect(words.columns[0].values == .categorical(codes: [0, 1], levels: ["1", "?"]))
    let rows = try table("a,b\n1,2\n") { $0.hasHeader = false }
    #expect(rows.rowCount == 2 && rows.columns[0].name == "column1")
    let names = try table("1,2\n3,4\n") { $0.hasHeader = true }
    #expect(names.rowCount == 1 && names.columns[0].name == "1")
    let comma = try table("x;y\n1,5;1\n2,500;2\n") { $0.decimal = UInt8(ascii: ",") }
    #expect(comma.columns[0].values == .numeric([1.5, 2.5]))
    let point = try table("x;y\n1,5;1\n2,25;2\n") { $0.decimal = UInt8(ascii: ".") }
    #expect(point.columns[0].values == .categorical(codes: [0, 1], levels: ["1,5", "2,25"]))
    let grouped = try table("x;y\n1.500;1\n2.250,5;2\n") {
      $0.decimal = UInt8(ascii: ",")
      $0.thousands = UInt8(ascii: ".")
    }
    #expect(grouped.columns[0].values == .numeric([1500, 2250.5]))
    let money = try table("p,q\n$5.50,7%\n-$7,12%\n") {
      $0.kinds = ["p": .numeric, "q": .numeric]
    }
    #expect(money.columns[0].values == .numeric([5.5, -7]) && money.columns[1].values == .numeric([7, 12]))
    let marked = try table("x\n-9\n-9.00\n3\n") { $0.missing.insert("-9") }
    #expect(marked.columns[0].values.missing == 2)
    let expected = try table("x,k\n?,1\n2,1\n") {
      $0.expectedKinds = ["x": .numeric, "k": .categorical, "z": .numeric]
    }
    #expect(expected.columns[0].values.missing == 1)
    #expect(expected.columns[1].values == .categorical(codes: [0, 0], levels: ["1"]))
    #expect(throws: TabularError.notANumber("o.csv", line: 3, column: "x", text: "much")) {
      _ = try table("x\n1\nmuch\n") { $0.expectedKinds = ["x": .numeric] }
    }
  }

  @Test("columns that look like no features are asked about")
  func questions() throws {
    let lines = (0..<1200).map {
      "\($0 + 1),\(4000 + $0 * 7 % 1200),\($0 * 7 % 1200),w\($0 % 1100),\($0 % 90)"
    }
    let table = try TableReader().read(
      bytes: Array(("index,id,order,word,age\n" + lines.joined(separator: "\n") + "\n").utf8), name: "q.csv")
    let found = table.questions(without: [])
    #expect(found.count == 4)
    #expect(found[0].contains("'index' counts the rows from 1"))
    #expect(found[1].contains("'id' has another whole number in every row"))
    #expect(found[2].contains("'order' has another whole number in every row"))
    #expect(found[3].contains("'word' has 1100 categories"))
    #expect(found.allSatisfy { $0.contains("--ignore '") })
    #expect(table.questions(without: ["index", "id", "order", "word"]) == [])
    #expect(try #require(table.question(classes: "age")).contains("90 different numbers"))
    #expect(table.question(classes: "word") == nil)
  }

  @Test("text that is neither UTF-8 nor Latin-1 is refused with its line")
  func damaged() {
    for bytes: [UInt8] in [[0x81], [0xC3, 0xA9, 0xFF], [0xE9, 0x00]] {
      #expect(throws: TabularError.notUTF8("d.csv", line: 3)) {
        _ = try TableReader().read(
          bytes: Array("a,b\nx,1\n".utf8) + bytes + Array(",2\n".utf8), name: "d.csv")
      }
    }
  }

  @Test("random changes of every file give a table or an error, never a trap", arguments: TableCases.all)
  func noise(one: TableCases.Case) {
    var random = RandomStream(seed: 1).child(one.name)
    let alphabet = Array("a1,\"\n\r;\t .-#e$'?".utf8) + [0, 0xFF, 0xC3, 0xE9, 0x81]
    for _ in 0..<20 {
      var bytes = one.bytes
      for _ in 0...random.integer(below: 3) {
        bytes[random.integer(below: bytes.count)] = alphabet[random.integer(below: alphabet.count)]
      }
      bytes.removeLast(random.integer(below: bytes.count))
      guard let (table, text) = try? one.reader.readText(bytes: bytes, name: "case.csv") else { continue }
      #expect(text.count == table.rowCount)
      _ = RowStyle(text).line(table.columns.map { _ in .number(1.5) })
    }
  }
}
