import Methods
import Experiments
import Foundation
import Learning
import Methods
import TestSupport
import Testing

@Suite("Attacks on privacy from the command line")
struct InversionCommandTests {
  /// People whose class follows from age and a secret, with a header.
  private func people(_ rows: Range<Int>) -> String {
    var text = "age,drug,secret,class\n"
    for row in rows {
      let (age, drug, secret) = (row * 37 % 101, row * 7 % 3, row * 11 % 5 < 2)
      let isHigh = age + (secret ? 40 : 0) > 70
      text += "\(age),\(["a", "b", "c"][drug]),\(secret ? "yes" : "no"),\(isHigh ? "high" : "low")\n"
    }
    return text
  }

  @Test("A trained tree: attacks beside the baselines, the same bytes with any number of threads")
  func attributes() throws {
    let folder = try Folder()
    _ = try folder.write("people.csv", people(0..<300))
    for threads in ["1", "2"] {
      let run = try BuiltProgram.run(
        [
          "invert", "--train", "tree", "--data", "people.csv", "--target", "class", "--sensitive", "secret",
          "--seeds", "2", "--output", "out\(threads)", "--threads", threads, "--quiet",
        ], in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
      for word in [
        "mode", "imputation, no response", "ideal", "map", "tree-counts", "csmia", "lomia", "k-anonymity",
      ] {
        #expect(run.output.contains(word))
      }
    }
    #expect(try folder.data("out1/results.json") == folder.data("out2/results.json"))
    let document = try ResultsDocument(
      json: String(decoding: folder.data("out1/results.json"), as: UTF8.self))
    #expect(document.outcomes.count { $0.attack == "tree-counts" } == 2)
    #expect(String(decoding: try folder.data("out1/report.html"), as: UTF8.self).contains("Guessing secret"))
  }

  @Test("A model file as a black box counts its queries; members and others apart")
  func modelFile() throws {
    let folder = try Folder()
    _ = try folder.write("in.csv", people(0..<200))
    _ = try folder.write("out.csv", people(200..<300))
    let train = try BuiltProgram.run(
      ["train", "--data", "in.csv", "--target", "class", "--model", "tree", "--test", "0", "-o", "m.json"],
      in: folder.path)
    #expect(train.status == 0, "\(train.errors)")
    let run = try BuiltProgram.run(
      [
        "invert", "--model", "m.json", "--data", "out.csv", "--members", "in.csv", "--sensitive", "secret",
        "--black-box", "--attack", "csmia", "--seeds", "1", "--output", "o", "--json", "--quiet",
      ], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    let outcome = try #require(try ResultsDocument(json: run.output).outcomes.first { $0.attack == "csmia" })
    // Two candidates for 200 members and 75 others; people who are alike are asked about once.
    #expect((outcome.metrics["queries"] ?? 0) > 100 && (outcome.metrics["queries"] ?? 1000) <= 550)
    #expect(outcome.metrics["member_accuracy"] != nil && outcome.metrics["other_accuracy"] != nil)
    let white = try BuiltProgram.run(
      [
        "invert", "--model", "m.json", "--data", "out.csv", "--sensitive", "secret", "--black-box",
        "--attack",
        "tree-counts", "--output", "o",
      ], in: folder.path)
    #expect(white.status == 1 && white.errors.contains("needs a classification tree with its counts"))
  }

  @Test("The one unknown row of a ridge regression comes out; without the penalty nothing is claimed")
  func row() throws {
    let folder = try Folder()
    let lines = people(0..<120).split(separator: "\n").map(String.init)
    _ = try folder.write("all.csv", lines.joined(separator: "\n") + "\n")
    _ = try folder.write("rest.csv", (lines[...0] + lines[2...]).joined(separator: "\n") + "\n")
    _ = try folder.write("one.csv", lines[...1].joined(separator: "\n") + "\n")
    func run(_ arguments: [String]) throws -> BuiltProgram.Result {
      try BuiltProgram.run(arguments, in: folder.path)
    }
    let train = [
      "train", "--data", "all.csv", "--target", "age", "--model", "ridge", "--test", "0", "--quiet",
    ]
    _ = try run(train + ["--set", "penalty=2", "-o", "m.json"])
    let found = try run(
      ["invert", "--model", "m.json", "--knows", "rest.csv", "--truth", "one.csv", "-o", "o", "--json"])
    #expect(found.status == 0, "\(found.errors)")
    let metrics = try #require(try ResultsDocument(json: found.output).outcomes.first?.metrics)
    #expect(try #require(metrics["relative_error"]) < 1e-8)
    #expect(try #require(metrics["relative_error_of_mean"]) > 0.1)
    #expect(folder.exists("o/row.csv") && folder.exists("o/report.html"))
    _ = try run(train + ["-o", "chosen.json"])
    let chosen = try run(["invert", "--model", "chosen.json", "--knows", "rest.csv", "-o", "o"])
    #expect(chosen.status == 1 && chosen.errors.contains("--set penalty"))
    let both = try run(["invert", "--model", "m.json", "--knows", "rest.csv", "--class", "a"])
    #expect(both.status == 2)
    let named = ["invert", "--model", "m.json", "--knows", "rest.csv", "-o", "o", "--attack"]
    #expect(try run(named + ["informed-adversary"]).status == 0)
    for (more, words) in [
      (["deletion"], "--before FILE"), (["nobody"], "known are informed-adversary, deletion"),
      (["informed-adversary", "--set", "penalty=-1"], "0..."),
      (["informed-adversary", "--set", "step=1"], "it has penalty"),
    ] {
      let refused = try run(named + more)
      #expect(refused.status == 2 && refused.errors.contains(words), "\(refused.errors)")
    }
    let other = try run(["invert", "--model", "m.json", "--class", "all", "--attack", "lira", "-o", "o"])
    #expect(other.status == 2 && other.errors.contains("known are mi-face"), "\(other.errors)")
  }

  @Test("A deleted row comes out near enough to be recognised")
  func deletion() throws {
    let folder = try Folder()
    let lines = people(0..<400).split(separator: "\n").map(String.init)
    _ = try folder.write("before.csv", lines[..<200].joined(separator: "\n") + "\n")
    _ = try folder.write("after.csv", (lines[...0] + lines[2..<200]).joined(separator: "\n") + "\n")
    _ = try folder.write("public.csv", (lines[...0] + lines[200...]).joined(separator: "\n") + "\n")
    _ = try folder.write("one.csv", lines[...1].joined(separator: "\n") + "\n")
    for name in ["before", "after"] {
      let train = try BuiltProgram.run(
        [
          "train", "--data", "\(name).csv", "--target", "age", "--model", "ridge", "--set", "penalty=1e-6",
          "--scale", "none", "--test", "0", "-o", "\(name).json", "--quiet",
        ], in: folder.path)
      #expect(train.status == 0, "\(train.errors)")
    }
    let run = try BuiltProgram.run(
      [
        "invert", "--model", "after.json", "--before", "before.json", "--data", "public.csv", "--truth",
        "one.csv", "-o", "o", "--json",
      ], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    let metrics = try #require(try ResultsDocument(json: run.output).outcomes.first?.metrics)
    #expect(try #require(metrics["relative_error"]) < 0.2)
    let setting = try BuiltProgram.run(
      [
        "invert", "--model", "after.json", "--before", "before.json", "--data", "public.csv", "-o", "o",
        "--set",
        "penalty=1",
      ], in: folder.path)
    #expect(setting.status == 2 && setting.errors.contains("deletion has no setting 'penalty'; it has none"))
  }

  @Test("People without a value somewhere are attacked too; members do not count as others")
  func gaps() throws {
    let folder = try Folder()
    var lines = people(0..<300).split(separator: "\n").map(String.init)
    for row in stride(from: 5, to: lines.count, by: 9) {
      var fields = lines[row].split(separator: ",").map(String.init)
      fields[1] = ""
      lines[row] = fields.joined(separator: ",")
    }
    _ = try folder.write("all.csv", lines.joined(separator: "\n") + "\n")
    _ = try folder.write("in.csv", lines[..<100].joined(separator: "\n") + "\n")
    let run = try BuiltProgram.run(
      [
        "invert", "--train", "tree", "--data", "all.csv", "--target", "class", "--sensitive", "secret",
        "--attack", "csmia,lomia", "--seeds", "1", "-o", "o", "--json",
      ], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try ResultsDocument(json: run.output).outcomes.contains { $0.attack == "csmia" })
    _ = try BuiltProgram.run(
      ["train", "--data", "in.csv", "--target", "class", "--model", "tree", "--test", "0", "-o", "m.json"],
      in: folder.path)
    let apart = try BuiltProgram.run(
      [
        "invert", "--model", "m.json", "--data", "all.csv", "--members", "in.csv", "--sensitive", "secret",
        "--attack", "map", "--seeds", "1", "-o", "o",
      ], in: folder.path)
    #expect(apart.status == 0 && apart.errors.contains("do not count as others"), "\(apart.errors)")
    let unknown = try BuiltProgram.run(
      [
        "invert", "--model", "m.json", "--data", "all.csv", "--sensitive", "secret", "--attack", "map",
        "--seeds", "1", "-o", "o",
      ], in: folder.path)
    #expect(!unknown.output.contains("others"))
    for list in ["mode", ",", "map,nothing"] {
      let wrong = try BuiltProgram.run(
        ["invert", "--model", "m.json", "--data", "all.csv", "--sensitive", "secret", "--attack", list],
        in: folder.path)
      #expect(wrong.status == 2, "\(list)")
    }
  }

  @Test("Classes of digits are rebuilt, with pictures and rows")
  func classes() throws {
    let folder = try Folder()
    let train = try BuiltProgram.run(
      ["train", "--data", "digits", "--target", "digit", "--model", "softmax", "-o", "m.json", "--quiet"],
      in: folder.path)
    #expect(train.status == 0)
    let run = try BuiltProgram.run(
      ["invert", "--model", "m.json", "--class", "3", "--width", "8", "--output", "o", "--quiet"],
      in: folder.path)
    #expect(run.status == 0 && run.output.contains("Exact gradients"), "\(run.errors)")
    #expect(String(decoding: try folder.data("o/report.html"), as: UTF8.self).contains("<svg"))
    #expect(
      String(decoding: try folder.data("o/classes.csv"), as: UTF8.self).split(separator: "\n").count == 2)
  }

  @Test("Membership of a tree: curves, figures and the risk of every record")
  func membership() throws {
    let folder = try Folder()
    let run = try BuiltProgram.run(
      [
        "membership", "--train", "tree", "--data", "breast-cancer-diagnostic", "--target", "diagnosis",
        "--shadows", "8", "--output", "o", "--json", "--quiet",
      ], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    let document = try ResultsDocument(json: run.output)
    #expect(Set(document.outcomes.map(\.attack)) == ["gap", "loss", "entropy", "shadow", "lira", "rmia"])
    let risk = String(decoding: try folder.data("o/risk.csv"), as: UTF8.self).split(separator: "\n")
    #expect(risk.count == 570 && risk[0].hasPrefix("file,row,member,class,gap_score,gap_false_alarms"))
    let rows = risk.dropFirst().compactMap { Int($0.split(separator: ",")[1]) }
    #expect(Set(rows) == Set(1...569) && risk[1].hasPrefix("breast-cancer-diagnostic,"))
    #expect(String(decoding: try folder.data("o/figures/roc.csv"), as: UTF8.self).contains("chance"))
  }

  @Test("Guards before the attacked model: named in results, with what they cost, and attacks that are left")
  func guardedMembership() throws {
    let folder = try Folder()
    func run(_ more: [String]) throws -> (status: Int32, output: String, errors: String) {
      let run = try BuiltProgram.run(
        [
          "membership", "--train", "tree", "--data", "breast-cancer-diagnostic", "--target", "diagnosis",
          "--shadows", "8", "--output", "o", "--json",
        ] + more, in: folder.path)
      return (run.status, run.output, run.errors)
    }
    let plain = try ResultsDocument(json: try run([]).output)
    let labels = try run(["--guard", "rounding:decimals=1", "--guard", "label-only"])
    #expect(labels.status == 0 && labels.errors.contains("lira is left out, as it needs the probabilities"))
    let document = try ResultsDocument(json: labels.output)
    #expect(document.outcomes.map(\.attack) == ["gap"])
    #expect(document.outcomes[0].defence == "rounding:decimals=1+label-only")
    #expect(document.methods.map(\.id) == ["gap", "rounding", "label-only"])
    let (bare, guarded) = (plain.outcomes.matching(attack: "gap")[0].metrics, document.outcomes[0].metrics)
    #expect(guarded["auc"] == bare["auc"] && bare["accuracy_others_unguarded"] == nil)
    #expect(guarded["accuracy_others_unguarded"] == bare["accuracy_others"])
    #expect(
      String(decoding: try folder.data("o/report.html"), as: UTF8.self).contains("Guards before the model"))
    let named = try run(["--guard", "label-only", "--attack", "lira"])
    #expect(named.status == 1 && named.errors.contains("lira needs the probabilities of all classes"))
    // Noise that belongs to a query is the same in every run, and shadow models have none.
    let noisy = ["--guard", "memguard:iterations=20", "--attack", "loss,lira", "--threads"]
    #expect(try run(noisy + ["1"]).output == run(noisy + ["2"]).output)
  }

  @Test(
    "Members that stand in the file of others too do not count as others, and the figures are those without them"
  )
  func sharedPeople() throws {
    let folder = try Folder()
    _ = try folder.write("in.csv", people(0..<150))
    _ = try folder.write("out.csv", people(150..<300))
    _ = try folder.write("mixed.csv", people(100..<300))
    let train = try BuiltProgram.run(
      ["train", "--data", "in.csv", "--target", "class", "--model", "tree", "--test", "0", "-o", "m.json"],
      in: folder.path)
    #expect(train.status == 0, "\(train.errors)")
    func run(_ others: String) throws -> BuiltProgram.Result {
      try BuiltProgram.run(
        [
          "membership", "--model", "m.json", "--members", "in.csv", "--others", others, "--attack",
          "gap,loss",
          "--output", "o", "--json",
        ], in: folder.path)
    }
    let (clean, mixed) = (try run("out.csv"), try run("mixed.csv"))
    #expect(clean.status == 0 && mixed.status == 0, "\(mixed.errors)")
    #expect(mixed.errors.contains("50 of the 200 records in mixed.csv are like a member in every column"))
    #expect(!clean.errors.contains("like a member"))
    #expect(mixed.output == clean.output)
    let same = try run("in.csv")
    #expect(same.status == 1 && same.errors.contains("records of in.csv that are like no record of in.csv"))
  }

  @Test("Few others: the share found at 0.1 % stands with its interval and the words for no false alarm")
  func fewOthers() throws {
    let folder = try Folder()
    _ = try folder.write("in.csv", people(0..<150))
    _ = try folder.write("out.csv", people(150..<300))
    let train = try BuiltProgram.run(
      ["train", "--data", "in.csv", "--target", "class", "--model", "tree", "--test", "0", "-o", "m.json"],
      in: folder.path)
    #expect(train.status == 0, "\(train.errors)")
    let run = try BuiltProgram.run(
      [
        "membership", "--model", "m.json", "--members", "in.csv", "--others", "out.csv", "--attack", "loss",
        "--output", "o", "--quiet",
      ], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    // 0 of 150: scipy.stats.beta.ppf(0.975, 1, 150) is 2.43 %.
    #expect(run.output.contains("150 others are too few to see a rate of 0.1 %"))
    #expect(run.output.contains("no false alarm, which leaves a rate of up to 2.43 % possible"))
    let document = try ResultsDocument(
      json: String(decoding: folder.data("o/results.json"), as: UTF8.self))
    let metrics = try #require(document.outcomes.first).metrics
    let (low, high) = (try #require(metrics["tpr_at_01_low"]), try #require(metrics["tpr_at_01_high"]))
    let found = try #require(metrics["tpr_at_01"])
    #expect(low <= found && found <= high && high - low > 0.01 && metrics["false_alarms_at_01"] == 0)
    let figure = String(decoding: try folder.data("o/figures/roc.csv"), as: UTF8.self)
    // Where the table has a share at 0.1 % or 1 %, the figure has the same one.
    for (name, rate) in [("tpr_at_01", "0.001"), ("tpr_at_1", "0.01")] {
      let value = try #require(metrics[name])
      let point = figure.split(separator: "\n").first { $0.contains("loss,\(rate),") }
      #expect((point != nil) == (value > 0))
      if let point { #expect(point.contains("loss,\(rate),\(value)"), "\(point)") }
    }
  }

  @Test("A sensitive column of many numbers is judged by its error, beside that of the baselines")
  func continuousColumn() throws {
    let folder = try Folder()
    _ = try folder.write("people.csv", people(0..<300))
    let run = try BuiltProgram.run(
      [
        "invert", "--train", "tree", "--data", "people.csv", "--target", "class", "--sensitive", "age",
        "--seeds", "2", "--output", "o", "--quiet",
      ], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("error, members") && run.output.contains("RMSE, others"))
    #expect(!run.output.contains("accuracy"))
    let document = try ResultsDocument(
      json: String(decoding: folder.data("o/results.json"), as: UTF8.self))
    for outcome in document.outcomes {
      #expect(outcome.metrics["other_absolute_error"] != nil && outcome.metrics["other_accuracy"] == nil)
    }
    // Ages are spread evenly over 0 to 100, so that the best guess without a model is 25 years off.
    let mode = try #require(document.outcomes.matching(attack: "mode").summary(of: "other_absolute_error"))
    #expect(abs(mode.mean - 25) < 3)
  }

  @Test("A model file behind a guard, trained to be unsure, with shadow models of the same kind")
  func guardedFile() throws {
    let folder = try Folder()
    _ = try folder.write("in.csv", people(0..<100))
    _ = try folder.write("out.csv", people(100..<200))
    let train = try BuiltProgram.run(
      [
        "train", "--data", "in.csv", "--target", "class", "--model", "hamp", "--set", "entropyWeight=0.1",
        "--set", "epochs=20", "--test", "0", "-o", "m.json",
      ], in: folder.path)
    #expect(train.status == 0, "\(train.errors)")
    let run = try BuiltProgram.run(
      [
        "membership", "--model", "m.json", "--members", "in.csv", "--others", "out.csv", "--train", "hamp",
        "--train-set", "epochs=5", "--shadows", "4", "--guard", "hamp", "--attack", "loss,lira", "--output",
        "o",
      ], in: folder.path)
    #expect(run.status == 0 && run.output.contains("Membership behind hamp"), "\(run.errors)")
    #expect(run.output.contains("accuracy of the guarded answers"))
  }

  @Test(
    "Commands that make no sense are explained",
    arguments: [
      (["invert", "--data", "p.csv", "--sensitive", "x"], "nothing to attack"),
      (["invert", "--model", "m.json"], "give one of --sensitive COLUMN"),
      (["invert", "--model", "m.json", "--sensitive", "x"], "--sensitive needs --data"),
      (["invert", "--train", "tree", "--data", "p.csv", "--sensitive", "x"], "--train needs"),
      (["membership", "--train", "ridge", "--data", "p.csv", "--target", "y"], "predicts a number"),
      (
        ["membership", "--train", "tree", "--data", "p.csv", "--target", "y", "--shadows", "3"], "even number"
      ),
      (
        ["membership", "--train", "tree", "--data", "p.csv", "--target", "y", "--attack", "x"],
        "known are gap"
      ),
      (
        ["membership", "--train", "tree", "--data", "p.csv", "--target", "y", "--guard", "x"],
        "known are rounding"
      ),
      (
        [
          "membership", "--model", "http://x", "--members", "a", "--others", "b", "--target", "y", "--guard",
          "top-k",
        ], "a service has its own guards"
      ),
      (
        ["membership", "--model", "http://x", "--members", "a", "--others", "b"], "a service needs --target"
      ),
      (["reproduce", "inversion", "--rows", "99"], "there is no row '99'"),
      (["reproduce", "inversion", "--rows", ","], "the list of rows is empty"),
    ])
  func usage(arguments: [String], words: String) throws {
    try BuiltProgram.expectUsageError(arguments, words)
  }

  @Test("The reproduction writes claims, outcomes and a report")
  func reproduction() throws {
    let folder = try Folder()
    let run = try BuiltProgram.run(
      ["reproduce", "inversion", "--rows", "2,14", "--seeds", "1", "--output", "o", "--json", "--quiet"],
      in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    let document = try ResultsDocument(json: run.output)
    #expect(document.claims.contains { $0.id == "iwpc-worked-patient" && $0.verdict == .byConstruction })
    #expect(document.claims.contains { $0.id == "yeom-known-200" && $0.verdict == .byConstruction })
  }
}
