import Foundation
import LinearAlgebra
import Tabular
import Testing

@testable import Learning

@Suite("Sums of regression trees, and models that only decide")
struct TreeSumTests {
  /// A tree that asks whether a feature is at most a threshold.
  static func stump(_ feature: Int32, _ threshold: Double, _ yes: Double, _ no: Double) throws -> DecisionTree
  {
    func node(_ test: DecisionTree.Test, _ feature: Int32 = 0) -> DecisionTree.Node {
      .init(
        feature: feature, left: test == .leaf ? 0 : 1, right: test == .leaf ? 0 : 2, test: test, rows: 0,
        weight: 0,
        impurity: 0, missingGoesLeft: test != .leaf)
    }
    return try DecisionTree(
      nodes: [node(.atMost(threshold), feature), node(.leaf), node(.leaf)],
      values: Matrix([[0], [yes], [no]]),
      featureCount: 2, missing: .learned)
  }

  static let rows = Matrix([[0, 0], [0, 9], [9, 0], [9, 9], [.nan, 9]])

  /// Scores `1 + {−2, 0.5} + {0.25, 4}` and `{3, 1}`.
  static func sum() throws -> TreeSum {
    try TreeSum(
      terms: [
        .init(tree: stump(0, 5, -2, 0.5), score: 0), .init(tree: stump(1, 5, 0.25, 4), score: 0),
        .init(tree: stump(1, 3, 3, 1), score: 1),
      ], base: [1, 0])
  }

  private static func single() throws -> TreeSum {
    try TreeSum(terms: Array(sum().terms.prefix(2)), base: [1])
  }

