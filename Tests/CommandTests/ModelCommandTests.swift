import Experiments
import Foundation
import Learning
import LinearAlgebra
import TestSupport
import Testing

@Suite("Models from the command line")
struct ModelCommandTests {
  @Test(
    "train, predict, evaluate and explain on built-in data", arguments: ["tree", "logistic", "forest", "mlp"])
  func classifier(model: String) throws {
    let folder = try Folder()
    let settings =
      model == "forest" ? ["--set", "treeCount=5"] : model == "mlp" ? ["--set", "hidden=[8]"] : []
    let train = try BuiltProgram.run(
      [
        "train", "--data", "breast-cancer-diagnostic", "--target", "diagnosis", "--model", model, "-o",
        "m.json",
      ]
        + settings, in: folder.path)
    #expect(train.status == 0, "\(train.errors)")
    #expect(train.errors.contains("numeric columns: 30"))
    let file = try ModelFile(bytes: [UInt8](folder.data("m.json")), name: "m.json")
    #expect(file.provenance?.recipe == model && file.provenance?.sha256.count == 64)
    let answers = try BuiltProgram.run(
      ["predict", "--model", "m.json", "--data", "breast-cancer-diagnostic", "-o", "p.csv", "--quiet"],
      in: folder.path)
    #expect(answers.status == 0, "\(answers.errors)")
    let lines = String(decoding: try folder.data("p.csv"), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 570)
    #expect(lines[0] == "row,diagnosis,probability:benign,probability:malignant")
    let evaluation = try BuiltProgram.run(
      ["evaluate", "--model", "m.json", "--data", "breast-cancer-diagnostic", "--json", "--quiet"],
      in: folder.path)
    let document = try ResultsDocument(json: evaluation.output)
    let metrics = try #require(document.outcomes.first).metrics
    #expect((metrics["accuracy"] ?? 0) > 0.9)
    #expect((metrics["baseline_accuracy"] ?? 1) < 0.7)
    let explained = try BuiltProgram.run(["explain", "--model", "m.json"], in: folder.path)
    #expect(explained.status == 0 && explained.output.contains("trained on 398 rows"))
  }

  @Test("the same seed writes the same model with any number of threads")
  func repeatable() throws {
    let folder = try Folder()
    for threads in ["1", "2"] {
      let run = try BuiltProgram.run(
        [
          "train", "--data", "digits", "--target", "digit", "--model", "tree", "--threads", threads, "-o",
          "\(threads).json",
        ],
        in: folder.path)
      #expect(run.status == 0)
    }
    #expect(try folder.data("1.json") == folder.data("2.json"))
  }

  /// Sixty rows of two features; row `i` stands `times(i)` times, or once with that weight.
  private func weighted(_ times: (Int) -> Int, repeating: Bool) -> String {
    var text = "a,b,count,kind\n"
    for row in 0..<60 {
      let line = "\(row * 7 % 60),\(row * 11 % 13),"
      let kind = (row * 5) % 9 < 4 ? "yes" : "no"
      if repeating {
        text += String(repeating: line + "\(row % 2),\(kind)\n", count: times(row))
      } else {
        text += line + "\(times(row)),\(kind)\n"
      }
    }
    return text
  }

  @Test("a column of weights trains as repeated rows do", arguments: ["logistic", "ovr", "softmax"])
  func weights(model: String) throws {
    let folder = try Folder()
    _ = try folder.write("w.csv", weighted({ $0 % 3 + 1 }, repeating: false))
    _ = try folder.write("r.csv", weighted({ $0 % 3 + 1 }, repeating: true))
    let common = ["train", "--target", "kind", "--model", model, "--test", "0", "--scale", "none"]
    let one = try BuiltProgram.run(
      common + ["--data", "w.csv", "--weights", "count", "-o", "w.json"], in: folder.path)
    let other = try BuiltProgram.run(
      common + ["--data", "r.csv", "--ignore", "count", "-o", "r.json"], in: folder.path)
    #expect(one.status == 0 && other.status == 0, "\(one.errors) \(other.errors)")
    let models = try ["w.json", "r.json"].map { name in
      try ModelFile(bytes: [UInt8](folder.data(name)), name: name)
    }
    guard case .linearClassifier(let left) = models[0].pipeline.model,
      case .linearClassifier(let right) = models[1].pipeline.model
    else {
      Issue.record("no linear classifiers")
      return
    }
    for (a, b) in zip(left.weights.elements + left.intercepts, right.weights.elements + right.intercepts) {
      #expect(abs(a - b) < 1e-7)
    }
    #expect(models[0].provenance?.weights == "count" && models[0].provenance?.testShare == 0)
  }

