import Experiments
import Foundation
import Learning
import Testing

@Suite("Models from the command line")
struct ModelCommandTests {
  @Test(
    "train, predict, evaluate and explain on built-in data", arguments: ["tree", "logistic", "forest", "mlp"])
  func classifier(model: String) throws {
    let folder = try Folder()
    let settings =
      model == "forest" ? ["--set", "treeCount=5"] : model == "mlp" ? ["--set", "hidden=[8]"] : []
    let train = try Program.run(
      [
        "train", "--data", "breast-cancer-diagnostic", "--target", "diagnosis", "--model", model, "-o",
        "m.json",
      ]
        + settings, in: folder.path)
    #expect(train.status == 0, "\(train.errors)")
    #expect(train.errors.contains("numeric columns: 30"))
    let file = try ModelFile(bytes: [UInt8](folder.data("m.json")), name: "m.json")
    #expect(file.provenance?.recipe == model && file.provenance?.sha256.count == 64)
    let answers = try Program.run(
      ["predict", "--model", "m.json", "--data", "breast-cancer-diagnostic", "-o", "p.csv", "--quiet"],
      in: folder.path)
    #expect(answers.status == 0, "\(answers.errors)")
    let lines = String(decoding: try folder.data("p.csv"), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 570)
    #expect(lines[0] == "row,diagnosis,probability:benign,probability:malignant")
    let evaluation = try Program.run(
      ["evaluate", "--model", "m.json", "--data", "breast-cancer-diagnostic", "--json", "--quiet"],
      in: folder.path)
    let document = try ResultsDocument(json: evaluation.output)
    let metrics = try #require(document.outcomes.first).metrics
    #expect((metrics["accuracy"] ?? 0) > 0.9)
    #expect((metrics["baseline_accuracy"] ?? 1) < 0.7)
    let explained = try Program.run(["explain", "--model", "m.json"], in: folder.path)
    #expect(explained.status == 0 && explained.output.contains("trained on 398 rows"))
  }

  @Test("the same seed writes the same model with any number of threads")
  func repeatable() throws {
    let folder = try Folder()
    for threads in ["1", "2"] {
      let run = try Program.run(
        [
          "train", "--data", "digits", "--target", "digit", "--model", "tree", "--threads", threads, "-o",
          "\(threads).json",
        ],
        in: folder.path)
      #expect(run.status == 0)
    }
    #expect(try folder.data("1.json") == folder.data("2.json"))
  }

  @Test("mistakes end with one sentence and the right code")
  func mistakes() throws {
    let folder = try Folder()
    _ = try folder.write("cut.json", "{\"format\":\"bezoar-model\",\"version\":1,\"pipe")
    _ = try folder.write("flat.csv", "a,b\n1,x\n2,x\n")
    let cases: [([String], Int32, String)] = [
      (
        ["train", "--data", "wine", "--target", "cultivar", "--model", "none", "-o", "m"], 2,
        "no learner is called"
      ),
      (
        [
          "train", "--data", "wine", "--target", "cultivar", "--model", "tree", "--set", "pruning=-1", "-o",
          "m",
        ], 2, "pruning"
      ),
      (["train", "--data", "wine", "--target", "no", "--model", "tree", "-o", "m"], 1, "no column 'no'"),
      (["train", "--data", "wine", "--target", "cultivar", "--model", "ridge", "-o", "m"], 1, "not numeric"),
      (
        ["train", "--data", "flat.csv", "--target", "b", "--model", "tree", "--test", "0", "-o", "m"], 1,
        "two classes"
      ),
      (
        ["train", "--data", "absent.csv", "--target", "b", "--model", "tree", "-o", "m"], 1,
        "no file absent.csv"
      ),
      (["predict", "--model", "cut.json", "--data", "wine"], 1, "no whole JSON document"),
      (["predict", "--model", "absent.json", "--data", "wine"], 1, "does not exist"),
      (["evaluate", "--model", "flat.csv", "--data", "wine"], 1, "flat.csv"),
    ]
    for (arguments, status, words) in cases {
      let run = try Program.run(arguments, in: folder.path)
      #expect(run.status == status, "\(arguments): \(run.errors)")
      #expect(run.errors.contains(words), "\(arguments): \(run.errors)")
      #expect(!folder.exists("m"))
    }
  }
}
