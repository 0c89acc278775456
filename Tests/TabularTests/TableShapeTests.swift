import Foundation
import LinearAlgebra
import Testing

@testable import Tabular

/// Lines that are none of a table, rows that are not whole, and words for what is missing in single columns.
@Suite("Shapes of tables")
struct TableShapeTests {
  private func read(_ text: String, _ change: (inout TableReader) -> Void = { _ in }) throws -> Table {
    var reader = TableReader()
    reader.allowsStrayWords = true
    change(&reader)
    return try reader.read(bytes: Array(text.utf8), name: "t.csv")
  }

  private func notes(_ table: Table) throws -> String {
    try #require(table.reading).notes.joined(separator: "\n")
  }

  private func error(_ text: String, _ change: (inout TableReader) -> Void = { _ in }) throws -> TabularError
  {
    try #require(throws: TabularError.self) { _ = try read(text, change) }
  }

  // Short rows: pandas 3.1.1 fills them too (read_csv of the same text, isna().sum() 0, 0, 1, 2).

  @Test("rows that are shorter than the names are filled with missing values, counted and placed")
  func short() throws {
    let table = try read("a,b,c,d\n1,2,3,4\n1,2\n1,2,3,4\n4,5,6\n1,2,3,4\n")
    #expect(table.rowCount == 5)
    #expect(table.columns.map { $0.values.missing } == [0, 0, 1, 2])
    #expect(
      try notes(table).contains("2 rows of 5 have fewer than 4 fields, the first in line 3 (2)"))
  }

  @Test("a last line that is short and has no line end is refused as cut off; with a line end it is a row")
  func torn() throws {
    let whole = "a,b,c\n1,2,3\n4,5,6\n7,8"
    #expect(try error(whole) == .torn("t.csv", line: 4, found: 2, expected: 3))
    #expect(try error(whole).description.contains("cut off"))
    #expect(try read(whole + "\n").rowCount == 3)
    // Torn within the last field it cannot be told from a whole one.
    #expect(try read(whole + ",9").rowCount == 3)
  }

  @Test(
    "where no row is whole, or most fields of a large file are absent, the line of names is not that of the rows"
  )
  func neverWhole() throws {
    #expect(try error("a,b,c,d\n1,2\n3,4\n5,6\n") == .ragged("t.csv", line: 2, found: 2, expected: 4))
    // One row of 5000 fields and 10,000 of one would be a table of 400 MB out of 50 kB.
    let names = (0..<5000).map { "x\($0)" }.joined(separator: ",")
    let row = [String](repeating: "1", count: 5000).joined(separator: ",")
    let text = names + "\n" + row + "\n" + String(repeating: "1\n", count: 10_000)
    #expect(try error(text) == .ragged("t.csv", line: 3, found: 1, expected: 5000))
  }

  @Test("text that a program sends has no short rows")
  func strict() throws {
    #expect(
      try error("a,b\n1,2\n3\n") { $0.isStrict = true } == .ragged("t.csv", line: 3, found: 1, expected: 2))
  }

  @Test("a table without the separators of empty cells at the end of its rows is the table with them")
  func omitted() throws {
    var random = RandomStream(seed: 5)
    for _ in 0..<40 {
      let (width, rows) = (2 + Int(random.next() % 5), 3 + Int(random.next() % 20))
      var lines = [(0..<width).map { "n\($0)" }]
      lines.append((0..<width).map { "\($0).5" })
      for _ in 0..<rows {
        lines.append(
          ["x\(random.next() % 3)"]
            + (1..<width).map { _ in random.next() % 3 == 0 ? "" : "\(random.next() % 90)" })
      }
      let full = lines.map { $0.joined(separator: ";") + "\n" }.joined()
      let omitted = lines.map { fields in
        var kept = fields
        while kept.last == "" { kept.removeLast() }
        return kept.joined(separator: ";") + "\n"
      }.joined()
      let (left, right) = (try read(full), try read(omitted))
      #expect(left.columns.map(\.name) == right.columns.map(\.name))
      for (one, two) in zip(left.columns, right.columns) { #expect(one.texts() == two.texts()) }
    }
  }

  // Lines before the table.

  /// Whether lines of titles can stand before a case: it has names in its first line and no mark of its own there.
  private static func takesTitles(_ one: TableCases.Case) -> Bool {
    guard let text = one.text, one.columns.count > 2, one.rows > 2 else { return false }
    let outside = [
      "no names", "remarks", "sep=", "byte order mark", "blank lines", "write.table", "savetxt", "numbered",
    ]
    return !outside.contains { one.name.contains($0) } && !text.hasPrefix("#") && !text.hasPrefix("\u{feff}")
      && !one.name.contains("years") && !one.name.contains("blanks,") && !one.name.contains("wavelengths")
  }

  @Test(
    "titles before a table of any dialect change nothing but the lines, found out or passed over by number",
    arguments: TableCases.all.filter(takesTitles))
  func titles(one: TableCases.Case) throws {
    let text = try #require(one.text)
    let end = text.contains("\r\n") ? "\r\n" : text.contains("\n") ? "\n" : "\r"
    let plain = try one.reader.read(bytes: one.bytes, name: "case.csv")
    let title = "Population by region" + end + "Source: statistics office" + end + end
    for skip in [nil, 3] {
      var reader = one.reader
      reader.skip = skip
      let table = try reader.read(bytes: Array((title + text).utf8), name: "case.csv")
      #expect(table.columns.map(\.name) == plain.columns.map(\.name))
      #expect(table.columns.map { $0.texts() } == plain.columns.map { $0.texts() })
      let (found, old) = (try #require(table.reading), try #require(plain.reading))
      #expect(found.line(ofRow: 1) == old.line(ofRow: 1) + 3)
      #expect(found.notes.contains { $0.hasPrefix("lines 1 to 3") } == (skip == nil))
    }
  }

  @Test("titles as spreadsheets write them have empty cells; short lines of two words are titles too")
  func cells() throws {
    let rows = (0..<10).map { "C\($0),X\($0),\($0 * 3),\($0 * 7)" }.joined(separator: "\n") + "\n"
    let names = "country,code,1960,1961\n"
    let plain = try read(names + rows)
    for title in [
      "Population,,,\n,,,\n", "Data source,\n\nLast updated,\n\n", "Population\n", "\"Title, long\"\n",
    ] {
      let table = try read(title + names + rows)
      #expect(table == plain, "\(title)")
      #expect(try notes(table).contains("--skip 0"))
    }
    // Read as they stand, titles are the names, and rows do not fit them.
    #expect(try error("Population\n" + names + rows) { $0.skip = 0 }.description.contains("--skip"))
    #expect(try error(names) { $0.skip = 4 } == .allSkipped("t.csv", lines: 4))
  }

  @Test("one name over two columns is that of a table with row names, not a title")
  func rowNames() throws {
    let table = try read("\"x\"\n\"r1\",5\n\"r2\",7\n\"r3\",2\n")
    #expect(table.columns.map(\.name) == ["row_names", "x"])
  }

  @Test("rows keep their text, and what stands before the table stays there")
  func text() throws {
    let file = "Title\n\na,b,c\n1,2,3\n4\n5,6,7\n"
    let (table, text) = try TableReader().readText(bytes: Array(file.utf8), name: "t.csv")
    #expect(table.rowCount == 3)
    #expect(String(decoding: text.file((0..<3).map { .record($0) }), as: UTF8.self) == file)
    let numbered = text.file([.record(1)], firstFields: [("row", ["2"]), ("line", ["5"])])
    #expect(String(decoding: numbered, as: UTF8.self) == "Title\n\nrow,line,a,b,c\n2,5,4\n")
  }

  // Lines behind the table, and files that are none.

  @Test("sources and remarks behind a blank line are no rows, and stay where they are")
  func footers() throws {
    let table = "region,v,w\n" + (0..<12).map { "r\($0),\($0).5,\($0 * 2)\n" }.joined()
    for end in [
      "\nSource: Office of statistics\n", "\n\nSource: x\nLast updated 2021", ",,\nSource: x,,\n,,\n",
      "\n\"a, b, c\"",
    ] {
      let found = try read(table + end)
      #expect(found == (try read(table)), "\(end)")
      #expect(try notes(found).contains("behind a blank line"), "\(end)")
      let (_, text) = try TableReader().readText(bytes: Array((table + end).utf8), name: "t.csv")
      #expect(text.file((0..<12).map { .record($0) }) == Array((table + end).utf8), "\(end)")
    }
    // Rows behind a blank line are rows, and a blank line within a quoted field is text.
    #expect(try read(table + "\nr12,1,2\n").rowCount == 13)
    #expect(try read("a,b,c\n1,2,3\n4,5,\"one\n\ntwo\"\n").rowCount == 2)
  }

  @Test(
    "files that are no text of a table say what they are and what to do",
    arguments: [
      ("PK\u{03}\u{04}xl", "workbook"), ("PAR1\u{15}\u{04}\u{15}", "Parquet"),
      ("<!DOCTYPE html>\n<html>", "web page"),
      ("\u{FEFF}\n  <html>", "web page"), ("% remark\n@RELATION x\n@data\n1,2\n", "ARFF"),
      ("{\"a\": 1}", "JSON"),
      ("[{\"a\": 1}]", "JSON"), ("SQLite format 3\u{00}", "SQLite"), ("BZh91AY&SY\u{01}\u{02}", "bzip2"),
    ])
  func foreign(text: String, word: String) throws {
    #expect(try read("PAR1,BZh\n1,2\n3,4\n").columns.map(\.name) == ["PAR1", "BZh"])
    for name in ["PAR1größe", "BZh9 愛", "BZh91AY", "SQLite format 3", "BZh", "PAR1"] {
      #expect(try read("\(name),größe\n1,2\n3,4\n").columns.map(\.name) == [name, "größe"])
    }
    let found = try error(text)
    #expect(found.description.contains(word), "\(found)")
    if word == "ARFF" {
      let table = try read(text) { ($0.skip, $0.hasHeader) = (3, false) }
      #expect(table.columns.map { $0.texts() } == [["1"], ["2"]])
    }
  }

  @Test(
    "numbers as people set them: parentheses below zero, lakhs, a true minus sign, blanks that do not break")
  func typeset() throws {
    let rows = "\"(1,200.50)\",\"1,23,456.00\",−3.5,\u{00A0}7\n\"$2,000.00\",\"12,345.25\",4,8\u{00A0}\n"
    let table = try read("a,b,c,d\n" + rows) { $0.thousands = UInt8(ascii: ",") }
    #expect(
      table.columns.map { $0.texts() } == [
        ["-1200.5", "2000"], ["123456", "12345.25"], ["-3.5", "4"], ["7", "8"],
      ])
    // The last two need no option.
    let plain = try read("c,d\n−3.5,\u{00A0}7\n4,8\u{00A0}\n")
    #expect(plain.columns.map { $0.texts() } == [["-3.5", "4"], ["7", "8"]])
    for wrong in ["1,2,3", "12,34,56", "1,23,4567", "(-3)", "()", "1,234,56,789"] {
      let found = try read("a;b\n\(wrong);1\n5;1\n") { ($0.thousands, $0.separator) = (44, 59) }
      #expect(found.columns[0].texts()[0] == wrong, "\(wrong)")
    }
  }

  @Test("a column of mostly numbers that is read as words says which word is in the way")
  func strangers() throws {
    let rows = (0..<60).map { $0 % 9 == 3 ? "<0.5,x" : "\($0).25,x" }.joined(separator: "\n")
    #expect(try notes(read("crp,k\n" + rows + "\n")).contains("--na 'crp=<0.5'"))
  }

  // Missing values of single columns.

  @Test("a word or number that is missing in one column is a value in the others")
  func columns() throws {
    let text = "age,score,k\n0,0,x\n31,0,none\n-1,-1,x\n40,2,y\n"
    let table = try read(text) { $0.columnMissing = ["age": ["0", "-1"], "k": ["none"]] }
    #expect(table.columns.map { $0.values.missing } == [2, 0, 1])
    // Other spellings of the number count too.
    let spelled = try read("age,b\n0.0,1\n00,1\n5,0.0\n") { $0.columnMissing = ["age": ["0"]] }
    #expect(spelled.columns.map { $0.values.missing } == [2, 0])
    #expect(
      try error(text) { $0.columnMissing = ["wage": ["0"]] }
        == .unknownColumn("t.csv", name: "wage", known: ["age", "score", "k"]))
  }

  // What makes reading fast gives the same as reading slowly.

  @Test("numbers read on the way are those of the C library")
  func numbers() throws {
    var random = RandomStream(seed: 9)
    let alphabet = Array("0123456789.-+eE ")
    for _ in 0..<20_000 {
      let text = String((0..<(1 + Int(random.next() % 20))).map { _ in alphabet[Int(random.next() % 16)] })
      var copy = text
      let (value, prefix) = copy.withUTF8 { bytes in
        (DecimalNumber.value(bytes[...]), DecimalNumber.prefix(bytes, from: 0))
      }
      let isNumber = text.wholeMatch(of: /[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?/) != nil
      #expect((value != nil) == isNumber, "\(text)")
      if let value, let right = Double(text) { #expect(value == right, "\(text)") }
      if let prefix {
        let head = String(text.prefix(prefix.end))
        #expect(Double(head) ?? Double(head + "0") ?? Double("0" + head) == prefix.value, "\(text)")
      }
    }
  }

  @Test("words are told apart by their bytes and quotes, however many there are")
  func words() throws {
    var random = RandomStream(seed: 3)
    let (few, many) = (
      ["a", "b", "a\"\"b", "a\"b", "", "NA", "ä", "word, long"], (0..<40_000).map { "w\($0)" }
    )
    for pool in [few, many] {
      let texts = (0..<60_000).map { _ in pool[Int(random.next() % UInt64(pool.count))] }
      let lines = texts.map { word in
        word.contains("\"") || word.contains(",") || random.next() % 2 == 0
          ? "\"" + word.replacing("\"", with: "\"\"") + "\",1" : word + ",1"
      }
      let table = try read("word,n\n" + lines.joined(separator: "\n") + "\n")
      let found = table.columns[0].texts()
      #expect(found.map { $0 ?? "" } == texts.map { ["", "NA"].contains($0) ? "" : $0 })
    }
  }

  @Test("a separator that numbers contain still separates")
  func separators() throws {
    for mark in ["-", ".", "1", "e"] {
      let table = try read("a\(mark)b\n2\(mark)3\n4\(mark)5\n") { $0.separator = mark.utf8.first }
      #expect(table.columns.map { $0.texts() } == [["2", "4"], ["3", "5"]], "\(mark)")
    }
  }
}
