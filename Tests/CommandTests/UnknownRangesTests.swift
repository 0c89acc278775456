import Experiments
import Foundation
import TestSupport
import Testing

/// Models whose inputs have no known range, hold whole numbers only, or are indicators of categories.
@Suite("Inputs that a model does not describe")
struct UnknownRangesTests {
  #if ONNX
    @Test(
      "A softmax model of scikit-learn without ranges is stolen exactly, wherever its ranges come from",
      arguments: [
        ([], "-1 to 1"), (["--data", "rows"], "taken from the rows of iris3"),
        (["--ranges", "0:8"], "0.0 to 8.0"),
      ] as [([String], String)])
    func steal(_ options: [String], _ note: String) throws {
      let folder = try Folder()
      let words = options.map { $0 == "rows" ? FixtureFile.path("tables/iris3.csv") : $0 }
      let theft = try BuiltProgram.metrics(
        ["steal", "--model", FixtureFile.path("onnx/iris-without-ranges.onnx"), "-o", "s.json"] + words,
        in: folder)
      // Four columns and one more, and twenty to check the copy, as from a service with the same model.
      #expect(theft.metrics["queries"] == 25 && theft.metrics["complete"] == 1)
      #expect(theft.metrics["r_unif"] == 0)
      #expect(theft.errors.contains(note), "\(theft.errors)")
      if words.first == "--data" { #expect(theft.metrics["r_test"] == 0) }
    }

    @Test("Its classes are rebuilt within the ranges of the rows", arguments: [false, true])
    func invert(_ isBlackBox: Bool) throws {
      let folder = try Folder()
      let arguments = [
        "invert", "--model", FixtureFile.path("onnx/iris-without-ranges.onnx"), "--class", "all", "--data",
        FixtureFile.path("tables/iris3.csv"), "-o", "o",
      ]
      let found = try BuiltProgram.metrics(arguments + (isBlackBox ? ["--black-box"] : []), in: folder)
      #expect(try #require(found.metrics["confidence"]) > 0.9)
      #expect(found.errors.contains("taken from the rows of iris3"), "\(found.errors)")
      // Every class, also those at which the published start in the lower corner has no gradient.
      let document = try ResultsDocument(
        json: String(decoding: try folder.data("o/results.json"), as: UTF8.self))
      #expect(document.outcomes.count == 3)
      for outcome in document.outcomes {
        #expect(try #require(outcome.metrics["confidence"]) > 0.5, "\(outcome)")
      }
      let rows = String(decoding: try folder.data("o/classes.csv"), as: UTF8.self).split(separator: "\n")
        .dropFirst().map { $0.split(separator: ",").dropFirst().compactMap { Double($0) } }
      // The smallest and the largest value of every column of the file.
      let ranges = [4.3...7.9, 2.0...4.4, 1.0...6.9, 0.1...2.5]
      #expect(rows.count == 3 && rows.allSatisfy { $0.count == 4 })
      for row in rows { #expect(zip(row, ranges).allSatisfy { $1.contains($0) }, "\(row)") }
      let plain = try BuiltProgram.run(
        [
          "invert", "--model", FixtureFile.path("onnx/iris-without-ranges.onnx"), "--class", "all", "-o", "p",
        ],
        in: folder.path)
      #expect(plain.status == 0 && plain.errors.contains("-1 to 1"), "\(plain.errors)")
    }
  #endif

  @Test("A ridge model on indicator columns is stolen exactly, from its file and over HTTP in every dialect")
  func indicators() async throws {
    let folder = try Folder()
    let table = FixtureFile.path("tables/dummy-columns.csv")
    let trained = try BuiltProgram.run(
      ["train", "--data", table, "--target", "y", "--model", "ridge", "-o", "m.json", "-q"], in: folder.path)
    try #require(trained.status == 0, "\(trained.errors)")
    let theft = try BuiltProgram.metrics(
      ["steal", "--model", "m.json", "--data", table, "-o", "s.json"], in: folder)
    #expect(theft.metrics["complete"] == 1)
    #expect(try #require(theft.metrics["difference_unif"]) < 1e-9, "\(theft)")
    #if HTTP
      for dialect in ["v2", "mlflow", "kserve-v1", "amazon"] {
        try BuiltProgram.serving(["--model", "m.json", "--dialect", dialect], in: folder) { url in
          let remote = try BuiltProgram.metrics(
            ["steal", url, "--check", "50", "-o", "\(dialect).json"], in: folder)
          #expect(remote.metrics["complete"] == 1, "\(dialect): \(remote)")
        }
      }
    #endif
  }
}
