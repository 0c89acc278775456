import Experiments
import Foundation
import Learning
import TestSupport
import Testing

@Suite("Privacy from the command line")
struct PrivacyCommandTests {
  /// Forty rows, of which the first is given.
  private static func table(first: String) -> String {
    let rows = (1..<40).map { row in
      "\(row * 2),\(["a", "b", "c"][row % 3]),\(Double(row % 7)),\(row % 2 == 0 ? "yes" : "no")"
    }
    return (["age,race,dose,sick", first] + rows).joined(separator: "\n") + "\n"
  }

  private static let schema = [
    "--bounds", "age=0:100,dose=0:10", "--levels", "race=a|b|c", "--levels", "sick=yes|no",
  ]

  @Test(
    "a private model says what it guarantees and holds no hash, seed or private count",
    arguments: [
      ("logistic", "sick", "mechanism=objective,epsilon=1", 40),
      ("ridge", "dose", "mechanism=functional,epsilon=2", 40),
      ("ridge", "dose", "mechanism=adassp,epsilon=1,delta=1e-5,rows=40", 0),
      ("forest", "sick", "mechanism=tree,epsilon=1", 0),
      ("softmax", "sick", "mechanism=dp-sgd,epsilon=1,delta=1e-5,rows=40,steps=20", 0),
    ])
  func train(model: String, target: String, privacy: String, rows: Int) throws {
    let folder = try Folder()
    _ = try folder.write("d.csv", Self.table(first: "1e9,zz,-5,maybe"))
    let run = try BuiltProgram.run(
      [
        "train", "--data", "d.csv", "--target", target, "--model", model, "--privacy", privacy, "-o",
        "m.json",
      ]
        + Self.schema, in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("neighbours") && !run.output.contains("accuracy"))
    let origin = try #require(
      try ModelFile(bytes: [UInt8](folder.data("m.json")), name: "m.json").provenance)
    #expect(origin.sha256.isEmpty && origin.seed == 0 && origin.rows == rows)
    let statement = try #require(origin.privacy)
    #expect(statement.epsilon <= 2 && statement.bounds.contains("age lies in 0.0...100.0"))
    let answers = try BuiltProgram.run(
      ["predict", "--model", "m.json", "--data", "d.csv", "-o", "p.csv", "-q"], in: folder.path)
    #expect(answers.status == 0, "\(answers.errors)")
    let explained = try BuiltProgram.run(["explain", "--model", "m.json"], in: folder.path)
    #expect(explained.output.contains("private rows") && !explained.output.contains("SHA-256"))
  }

  @Test("a cell of a column that is not used is never read as a number, so that no error tells it")
  func errors() throws {
    let folder = try Folder()
    let rows = Self.table(first: "30,a,5,yes").split(separator: "\n").enumerated().map { place, line in
      "\(line),\(place == 0 ? "secret" : place == 7 ? "1e999" : "1")"
    }
    _ = try folder.write("d.csv", rows.joined(separator: "\n") + "\n")
    let run = try BuiltProgram.run(
      [
        "train", "--data", "d.csv", "--target", "sick", "--model", "logistic", "--privacy",
        "mechanism=objective,epsilon=1", "-o", "m.json",
      ] + Self.schema, in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test("noise is new in every run, and with a seed the same with a warning")
  func seeds() throws {
    let folder = try Folder()
    _ = try folder.write("d.csv", Self.table(first: "5,a,5,yes"))
    func file(_ seed: [String]) throws -> (Data, String) {
      let run = try BuiltProgram.run(
        [
          "train", "--data", "d.csv", "--target", "dose", "--model", "ridge", "--privacy",
          "mechanism=output,epsilon=1", "-o", "m.json",
        ] + Self.schema + seed, in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
      return (try folder.data("m.json"), run.errors)
    }
    #expect(try file([]).0 != file([]).0)
    let (one, warning) = try file(["--seed", "7"])
    #expect(try one == file(["--seed", "7"]).0)
    #expect(warning.contains("experiments only"))
  }

  @Test(
    "what is missing or cannot go with privacy is said",
    arguments: [
      (["--privacy", "mechanism=output,epsilon=1"], "public bounds"),
      (["--privacy", "epsilon=1", "--bounds", "dose=0:10,age=0:100"], "mechanism"),
      (["--privacy", "mechanism=output,epsilon=1", "--bounds", "age=0:100,race=0:2"], "column 'dose'"),
      (
        ["--privacy", "mechanism=output,epsilon=1", "--bounds", "dose=0:10,age=0:100", "--test", "0.3"],
        "--test"
      ),
      (
        ["--privacy", "mechanism=output,epsilon=1", "--bounds", "dose=0:10,age=0:100", "--scale", "unit"],
        "--scale"
      ),
      (["--bounds", "dose=0:10"], "--privacy"),
    ])
  func mistakes(options: [String], words: String) throws {
    let folder = try Folder()
    _ = try folder.write("d.csv", Self.table(first: "5,a,5,yes"))
    let run = try BuiltProgram.run(
      ["train", "--data", "d.csv", "--target", "dose", "--model", "ridge", "-o", "m.json"] + options,
      in: folder.path)
    #expect(run.status == 2 && run.errors.contains(words), "\(run.errors)")
    #expect(!folder.exists("m.json"))
  }

  @Test("accountants side by side, as a table and as results")
  func account() throws {
    let folder = try Folder()
    let run = try BuiltProgram.run(
      ["privacy", "account", "--sigma", "10", "--steps", "100", "--delta", "1e-5", "--json"], in: folder.path)
    let outcomes = try ResultsDocument(json: run.output).outcomes
    let exact = try #require(outcomes.matching(defence: "gdp").first?.metrics["epsilon"])
    #expect(abs(exact - 4.377178) < 1e-6)
    #expect(outcomes.distinct(\.defence) == ["rdp-old", "rdp-new", "pld", "gdp", "zcdp"])
    let laplace = try BuiltProgram.run(
      ["privacy", "account", "--laplace", "10", "--steps", "20", "--delta", "1e-6"], in: folder.path)
    #expect(laplace.output.contains("1.773992"))
    let wrong = try BuiltProgram.run(["privacy", "account", "--delta", "1e-5"], in: folder.path)
    #expect(wrong.status == 2 && wrong.errors.contains("--sigma"))
  }

  @Test("The noise that is printed for a budget keeps it when it is given back, on any grid")
  func noise() throws {
    let folder = try Folder()
    func epsilon(_ options: [String], _ accounts: [String]) throws -> (
      epsilon: Double, document: ResultsDocument
    ) {
      let run = try BuiltProgram.run(
        ["privacy", "account", "--delta", "1e-5", "--json"] + options, in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
      let document = try ResultsDocument(json: run.output)
      let found = document.outcomes.filter { accounts.contains($0.defence) }.compactMap {
        $0.metrics["epsilon"]
      }
      return (try #require(found.min()), document)
    }
    for (budget, rate, steps, interval) in [
      ("0.02", "0.01", "100", "1e-4"), ("0.02", "0.01", "100", "1e-5"), ("1", "1", "7", "1e-3"),
      ("3", "0.2", "11", "1e-3"),
    ] {
      let setting = ["--rate", rate, "--steps", steps, "--interval", interval]
      let first = try epsilon(["--epsilon", budget] + setting, ["pld", "rdp-new", "gdp"])
      let limit = try #require(Double(budget))
      #expect(first.epsilon <= limit && first.epsilon > limit * (1 - 1e-3))
      guard case .number(let scale)? = first.document.parameters["scale"] else {
        Issue.record("no scale")
        continue
      }
      #expect(
        try epsilon(["--sigma", "\(scale)"] + setting, ["pld", "rdp-new", "gdp"]).epsilon == first.epsilon)
      let text = try BuiltProgram.run(
        ["privacy", "account", "--delta", "1e-5", "--epsilon", budget] + setting, in: folder.path)
      #expect(text.output.contains("sigma \(scale)".prefix(12)), "\(text.output)")
    }
  }

  @Test("An epsilon that an account cannot give is null, with the reason beside it")
  func reason() throws {
    let folder = try Folder()
    let run = try BuiltProgram.run(
      ["privacy", "account", "--sigma", "0.01", "--rate", "0.5", "--delta", "1e-6", "--json"],
      in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    let document = try ResultsDocument(json: run.output)
    #expect(run.output.contains("\"epsilon\" : null"))
    guard case .group(let notes)? = document.parameters["notes"], case .text(let note)? = notes["pld"] else {
      Issue.record("no notes")
      return
    }
    #expect(note.hasPrefix("none: a grid of"))
  }

  @Test("audits of mechanisms, counts and one run")
  func audit() throws {
    let folder = try Folder()
    func bound(_ arguments: [String], _ name: String) throws -> Double {
      let run = try BuiltProgram.run(["privacy", "audit", "--json"] + arguments, in: folder.path)
      let document = try ResultsDocument(json: run.output)
      return try #require(document.outcomes.first?.metrics[name])
    }
    let faulty = ["--mechanism", "faulty-regression", "--epsilon", "1"]
    #expect(try bound(faulty, "epsilon_clopper_pearson") > 4.9)
    #expect(abs(try bound(["--counts", "500,250,500,25"], "epsilon_clopper_pearson") - 1.83146) < 1e-5)
    let oneRun = ["--one-run", "1000,100,75", "--delta", "1e-4"]
    #expect(abs(try bound(oneRun, "epsilon_one_run") - 0.672985) < 1e-5)
    let wrong = try BuiltProgram.run(["privacy", "audit", "--mechanism", "laplace"], in: folder.path)
    #expect(wrong.status == 2 && wrong.errors.contains("--epsilon"))
  }

  /// Twelve runs for each purpose and side, 100 with `BEZOAR_LONG_TESTS`.
  @Test("an audit of the whole training command finds a leak without privacy and none with it")
  func command() throws {
    let folder = try Folder()
    _ = try folder.write("with.csv", Self.table(first: "100,a,10,yes"))
    _ = try folder.write("without.csv", Self.table(first: "0,c,0,no"))
    func bound(
      _ options: String, model: String = "ridge", target: String = "dose", trials: Int
    ) throws -> Double {
      let run = try BuiltProgram.run(
        [
          "privacy", "audit", "--with", "with.csv", "--without", "without.csv", "--trials", "\(trials)",
          "--epsilon", "0.5", "--json", "--command",
          "'\(BuiltProgram.path)' train --data {data} --target \(target) --model \(model) -o {output} "
            + options,
        ], in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
      let document = try ResultsDocument(json: run.output)
      return try #require(document.outcomes.first?.metrics["epsilon_clopper_pearson"])
    }
    let schema = "--bounds age=0:100,dose=0:10 --levels 'race=a|b|c' --levels 'sick=yes|no'"
    let trials = TestData.runsLong ? 100 : 12
    #expect(try bound("--test 0 --seed {seed}", trials: 12) > 1)
    #expect(try bound("--privacy mechanism=output,epsilon=0.5 \(schema)", trials: trials) <= 0.5)
    if TestData.runsLong {
      #expect(try bound("--privacy mechanism=functional,epsilon=0.5 \(schema)", trials: trials) <= 0.5)
      #expect(
        try bound("--privacy mechanism=adassp,epsilon=0.5,delta=1e-5,rows=40 \(schema)", trials: trials)
          <= 0.5)
      for (settings, model) in [
        ("mechanism=objective", "logistic"), ("mechanism=tree,depth=3", "forest"),
        ("mechanism=dp-sgd,delta=1e-5,rows=30,steps=5,samplingRate=0.5", "softmax"),
      ] {
        let options = "--privacy \(settings),epsilon=0.5 \(schema)"
        #expect(try bound(options, model: model, target: "sick", trials: trials) <= 0.5, "\(settings)")
      }
    }
  }

  @Test("a command that fails on one of the two data sets gives a row away")
  func failing() throws {
    let folder = try Folder()
    _ = try folder.write("with.csv", Self.table(first: "100,a,10,yes"))
    _ = try folder.write("without.csv", Self.table(first: "0,c,0,no"))
    func audit(_ command: String) throws -> BuiltProgram.Result {
      try BuiltProgram.run(
        [
          "privacy", "audit", "--with", "with.csv", "--without", "without.csv", "--trials", "12",
          "--epsilon", "0.5", "--json", "--command", command,
        ], in: folder.path)
    }
    let run = try audit("grep -q 100,a,10 {data} && echo fine")
    let document = try ResultsDocument(json: run.output)
    #expect(try #require(document.outcomes.first?.metrics["epsilon_clopper_pearson"]) > 0.5)
    let always = try audit("echo no such thing; false")
    #expect(always.status == 1 && always.errors.contains("status 1"))
  }

  @Test("a model whose noise came from a given seed says so")
  func seeded() throws {
    let folder = try Folder()
    _ = try folder.write("t.csv", Self.table(first: "100,a,10,yes"))
    for (arguments, isSaid) in [(["--seed", "7"], true), ([], false)] {
      let run = try BuiltProgram.run(
        [
          "train", "--data", "t.csv", "--target", "dose", "--model", "tree-regressor", "--privacy",
          "mechanism=tree,epsilon=1,depth=3", "--bounds", "age=0:100,dose=0:10", "--levels", "race=a|b|c",
          "-o",
          "m.json",
        ] + arguments, in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
      #expect(try String(decoding: folder.data("m.json"), as: UTF8.self).contains("GIVEN SEED") == isSaid)
    }
  }
}
