import Foundation
import TestSupport
import Testing

/// Bad input gets one clear sentence, the right exit code, and leaves no file.
@Suite("Bad input")
struct BadInputTests {
  /// A table of 60 rows with a number, a category and a target.
  static func table(
    rows: Int = 60, header: String = "age,race,dose", _ change: (Int, String) -> String = { $1 }
  ) -> String {
    var lines = [header]
    for row in 0..<rows {
      let race = ["a", "b", "c"][row % 3]
      let dose = Double(row % 7) * 1.5 + Double(row % 3) * 4 + Double(row * row % 11) / 10
      lines.append(change(row, "\(20 + row % 50),\(race),\(dose)"))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String?
    var options = ["--target", "dose"]
    let status: Int32
    let words: [String]
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "missing file", text: nil, status: 1, words: ["data.csv"]),
    Case(name: "empty file", text: "", status: 1, words: ["data.csv", "empty"]),
    Case(name: "header only", text: "age,race,dose\n", status: 1, words: ["header", "row"]),
    Case(
      name: "ragged row", text: table { $0 == 4 ? "1,2,3,4" : $1 }, status: 1,
      words: ["line 6", "4 fields", "expected 3"]),
    Case(
      name: "text in a numeric target", text: table { $0 == 4 ? "30,a,much" : $1 }, status: 1,
      words: ["dose", "numeric"]),
    Case(
      name: "constant target", text: table { row, _ in "\(row),a\(row % 2),5" }, status: 1,
      words: ["dose", "every row"]),
    Case(
      name: "all-missing column", text: table { _, line in line.replacing(/^\d+/, with: "NA") }, status: 1,
      words: ["age", "no value"]),
    Case(
      name: "target absent", text: table(), options: ["--target", "doze"], status: 1,
      words: ["doze", "did you mean 'dose'"]),
    Case(
      name: "rate 0", text: table(), options: ["--target", "dose", "--rate", "0"], status: 2, words: ["rate"]),
    Case(
      name: "rate 1", text: table(), options: ["--target", "dose", "--rate", "1"], status: 2, words: ["rate"]),
    Case(
      name: "rate next to 1", text: table(), options: ["--target", "dose", "--rate", "0.9999999999"],
      status: 2, words: ["rate", "0.99"]),
    Case(
      name: "negative rate", text: table(), options: ["--target", "dose", "--rate=-0.1"], status: 2,
      words: ["rate"]),
    Case(
      name: "rate not a number", text: table(), options: ["--target", "dose", "--rate", "nan"], status: 2,
      words: ["rate"]),
    Case(
      name: "fewer rows than folds", text: table(rows: 4), options: ["--target", "dose", "--model", "lasso"],
      status: 1, words: ["rows"]),
    Case(
      name: "infinite value", text: table { $0 == 9 ? "inf,a,3" : $1 }, status: 1,
      words: ["line 11", "age", "inf"]),
    Case(
      name: "unclosed quote", text: table { $0 == 9 ? "\"30,a,3" : $1 }, status: 1,
      words: ["line 11", "quote"]),
  ]

  @Test("poison says one sentence, ends with the right code and writes nothing", arguments: cases)
  func poison(one: Case) throws {
    try check(one, ["poison", "--data", "data.csv"] + one.options + ["-o", "out.csv"])
  }

  @Test("defend says one sentence, ends with the right code and writes nothing", arguments: cases)
  func defend(one: Case) throws {
    try check(one, ["defend", "--data", "data.csv"] + one.options + ["-o", "out.csv"])
  }

  private func check(_ one: Case, _ arguments: [String]) throws {
    let folder = try Folder()
    if let text = one.text { _ = try folder.write("data.csv", text) }
    let result = try BuiltProgram.run(arguments, in: folder.path)
    #expect(result.status == one.status, "\(result.errors)")
    for word in one.words { #expect(result.errors.contains(word), "'\(word)' not in: \(result.errors)") }
    #expect(!result.errors.contains("Fatal") && !result.errors.contains("Backtrac"))
    #expect(!folder.exists("out.csv"))
  }

  @Test("a file that is not UTF-8")
  func notUTF8() throws {
    let folder = try Folder()
    var data = Data(Self.table().utf8)
    // A character in UTF-8 before says that this is damage and not Latin-1.
    data.append(contentsOf: [0x32, 0x2c, 0xc3, 0xa9, 0xff, 0xfe, 0x2c, 0x31, 0x0a])
    _ = try folder.write("data.csv", data)
    let result = try BuiltProgram.run(
      ["poison", "--data", "data.csv", "--target", "dose", "-o", "out.csv"], in: folder.path)
    #expect(result.status == 1 && result.errors.contains("UTF-8") && result.errors.contains("line 62"))
  }

  @Test(
    "usage errors end with 2 and say what is wrong",
    arguments: [
      ["no-such-command"], ["poison"], ["reproduce", "dosage", "--seeds", "0"],
      ["reproduce", "dosage", "--threads", "0"], ["reproduce", "dosage", "--seed", "18446744073709551615"],
      ["list", "--family", "nothing"],
    ])
  func usage(arguments: [String]) throws {
    let folder = try Folder()
    let result = try BuiltProgram.run(arguments, in: folder.path)
    #expect(result.status == 2 && !result.errors.isEmpty, "\(result.status) \(result.errors)")
  }

  @Test(
    "unknown methods and data sets name the known ones",
    arguments: [
      (["reproduce", "dosage", "--attacks", "optq"], "optp"),
      (["reproduce", "dosage", "--data", "nothing"], "iwpc-onehot"),
      (["list", "nothing"], "optp"),
    ])
  func unknown(arguments: [String], known: String) throws {
    let folder = try Folder()
    let result = try BuiltProgram.run(arguments, in: folder.path)
    #expect(result.status != 0 && result.errors.contains(known), "\(result.errors)")
  }

  @Test("absent data name every place searched and the command that fetches them")
  func absentData() throws {
    let folder = try Folder()
    // One folder deeper, so that no data stand beside it by chance.
    let inner = "\(folder.path)/inner"
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
    let result = try BuiltProgram.run(
      ["reproduce", "dosage", "--data", "iwpc"], in: inner,
      environment: ["BEZOAR_DATA": "\(folder.path)/none", "XDG_DATA_HOME": "\(folder.path)/home"])
    #expect(result.status == 1)
    for word in ["iwpc-raw.tsv", "none", "Datasets", "bezoar data get iwpc"] {
      #expect(result.errors.contains(word))
    }
  }

  @Test("an output folder that cannot be made is named")
  func unwritable() throws {
    let folder = try Folder()
    _ = try folder.write("file", "x")
    let result = try BuiltProgram.run(
      [
        "reproduce", "dosage", "--seeds", "1", "--attacks", "statp", "--defences", "none", "--output",
        "file/out",
      ],
      in: folder.path)
    #expect(result.status == 1 && result.errors.contains("folder"), "\(result.errors)")
  }
}