  @Test("scores are base plus the leaves of all trees; a missing value goes to its side")
  func scores() throws {
    #expect(
      try Self.sum().scores(Self.rows) == Matrix([[-0.75, 3], [3, 1], [1.75, 3], [5.5, 1], [3, 1]]))
    #expect(
      try TreeSumRegressor(sum: Self.single()).predict(Self.rows) == [-0.75, 3, 1.75, 5.5, 3])
    let counts = try TreeSumRegressor(sum: Self.single(), link: .exponential).predict(Self.rows)
    #expect(abs(counts[1] - 20.085536923187668) < 1e-14)
    let share = try TreeSumRegressor(sum: Self.single(), link: .logistic).predict(Self.rows)
    #expect(abs(share[0] - 0.32082130082460703) < 1e-15)
  }

  @Test("every link gives its probabilities")
  func links() throws {
    let logistic = try TreeSumClassifier(sum: Self.single(), link: .logistic)
    // 1 / (1 + e^0.75) and its complement.
    #expect(abs(logistic.probabilities(Self.rows)[0, 1] - 0.32082130082460703) < 1e-15)
    #expect(logistic.predict(Self.rows) == [0, 1, 1, 1, 1] && logistic.classCount == 2)
    let softmax = try TreeSumClassifier(sum: Self.sum(), link: .softmax).probabilities(Self.rows)
    // 1 / (1 + e^-2) for scores that are 2 apart.
    #expect(abs(softmax[1, 0] - 0.8807970779778823) < 1e-15)
    let rest = try TreeSumClassifier(sum: Self.sum(), link: .oneVsRest).probabilities(Self.rows)
    // The logistic function of 3 and of 1, divided by their sum.
    #expect(abs(rest[1, 0] - 0.9525741268224334 / (0.9525741268224334 + 0.7310585786300049)) < 1e-15)
    let shares = try TreeSumClassifier(sum: Self.sum(), link: .shares).probabilities(Self.rows)
    #expect(shares.row(0) == [0, 1] && shares.row(1) == [0.75, 0.25])
  }

  @Test("a model that only decides gives scores, and certainty in the place of probabilities")
  func decisions() throws {
    let one = try TreeSumClassifier(sum: Self.single(), link: .decision)
    #expect(!one.givesProbabilities && one.predict(Self.rows) == [0, 1, 1, 1, 1])
    #expect(one.probabilities(Self.rows).row(0) == [1, 0])
    #expect(one.decisionScores(Self.rows)?.column(0) == [-0.75, 3, 1.75, 5.5, 3])
    let several = try TreeSumClassifier(sum: Self.sum(), link: .decision)
    #expect(
      several.predict(Self.rows) == [1, 0, 1, 0, 0] && several.probabilities(Self.rows).row(0) == [0, 1])
    let points = Matrix([[1, 1], [-1, 0], [0, 0]])
    let linear = LinearClassifier(weights: Matrix([[2, 1]]), intercepts: [0], link: .decision)
    #expect(linear.predict(points) == [1, 0, 0] && linear.classCount == 2)
    #expect(linear.probabilities(points) == Matrix([[0, 1], [1, 0], [1, 0]]))
    #expect(linear.decisionScores(points) == Matrix([[3], [-2], [0]]))
    let rows = LinearClassifier(
      weights: Matrix([[1, 0], [0, 1], [1, 1]]), intercepts: [0, 0, -0.5], link: .decision)
    #expect(rows.predict(points) == [2, 1, 0])
    #expect(rows.probabilities(points).row(0) == [0, 0, 1])
  }

  @Test("parts that do not fit together are refused, in memory and in a file")
  func invalid() throws {
    let sum = try Self.sum()
    #expect(throws: ModelError.self) { try TreeSum(terms: [], base: [0]) }
    #expect(throws: ModelError.self) { try TreeSum(terms: sum.terms, base: [0]) }
    #expect(throws: ModelError.self) { try TreeSum(terms: sum.terms, base: [0, .nan]) }
    #expect(throws: ModelError.self) { try TreeSumClassifier(sum: sum, link: .logistic) }
    #expect(throws: ModelError.self) { try TreeSumRegressor(sum: sum) }
    let model = FittedModel.treeSumClassifier(try TreeSumClassifier(sum: sum, link: .softmax))
    let text = String(decoding: try JSONEncoder().encode(model), as: UTF8.self)
    #expect(try JSONDecoder().decode(FittedModel.self, from: Data(text.utf8)) == model)
    for (old, new) in [
      ("\"softmax\"", "\"logistic\""), ("\"score\":1", "\"score\":2"), ("\"base\":[1,0]", "\"base\":[]"),
    ] {
      #expect(text.contains(old))
      #expect(throws: (any Error).self) {
        try JSONDecoder().decode(FittedModel.self, from: Data(text.replacing(old, with: new).utf8))
      }
    }
    let number = FittedModel.treeSumRegressor(try TreeSumRegressor(sum: Self.single(), link: .exponential))
    #expect(try JSONDecoder().decode(FittedModel.self, from: JSONEncoder().encode(number)) == number)
    #expect(number.trees.count == 2 && number.acceptsMissingValues)
  }

  @Test("the version of a file is that of the newest part: sums, decisions and rules of columns are new in 3")
  func version() throws {
    let table = Table(columns: [
      .init(name: "a", values: .numeric([0, 9])), .init(name: "b", values: .numeric([0, 9])),
    ])
    let features = try FeatureEncoder.fit(table, without: [], options: .init(numeric: .none, missing: .keep))
    let target = Pipeline.Target.classes(name: "y", labels: ["no", "yes"])
    let pipeline = try Pipeline(
      features: features, target: target,
      model: .treeSumClassifier(try TreeSumClassifier(sum: Self.single(), link: .decision)))
    #expect(ModelFile(pipeline: pipeline, provenance: nil).version == 3)
    let found = try pipeline.predict(table)
    #expect(found.classes == [0, 1] && found.scores == Matrix([[-0.75], [5.5]]))
    let plain = try FeatureEncoder.fit(table, without: [], options: .init(numeric: .none, missing: .fail))
    for (link, version) in [(ClassLink.logistic, 1), (.decision, 3)] {
      let model = LinearClassifier(weights: Matrix([[1, 1]]), intercepts: [0], link: link)
      let pipeline = try Pipeline(features: plain, target: target, model: .linearClassifier(model))
      let file = ModelFile(pipeline: pipeline, provenance: nil)
      #expect(file.version == version)
      #expect(try ModelFile(bytes: file.bytes(), name: "m.json") == file)
      #expect(try (pipeline.predict(table).scores != nil) == (link == .decision))
    }
  }
}
