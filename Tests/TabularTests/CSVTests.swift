import LinearAlgebra
import Testing

@testable import Tabular

@Suite("CSV files")
struct CSVTests {
  private func read(_ text: String, _ change: (inout TableReader) -> Void = { _ in }) throws -> Table {
    var reader = TableReader()
    change(&reader)
    return try reader.read(bytes: Array(text.utf8), name: "data.csv")
  }

  private static let expected = Table(columns: [
    .init(name: "a", values: .numeric([1, 2.5])),
    .init(name: "b", values: .categorical(codes: [0, 1], levels: ["x", "y z"])),
  ])

  @Test(
    "line ends, byte order mark, separators, blanks and blank lines",
    arguments: [
      "a,b\n1,x\n2.5,y z\n", "a,b\r\n1,x\r\n2.5,y z\r\n", "a,b\r1,x\r2.5,y z", "\u{FEFF}a,b\n1,x\n2.5,y z",
      "a;b\n1;x\n2.5;y z\n", "a\tb\n1\tx\n2.5\ty z\n", "a|b\n1|x\n2.5|y z\n", "a, b\n1, x\n 2.5 ,\ty z \n\n",
      "\n\"a\",\"b\"\n\"1\",\"x\"\n\n2.5,\"y z\"\n",
    ])
  func variants(text: String) throws { #expect(try read(text) == Self.expected) }

  @Test("quoted separators, line ends and quotes")
  func quotes() throws {
    let table = try read("name,v\n\"a,b\",1\n\"c\r\nd\",2\n\"say \"\"hi\"\"\",3\nit's \"odd\",4\n")
    #expect(
      table.columns[0].values
        == .categorical(codes: [0, 1, 2, 3], levels: ["a,b", "c\r\nd", "say \"hi\"", "it's \"odd\""]))
  }

  @Test("missing values, no header, and kinds that are not inferred")
  func settings() throws {
    let missing = try read("a,b\nNA,x\n2,\n")
    guard case .numeric(let numbers) = missing.columns[0].values else { return #expect(Bool(false)) }
    #expect(numbers[0].isNaN && numbers[1] == 2)
    #expect(missing.columns[1].values == .categorical(codes: [0, -1], levels: ["x"]))
    #expect(try read("1,2\n3,4\n").columns.map(\.name) == ["column1", "column2"])
    let forced = try read("a\n1\n2\n") { $0.kinds = ["a": .categorical] }
    #expect(forced.columns[0].values == .categorical(codes: [0, 1], levels: ["1", "2"]))
  }

  @Test(
    "errors name the line and the column",
    arguments: [
      ("", TabularError.empty("data.csv")), ("a,b\n", .headerOnly("data.csv")),
      ("a,b\n1,2\n3,4,5\n", .ragged("data.csv", line: 3, found: 3, expected: 2)),
      ("a,b\n1,2\n3", .torn("data.csv", line: 3, found: 1, expected: 2)),
      ("a,b\n1,2\n\"3,4\n", .unterminatedQuote("data.csv", line: 3)),
      ("a,b\n\"1\"2,3\n", .textAfterQuote("data.csv", line: 2)),
      ("a,b\n1,2\n1e999,4\n", .infinite("data.csv", line: 3, column: "a", text: "1e999")),
    ])
  func errors(text: String, error: TabularError) throws { #expect(throws: error) { try read(text) } }

  @Test("text that a program sends is taken as it is: nothing is found out, and names stand there once")
  func strict() throws {
    #expect(throws: TabularError.duplicateHeader("data.csv", name: "a")) {
      try read("a,a\n1,2\n") { $0.isStrict = true }
    }
    let words = try read("a,b\n1,x\n?,y\n") { $0.isStrict = true }
    #expect(words.columns[0].values == .categorical(codes: [0, 1], levels: ["1", "?"]))
    #expect(words.reading?.notes == [])
    #expect(throws: TabularError.ragged("data.csv", line: 2, found: 3, expected: 2)) {
      try read("a,b\n1,2,\n") { $0.isStrict = true }
    }
    #expect(throws: TabularError.notUTF8("data.csv", line: 2)) {
      var reader = TableReader()
      reader.isStrict = true
      _ = try reader.read(bytes: Array("a,b\n1,".utf8) + [0xE9, 10], name: "data.csv")
    }
  }

  @Test("text in a column that must be numeric")
  func forcedNumeric() {
    #expect(throws: TabularError.notANumber("data.csv", line: 3, column: "a", text: "much")) {
      try read("a\n1\nmuch\n") { $0.kinds = ["a": .numeric] }
    }
  }

  @Test(
    "numbers are read to the last bit",
    arguments: [
      "0.1", "-1e-5", "2.2250738585072014e-308", "1.7976931348623157e308", "4.9e-324",
      "+7", "-0",
      ".5", "5.", "9007199254740992", "0.30000000000000004",
    ])
  func numbers(text: String) throws {
    let table = try read("a,b\n\(text),x\n")
    #expect(table.columns[0].values == .numeric([try #require(Double(text == "5." ? "5" : text))]))
  }

  @Test("random tables survive writing and reading")
  func roundTrip() throws {
    let letters = Array("ab,\"\n\r;é ")
    for seed in UInt64(0)..<200 {
      var random = RandomStream(seed: seed).child("csv")
      let rows = 1 + random.integer(below: 12)
      var columns: [Table.Column] = []
      for index in 0...random.integer(below: 4) {
        if random.integer(below: 2) == 0 {
          columns.append(
            .init(name: "n\(index)", values: .numeric((0..<rows).map { _ in random.normal() * 1e3 })))
        } else {
          var (codes, levels): ([Int], [String]) = ([], [])
          for _ in 0..<rows {
            let text =
              "t" + String((0..<random.integer(below: 5)).map { _ in letters[random.integer(below: 9)] })
              + "t"
            if let code = levels.firstIndex(of: text) {
              codes.append(code)
            } else {
              codes.append(levels.count)
              levels.append(text)
            }
          }
          columns.append(.init(name: "c\(index)", values: .categorical(codes: codes, levels: levels)))
        }
      }
      let table = Table(columns: columns)
      var reader = TableReader()
      reader.hasHeader = true
      reader.separator = UInt8(ascii: ",")
      #expect(try reader.read(bytes: TableWriter.bytes(table), name: "random") == table, "seed \(seed)")
    }
  }

  @Test("random bytes give a table or an error, never a trap")
  func noise() {
    let alphabet = Array("a1,\"\n\r;\t .-e".utf8) + [0, 0xFF, 0xC3, 0xEF, 0xBB, 0xBF, 0x1F, 0x8B]
    for seed in UInt64(0)..<2000 {
      var random = RandomStream(seed: seed).child("noise")
      var bytes = (0..<random.integer(below: 60)).map { _ in alphabet[random.integer(below: alphabet.count)] }
      if seed % 10 == 0 { bytes = [0x1F, 0x8B, 8, 0] + bytes }
      _ = try? TableReader().read(bytes: bytes, name: "noise")
    }
  }
}
