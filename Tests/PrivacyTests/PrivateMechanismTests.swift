import Learning
import LinearAlgebra
import Methods
import Tabular
import Testing

@testable import Privacy

/// The mean of a target with Laplace noise, as somebody else would add it.
private struct NoisyMean: PrivateMechanism {
  static let card = MethodCard(
    id: "noisy-mean", family: .mechanism, title: "Noisy mean", summary: "s", citation: "c", needs: "n")
  static let models = [PrivateModel("mean", predicts: .number)]
  static let settings: [Setting<Self>] = [.epsilon(\.budget), .publicRows(\.rows)]

  var budget: Double?
  var rows: Int?

  func check() throws(PrivateTrainingError) {
    guard try given("rows", rows) > 1 else {
      throw .wrongValue("1", setting: "rows", allowed: "more than one row")
    }
  }

  func train(
    _ task: PrivateTask, using random: inout RandomStream
  ) throws -> PrivateFit<FittedModel> {
    let (data, epsilon, rows) = (
      try task.numbers(), try given("epsilon", budget), Double(try given("rows", rows))
    )
    let range = try #require(task.bounds.target)
    let middle = range.lowerBound / 2 + range.upperBound / 2
    let half = range.upperBound - middle
    let sum = data.target.reduce(0) { $0 + $1 - middle } + random.laplace() * half / epsilon
    return PrivateFit(
      model: .linear(
        LinearModel(weights: task.encoder.inputOfColumn.map { _ in 0 }, intercept: middle + sum / rows)),
      privacy: PrivacyStatement(
        mechanism: Self.card.id, epsilon: epsilon, delta: 0, adjacency: .addRemove, bounds: [],
        noiseScale: half / epsilon, noise: "of the sum", assumptions: []))
  }
}

@Suite("Private mechanisms as methods")
struct PrivateMechanismTests {
  private static let schema = Result {
    try PublicSchema(bounds: ["age=0:100", "dose=0:50"], levels: ["race, or origin=a|b|c", "sick=yes|no"])
  }

  /// Thirty rows.
  private static func table() throws -> Table {
    let rows = (0..<30).map {
      "\($0 * 3),\(["a", "b", "c"][$0 % 3]),\(Double($0 % 7) * 4),\($0 % 2 == 0 ? "yes" : "no")"
    }
    let text = (["age,\"race, or origin\",dose,sick"] + rows).joined(separator: "\n") + "\n"
    return try PrivateTraining.table(
      named: "t.csv", { try $0.read(bytes: Array(text.utf8), name: "t.csv") }, schema.get())
  }

  private static func result(
    _ settings: PrivateSettings, model: String, target: String
  ) throws -> PrivateTraining.Result {
    var random = RandomStream(seed: 5)
    return try PrivateTraining(schema: schema.get(), target: target, model: model, settings: settings)
      .run(table(), using: &random)
  }

  private static let changes: [(base: String, model: String, target: String, changes: [String])] = [
    (
      "mechanism=objective,epsilon=1", "logistic", "sick",
      ["epsilon=2", "regularisation=0.1", "hasIntercept=false"]
    ),
    (
      "mechanism=output,epsilon=1", "ridge", "dose",
      ["epsilon=2", "regularisation=0.1", "hasIntercept=false"]
    ),
    (
      "mechanism=functional,epsilon=1,sensitive=age", "ridge", "dose",
      [
        "epsilon=2", "sensitivity=published", "hasIntercept=false", "sensitive=\"race, or origin\"",
        "share=0.3",
      ]
    ),
    (
      "mechanism=adassp,epsilon=1,delta=1e-6,rows=30", "ridge", "dose",
      ["epsilon=2", "delta=1e-5", "calibration=reference", "hasIntercept=false"]
    ),
    (
      "mechanism=tree,epsilon=1,depth=3", "forest", "sick",
      ["epsilon=2", "treeCount=3", "depth=2", "adjacency=replace-one"]
    ),
    (
      "mechanism=dp-sgd,epsilon=1,delta=1e-5,rows=30,steps=3,samplingRate=0.5", "mlp", "sick",
      [
        "epsilon=2", "delta=1e-6", "rows=40", "hidden=4x3", "activation=relu", "samplingRate=0.4", "steps=4",
        "clip=2", "learningRate=1",
      ]
    ),
  ]