  @Test("balanced class weights are those of the setting, and factors are taken by name")
  func classWeights() throws {
    let folder = try Folder()
    _ = try folder.write("w.csv", weighted({ _ in 1 }, repeating: true))
    let common = ["train", "--data", "w.csv", "--target", "kind", "--model", "logistic", "--test", "0"]
    let variants = [
      ["--class-weights", "balanced"], ["--set", "isBalanced=true"], ["--class-weights", "yes=3"],
      ["--set", "classWeights=[1,3]"],
    ]
    let models = try variants.map { options in
      let run = try BuiltProgram.run(common + options + ["-o", "m.json"], in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
      return try ModelFile(bytes: [UInt8](folder.data("m.json")), name: "m.json").pipeline.model
    }
    #expect(models[0] == models[1] && models[2] == models[3] && models[0] != models[2])
  }

  @Test("explanations and predictions speak JSON, with the confidence of the leaf in five decimals")
  func explanation() throws {
    let folder = try Folder()
    let train = try BuiltProgram.run(
      [
        "train", "--data", "iris-fisher", "--target", "species", "--model", "tree", "--set",
        "confidence=wilson",
        "--set", "priorityFeature=petal width", "--set", "priorityDepth=1", "--test", "0", "-o", "t.json",
      ], in: folder.path)
    #expect(train.status == 0, "\(train.errors)")
    let text = try BuiltProgram.run(["explain", "--model", "t.json"], in: folder.path).output
    // Fifty rows of one class: Wilson's bound at 95 %.
    #expect(text.contains("0.92865") && text.contains("50 0 0"))
    let explained = try BuiltProgram.run(["explain", "--model", "t.json", "--json"], in: folder.path)
    let tables = try JSONSerialization.jsonObject(with: Data(explained.output.utf8)) as? [[String: Any]]
    #expect(tables?.count == 2)
    let predicted = try BuiltProgram.run(
      ["predict", "--model", "t.json", "--data", "iris-fisher", "--json"], in: folder.path)
    let document = try JSONSerialization.jsonObject(with: Data(predicted.output.utf8)) as? [String: Any]
    let rows = document?["predictions"] as? [[String: Any]]
    #expect(rows?.count == 150 && rows?[0]["prediction"] as? String == "setosa")
    #expect(rows?[0]["confidence"] as? Double == 0.92865)
    let evaluated = try BuiltProgram.run(
      ["evaluate", "--model", "t.json", "--data", "iris-fisher", "--json"], in: folder.path)
    let metrics = try #require(ResultsDocument(json: evaluated.output).outcomes.first).metrics
    #expect(metrics["count:setosa>setosa"] == 50 && metrics["recall:setosa"] == 1)
  }

  @Test("mistakes end with one sentence and the right code")
  func mistakes() throws {
    let folder = try Folder()
    _ = try folder.write("cut.json", "{\"format\":\"bezoar-model\",\"version\":1,\"pipe")
    _ = try folder.write("flat.csv", "a,b\n1,x\n2,x\n")
    _ = try folder.write("negative.csv", "a,b\n1,2\n-1,3\n2,2.5\n3,1\n")
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
      (
        [
          "train", "--data", "wine", "--target", "cultivar", "--model", "tree", "--class-weights", "no=2",
          "-o", "m",
        ], 1, "names the class 'no'"
      ),
      (
        [
          "train", "--data", "wine", "--target", "cultivar", "--model", "tree", "--class-weights", "1", "-o",
          "m",
        ], 2,
        "class=factor"
      ),
      (
        ["train", "--data", "wine", "--target", "cultivar", "--model", "tree", "--weights", "no", "-o", "m"],
        1,
        "no column 'no'"
      ),
      (
        ["train", "--data", "negative.csv", "--target", "b", "--model", "ols", "--weights", "a", "-o", "m"],
        1,
        "sample weight"
      ),
      (["predict", "--model", "cut.json", "--data", "wine"], 1, "no whole JSON document"),
      (["predict", "--model", "absent.json", "--data", "wine"], 1, "does not exist"),
      (["evaluate", "--model", "flat.csv", "--data", "wine"], 1, "flat.csv"),
    ]
    for (arguments, status, words) in cases {
      let run = try BuiltProgram.run(arguments, in: folder.path)
      #expect(run.status == status, "\(arguments): \(run.errors)")
      #expect(run.errors.contains(words), "\(arguments): \(run.errors)")
      #expect(!folder.exists("m"))
    }
  }
}
