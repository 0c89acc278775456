import Foundation
import Learning
import Tabular
import TestSupport
import Testing

@testable import Commands

/// A model file keeps the options with which its training table was read, and later tables are read alike.
@Suite("Reading as in training")
struct RememberedReadingTests {
  /// A file with semicolons, decimal commas, points between thousands, -9 for missing weights and percent.
  private static let text: String = {
    let rows = (0..<60).map { row in
      let weight = row % 7 == 3 ? "-9" : "\(50 + row % 30),\(row % 10)5"
      let price = "\(1 + row % 9).\(100 + row * 13 % 900)"
      return
        "\(weight);\(price);\(row % 11 * 9)%;\(row % 3 == 0 ? "a" : "b");\(-9 + row % 5);\(row * 17 % 40),5"
    }
    return "weight;price;share;zone;shift;y\n" + rows.joined(separator: "\n") + "\n"
  }()

  private static let options = [
    "--na", "weight=-9", "--decimal", ",", "--thousands", ".", "--delimiter", ";", "--kinds",
    "share=numeric,zone=categorical", "--header", "yes",
  ]

  private func trained(_ model: String = "ridge", _ options: [String] = Self.options) throws -> Folder {
    let folder = try Folder()
    _ = try folder.write("d.csv", Self.text)
    let result = try BuiltProgram.run(
      ["train", "--data", "d.csv", "--target", "y", "--model", model, "--test", "0", "-o", "m.json"]
        + options,
      in: folder.path)
    try #require(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("numeric columns: 4 (weight, price, share, shift)"), "\(result.errors)")
    return folder
  }

  @Test("predict and evaluate read a table as training did, and say so once; the same with the options again")
  func remembered() throws {
    let folder = try trained()
    for command in ["predict", "evaluate"] {
      let bare = try BuiltProgram.run([command, "--model", "m.json", "--data", "d.csv"], in: folder.path)
      let full = try BuiltProgram.run(
        [command, "--model", "m.json", "--data", "d.csv"] + Self.options, in: folder.path)
      #expect(bare.status == 0 && full.status == 0, "\(bare.errors)\(full.errors)")
      #expect(bare.output == full.output)
      for word in ["--na 'weight=-9'", "--decimal ','", "--thousands '.'", "--delimiter ';'", "--header yes"]
      {
        #expect(bare.errors.components(separatedBy: word).count == 2, "\(word): \(bare.errors)")
        #expect(!full.errors.contains("as the training table"), "\(full.errors)")
      }
    }
  }

  @Test("every other command that reads a table for a model file reads it so too")
  func everywhere() throws {
    let folder = try trained()
    let commands = [
      ["steal", "--model", "m.json", "--attack", "equation", "--data", "d.csv", "-o", "s.json"],
      ["invert", "--model", "m.json", "--data", "d.csv", "--sensitive", "zone", "-o", "report"],
    ]
    for command in commands {
      let result = try BuiltProgram.run(command, in: folder.path)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("as the training table of the model was"), "\(result.errors)")
    }
    // The copy takes the same tables as its victim.
    let file = try ModelFile.read(path: folder.path + "/s.json")
    let victim = try ModelFile.read(path: folder.path + "/m.json")
    #expect(file.provenance?.reading == victim.provenance?.reading)
    #expect(victim.provenance?.reading?.columnMissing == ["weight": ["-9"]])
  }

  @Test("an option that is given counts instead; the others stay")
  func explicit() throws {
    let folder = try trained()
    let plain = Self.text.replacing(";", with: "|")
    _ = try folder.write("bars.csv", plain)
    let model = ["predict", "--model", "m.json", "--data"]
    let bars = try BuiltProgram.run(model + ["bars.csv", "--delimiter", "|"], in: folder.path)
    let own = try BuiltProgram.run(model + ["d.csv"], in: folder.path)
    #expect(bars.status == 0 && bars.output == own.output, "\(bars.errors)")
    #expect(bars.errors.contains("--decimal ','") && !bars.errors.contains("--delimiter"), "\(bars.errors)")
    // Numbers as programs write them need both marks of numbers taken back.
    let points = try BuiltProgram.run(model + ["d.csv", "--decimal", "."], in: folder.path)
    #expect(points.status == 1 && points.errors.contains("--decimal ,"), "\(points.errors)")
  }

  @Test(
    "without remembered options a column of numbers that reads as words is an error that names the option")
  func forgotten() throws {
    let folder = try Folder()
    let numbers = (0..<40).map { "\($0 % 9).5,\($0 * 7 % 13),\($0 % 5)" }.joined(separator: "\n")
    _ = try folder.write("plain.csv", "a,b,y\n\(numbers)\n")
    let trained = try BuiltProgram.run(
      ["train", "--data", "plain.csv", "--target", "y", "--model", "ols", "-o", "m.json"], in: folder.path)
    #expect(trained.status == 0)
    #expect(try ModelFile.read(path: folder.path + "/m.json").provenance?.reading == nil)
    for (text, option) in [
      ("a;b\n1.000,5;2\n3.250,5;4\n", "--thousands '.' --decimal ,"), ("a,b\n12%,2\n", "--kinds 'a=numeric'"),
      ("a,b\n\"1,500\",2\n", "--thousands ','"),
    ] {
      _ = try folder.write("new.csv", text)
      let result = try BuiltProgram.run(
        ["predict", "--model", "m.json", "--data", "new.csv"], in: folder.path)
      #expect(result.status == 1, "\(result.output)")
      #expect(result.errors.contains("is not a number") && result.errors.contains(option), "\(result.errors)")
    }
  }

  @Test("options come through the file as they were; a mark that is none is a damaged file")
  func codable() throws {
    var options = ReadingOptions()
    #expect(options.isEmpty)
    options.missing = ["-9", "?"]
    options.columnMissing = ["a,b": ["0"]]
    options.kinds = ["zip": .categorical]
    options.hasHeader = false
    (options.decimal, options.thousands, options.separator) = (44, 46, 9)
    let data = try JSONEncoder().encode(options)
    #expect(try JSONDecoder().decode(ReadingOptions.self, from: data) == options)
    #expect(try JSONDecoder().decode(ReadingOptions.self, from: Data("{}".utf8)).isEmpty)
    for text in [
      "{\"decimal\":\"x\"}", "{\"separator\":\"ab\"}", "{\"thousands\":\".\"}", "{\"separator\":\"\\n\"}",
    ] {
      #expect(throws: DecodingError.self) {
        _ = try JSONDecoder().decode(ReadingOptions.self, from: Data(text.utf8))
      }
    }
    // Given marks of numbers replace both; kinds are replaced one by one.
    var given = ReadingOptions()
    given.decimal = 46
    given.kinds = ["y": .numeric]
    let both = given.completed(by: options)
    #expect(both.decimal == 46 && both.thousands == nil && both.missing == options.missing)
    #expect(both.kinds == ["zip": .categorical, "y": .numeric])
  }
}