  @Test(
    "Every setting reaches the mathematics: the model or its guarantee, of the same id, changes",
    arguments: changes.indices)
  func settings(index: Int) throws {
    let one = Self.changes[index]
    func result(_ text: String) throws -> (FittedModel, PrivacyStatement) {
      let result = try Self.result(PrivateSettings(text), model: one.model, target: one.target)
      return (result.pipeline.model, result.privacy)
    }
    let standard = try result(one.base)
    let given = try PrivateSettings(one.base)
    #expect(standard.1.mechanism == type(of: given.mechanism).card.id)
    let names = type(of: given.mechanism).entry.parameters.map(\.name)
    let changed = Set(one.changes.compactMap { $0.split(separator: "=").first.map(String.init) })
    // The public number of rows is only checked by adassp, which divides by none.
    #expect(Set(names).subtracting(given.pairs.first == "mechanism=adassp" ? ["rows"] : []) == changed)
    for change in one.changes {
      let name = try #require(change.split(separator: "=").first)
      let kept = one.base.split(separator: ",").filter { !$0.hasPrefix("\(name)=") }
      let other = try result((kept.map(String.init) + [change]).joined(separator: ","))
      #expect(other.0 != standard.0 || other.1 != standard.1, "\(change)")
    }
  }

  @Test("A forest has ten trees and a tree one where nothing is said, which is said as 0 too")
  func trees() throws {
    func count(_ settings: String, _ model: String) throws -> Int {
      let result = try Self.result(
        PrivateSettings("mechanism=tree,epsilon=1,depth=2\(settings)"), model: model, target: "sick")
      guard case .forest(let forest) = result.pipeline.model else { return 0 }
      return forest.trees.count
    }
    for settings in ["", ",treeCount=0"] {
      #expect(try count(settings, "forest") == 10)
      #expect(try count(settings, "tree") == 1)
    }
    #expect(try count(",treeCount=3", "forest") == 3)
  }

  @Test(
    "Hidden layers are written as widths",
    arguments: [
      ("64", [64]), ("64x32", [64, 32]), ("", []), ("\"\"", []), ("64x", nil), ("64xx32", nil), ("x", nil),
      ("0", nil), ("100001", nil), ("a", nil), ("[64,32]", nil),
    ] as [(String, [Int]?)])
  func layers(text: String, widths: [Int]?) {
    let layers = LayerWidths(settingText: text)
    #expect(layers?.widths == widths)
    if let layers { #expect(LayerWidths(settingText: layers.settingText) == layers) }
  }

  @Test("The settings of a model file are those that were given, with the budget as a number, and read back")
  func pairs() throws {
    let text = "share=0.30,sensitive=\"race, or origin\",epsilon=1,mechanism=functional"
    let settings = try PrivateSettings(text)
    #expect(
      settings.pairs == ["mechanism=functional", "epsilon=1.0", "sensitive=race, or origin", "share=0.30"])
    let mechanism = try #require(settings.mechanism as? FunctionalTraining)
    #expect(mechanism.sensitive == "race, or origin" && mechanism.share == 0.3 && mechanism.epsilon == 1)
    // Quotes within the quotes are part of the name.
    let quoted = try PrivateSettings("mechanism=functional,epsilon=1,sensitive=\"\"a\"\"")
    #expect((quoted.mechanism as? FunctionalTraining)?.sensitive == "\"a\"")
    #expect(quoted.pairs.last == "sensitive=\"a\"")
    let none = try PrivateSettings("mechanism=functional,epsilon=\"1\",sensitive=\"\"")
    #expect((none.mechanism as? FunctionalTraining)?.sensitive == "")
  }

