import Foundation
import Learning
import LinearAlgebra
import Methods
import Tabular
import TestSupport
import Testing

@testable import Privacy

@Suite("Private training on tables")
struct PrivateTableTests {
  /// Thirty patients; the last one is `extra`.
  private static func text(_ extra: String?) -> String {
    let rows = (0..<30).map {
      "\($0 * 3),\(["a", "b", "c"][$0 % 3]),\(Double($0 % 7) * 4),\($0 % 2 == 0 ? "yes" : "no")"
    }
    return (["age,race,dose,sick"] + rows + [extra].compactMap { $0 }).joined(separator: "\n") + "\n"
  }

  private static let schema = Result {
    try PublicSchema(bounds: ["age=0:100", "dose=0:50"], levels: ["race=a|b|c", "sick=yes|no"])
  }

  private static func table(_ extra: String?) throws -> Table { try read(text(extra)) }

  private static func read(_ text: String) throws -> Table {
    try PrivateTraining.table(
      named: "t.csv", { try $0.read(bytes: Array(text.utf8), name: "t.csv") }, schema.get())
  }

  /// Everything that a training gives away, as the text of its model file.
  private static func file(
    _ settings: String, model: String, target: String, extra: String?, random: RandomStream
  ) throws -> String {
    var random = random
    let training = try PrivateTraining(
      schema: schema.get(), target: target, model: model, settings: PrivateSettings(settings))
    let result = try training.run(table(extra), using: &random)
    let file = ModelFile(
      pipeline: result.pipeline,
      provenance: .init(
        tool: "test", recipe: model, settings: training.settings.pairs, dataset: "t", sha256: "",
        rows: result.publicRows ?? 0, seed: 0, privacy: result.privacy))
    return String(decoding: try file.bytes(), as: UTF8.self)
  }

  static let trainings: [(settings: String, model: String, target: String, isReplaced: Bool)] = [
    ("mechanism=objective,epsilon=1", "logistic", "sick", true),
    ("mechanism=output,epsilon=1", "ridge", "dose", true),
    ("mechanism=functional,epsilon=1,sensitive=race,share=0.2", "ridge", "dose", true),
    ("mechanism=adassp,epsilon=1,delta=1e-6,rows=30", "ridge", "dose", false),
    ("mechanism=tree,epsilon=1,treeCount=2,depth=3", "forest", "sick", false),
    ("mechanism=dp-sgd,epsilon=1,delta=1e-5,rows=30,steps=5,samplingRate=0.5", "softmax", "sick", false),
    ("mechanism=tree,epsilon=1,depth=3", "tree-regressor", "dose", false),
  ]

  @Test("Everything in a model file but the model is the same for neighbours", arguments: trainings.indices)
  func nothingElse(index: Int) throws {
    let one = Self.trainings[index]
    // A row beyond all bounds, with an unknown category, or an ordinary one, or none where that is a neighbour.
    let far = try parts(one, extra: "1e9,zz,-7,maybe", seed: 1)
    let near = try parts(one, extra: one.isReplaced ? "50,a,20,yes" : nil, seed: 2)
    #expect(far.frame == near.frame)
    #expect(far.numbers != near.numbers)
    #expect(far.frame.contains(one.isReplaced ? "\"rows\":31" : "\"rows\":0"))
  }

  /// A model file without and with its parameters.
  private func parts(
    _ one: (settings: String, model: String, target: String, isReplaced: Bool), extra: String?, seed: UInt64
  ) throws -> (frame: String, numbers: String) {
    let text = try Self.file(
      one.settings, model: one.model, target: one.target, extra: extra, random: RandomStream(seed: seed))
    let model = try #require(text.firstRange(of: "\"model\":"))
    let end = try #require(text.firstRange(of: ",\"target\":"))
    return (
      String(text[..<model.lowerBound] + text[end.lowerBound...]),
      String(text[model.lowerBound..<end.lowerBound])
    )
  }

  /// Descent, whose noise is searched for in every run, with `BEZOAR_LONG_TESTS` only.
  static let audited = trainings.indices.filter {
    $0 != 5 || TestData.runsLong
  }

  @Test("An audit of whole model files stays below epsilon", arguments: audited)
  func audit(index: Int) throws {
    let one = Self.trainings[index]
    let audit = MechanismAudit(trials: 40)
    let texts = try concurrentMap(160, workers: 2) { run in
      try Self.file(
        one.settings, model: one.model, target: one.target,
        extra: run.isMultiple(of: 2) ? "100,a,50,yes" : one.isReplaced ? "0,c,0,no" : nil,
        random: RandomStream(seed: 9).child(run))
    }
    #expect(try bound(texts, audit) <= 1)
  }

  private func bound(_ texts: [String], _ audit: MechanismAudit) throws -> Double {
    func part(_ isWith: Bool, _ isCounted: Bool) -> [String] {
      texts.indices.filter { $0.isMultiple(of: 2) == isWith && ($0 >= texts.count / 2) == isCounted }
        .map { texts[$0] }
    }
    let test = try OutputTest(with: part(true, false), without: part(false, false), audit: audit)
    return try audit.judge(
      choosing: (part(true, false).map(test.statistic), part(false, false).map(test.statistic)),
      counted: (part(true, true).map(test.statistic), part(false, true).map(test.statistic))
    ).epsilonLowerBound
  }