  @Test("A mechanism that a program makes is checked like one that is read")
  func made() throws {
    var training = OutputTraining()
    #expect(throws: PrivateTrainingError.missingSetting("epsilon", meaning: "epsilon of the guarantee")) {
      try PrivateSettings(training)
    }
    training.epsilon = 1
    let settings = try PrivateSettings(training)
    #expect(settings.pairs == ["mechanism=output", "epsilon=1", "regularisation=0.001", "hasIntercept=true"])
    let same = try PrivateSettings("mechanism=output,epsilon=1")
    #expect(
      try Self.result(settings, model: "ridge", target: "dose").pipeline.model
        == Self.result(same, model: "ridge", target: "dose").pipeline.model)
    training.regularisation = 0
    #expect(throws: PrivateTrainingError.self) { try PrivateSettings(training) }
    var descent = DescentTraining()
    (descent.epsilon, descent.delta, descent.rows) = (1, 0.01, 100)
    let error = #expect(throws: PrivateTrainingError.self) { try PrivateSettings(descent) }
    #expect(error?.description.contains("less than one in the 100 rows") == true)
  }

  @Test("Settings that do not fit the model or the columns are refused by name")
  func unfitting() throws {
    let descent = try PrivateSettings("mechanism=dp-sgd,epsilon=1,delta=1e-5,rows=30,hidden=8x4")
    let hidden = #expect(throws: PrivateTrainingError.self) {
      try Self.result(descent, model: "softmax", target: "sick")
    }
    #expect(hidden?.description.contains("hidden=8x4") == true)
    for name in ["dose", "weight"] {
      let functional = try PrivateSettings("mechanism=functional,epsilon=1,sensitive=\(name)")
      #expect(throws: PrivateTrainingError.undescribed(name, known: ["age", "race, or origin", "sick"])) {
        try Self.result(functional, model: "ridge", target: "dose")
      }
    }
    let other = try PrivateSettings("mechanism=adassp,epsilon=1,delta=1e-5,rows=30")
    #expect(throws: PrivateTrainingError.otherModel(mechanism: "adassp", model: "tree", known: ["ridge"])) {
      try Self.result(other, model: "tree", target: "dose")
    }
  }

  @Test("Every mechanism has models, with different ids")
  func cards() throws {
    for type in [
      ObjectiveTraining.self, OutputTraining.self, FunctionalTraining.self, SufficientStatisticsTraining.self,
      TreeTraining.self, DescentTraining.self,
    ] as [any PrivateMechanism.Type] {
      #expect(type.card.family == .mechanism)
      #expect(!type.models.isEmpty && Set(type.models.map(\.id)).count == type.models.count)
    }
  }

  @Test("A mechanism that was added trains, and is checked, like those of the package")
  func added() throws {
    var catalogue = PrivateMechanisms.builtIn
    catalogue.add(NoisyMean.self)
    let settings = try PrivateSettings("mechanism=noisy-mean,epsilon=1e4,rows=30", from: catalogue)
    let result = try Self.result(settings, model: "mean", target: "dose")
    let doses = (0..<30).map { Double($0 % 7) * 4 }
    let answer = try result.pipeline.predict(Self.table()).numbers[0]
    #expect(abs(answer - doses.reduce(0, +) / 30) < 0.01)
    #expect(result.privacy.mechanism == "noisy-mean" && result.publicRows == nil)
    #expect(result.privacy.bounds.contains("dose lies in 0.0...50.0"))
    for (text, words) in [
      ("mechanism=noisy-mean,epsilon=1", "--privacy needs rows="),
      ("mechanism=noisy-mean,epsilon=1,rows=1", "more than one row"),
      ("mechanism=noisy-mean,rows=30", "--privacy needs epsilon="),
      ("mechanism=noisy-mean,epsilon=1,rows=30,depth=2", "there are mechanism, epsilon, rows"),
      ("mechanism=mean,epsilon=1", "objective|output|functional|adassp|tree|dp-sgd|noisy-mean"),
    ] {
      let error = #expect(throws: PrivateTrainingError.self) { try PrivateSettings(text, from: catalogue) }
      #expect(error?.description.contains(words) == true, "\(text): \(String(describing: error))")
    }
    #expect(throws: PrivateTrainingError.self) { try Self.result(settings, model: "mean", target: "sick") }
    #expect(throws: PrivateTrainingError.self) {
      try PrivateSettings("mechanism=noisy-mean,epsilon=1,rows=30")
    }
  }
}