  @Test("A hash of the rows, a bound read from them or a small shift of a number is found in noisy texts")
  func leaks() throws {
    for leak in [
      { (isWith: Bool, _: inout RandomStream) in "\"sha256\":\"\(isWith ? "abc1" : "def2")\"" },
      { isWith, _ in "\"upper\":\(isWith ? 90 : 87)" },
      { isWith, random in "\"w\":\((isWith ? 1 : 0) + 0.05 * random.normal())" },
    ] as [@Sendable (Bool, inout RandomStream) -> String] {
      let texts = (0..<400).map { run in
        var random = RandomStream(seed: 4).child(run)
        let noise = (0..<20).map { _ in "\(random.normal())" }.joined(separator: ",")
        return "{\"weights\":[\(noise)],\(leak(run.isMultiple(of: 2), &random))}"
      }
      #expect(try bound(texts, MechanismAudit(trials: 100)) > 3)
    }
  }

  @Test("A private model predicts on the public schema, missing and unknown values included")
  func prediction() throws {
    var random = RandomStream(seed: 3)
    let training = try PrivateTraining(
      schema: Self.schema.get(), target: "dose", model: "ridge",
      settings: PrivateSettings("mechanism=adassp,epsilon=100,delta=1e-5,rows=30"))
    let result = try training.run(Self.table(",zz,,"), using: &random)
    let answers = try result.pipeline.predict(Self.table("500,zz,1,yes"))
    #expect(answers.numbers.count == 31 && answers.numbers.allSatisfy(\.isFinite))
    #expect(result.privacy.bounds.contains("race is one of a, b, c"))
  }

  @Test(
    "Settings and schemas that cannot be used say what is wrong",
    arguments: [
      ("mechanism=adassp,epsilon=1", "delta"), ("mechanism=adassp,epsilon=0,delta=1e-5", "epsilon"),
      ("mechanism=magic,epsilon=1", "objective|output"), ("mechanism=objective", "epsilon"),
      ("mechanism=objective,epsilon=1,depth=3", "no setting 'depth'"),
      ("mechanism=objective,epsilon=1,epsilon=10", "twice"),
      ("mechanism=dp-sgd,epsilon=1,delta=1e-5", "public number of rows"),
      ("mechanism=dp-sgd,epsilon=1,delta=0.01,rows=100", "less than one in the 100 rows"),
      ("mechanism=adassp,epsilon=1,delta=1e-5", "public number of rows"),
      ("mechanism=adassp,epsilon=1,delta=0.01,rows=100", "less than one in the 100 rows"),
      ("mechanism=output,epsilon=1,regularisation=-1", "> 0"),
      ("mechanism=tree,epsilon=1,adjacency=both", "add-remove"), ("epsilon", "epsilon=1"),
    ])
  func mistakes(text: String, word: String) throws {
    let error = #expect(throws: PrivateTrainingError.self) { try PrivateSettings(text) }
    #expect(try #require(error).description.contains(word))
  }

  @Test("Nothing of a private row is told where the table cannot be read")
  func unreadable() {
    #expect(throws: PrivateTrainingError.unreadableTable("t.csv")) {
      try Self.read("age,race,dose,sick\n41,a,3,yes,a secret\n")
    }
  }

  @Test("A sensitive column is that column and none whose name begins like it")
  func sensitiveName() throws {
    let schema = try PublicSchema(bounds: ["a=0:1", "a:b=0:1", "y=0:1"], levels: [])
    func noise(_ sensitive: String) throws -> [Double] {
      var random = RandomStream(seed: 4)
      let table = try TableReader().read(bytes: Array("a,a:b,y\n0,1,1\n1,0,0\n".utf8), name: "t.csv")
      let training = try PrivateTraining(
        schema: schema, target: "y", model: "ridge",
        settings: PrivateSettings("mechanism=functional,epsilon=1,sensitive=\(sensitive),share=0.5"))
      let statement = try training.run(table, using: &random).privacy
      return statement.noise.split(separator: " ").compactMap { Double($0) } + [statement.noiseScale]
    }
    #expect(try noise("a") == noise("a:b"))
  }

  @Test("A setting that the mechanism does not have is refused", arguments: PrivateMechanisms.builtIn.ids)
  func names(mechanism: String) throws {
    let error = #expect(throws: PrivateTrainingError.self) {
      try PrivateSettings("mechanism=\(mechanism),epsilon=1,intercept=false")
    }
    #expect(error?.description.contains("no setting 'intercept' here; there are mechanism, epsilon") == true)
  }

  @Test("What must be public is asked for by name")
  func schemas() throws {
    #expect(throws: PrivateTrainingError.noColumns) { try PublicSchema(bounds: [], levels: []) }
    #expect(throws: PrivateTrainingError.twice("a")) {
      try PublicSchema(bounds: ["a=0:1", "a=0:2"], levels: [])
    }
    for bad in ["a=1:0", "a=1", "=0:1", "a=0:inf"] {
      #expect(throws: PrivateTrainingError.self) { try PublicSchema(bounds: [bad], levels: []) }
    }
    let settings = try PrivateSettings("mechanism=output,epsilon=1")
    #expect(throws: PrivateTrainingError.undescribed("weight", known: ["age", "dose", "race", "sick"])) {
      try PrivateTraining(schema: Self.schema.get(), target: "weight", model: "ridge", settings: settings)
    }
    #expect(throws: PrivateTrainingError.self) {
      try PrivateTraining(schema: Self.schema.get(), target: "race", model: "logistic", settings: settings)
    }
    #expect(throws: PrivateTrainingError.self) {
      try PrivateTraining(schema: Self.schema.get(), target: "sick", model: "tree", settings: settings)
    }
    let other = try PublicSchema(bounds: ["height=0:3", "dose=0:50"], levels: [])
    var random = RandomStream(seed: 1)
    #expect(throws: PrivateTrainingError.absent("height")) {
      try PrivateTraining(schema: other, target: "dose", model: "ridge", settings: settings)
        .run(Self.table(nil), using: &random)
    }
  }
}
