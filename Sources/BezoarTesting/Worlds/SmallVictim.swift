import Learning
import LinearAlgebra
import Querying
import Tabular

/// A small model with known parameters, for attacks to steal.
struct SmallVictim: Sendable {
  let name: String
  let pipeline: Pipeline
  /// What may be asked for besides the answers.
  let details: AnswerDetails

  /// The model behind an interface.
  func oracle(content: AnswerContent? = nil) -> PipelineOracle {
    PipelineOracle(pipeline, content: content, details: details)
  }

  /// A logistic model of two classes, a softmax model of four, a linear model of a number and a small tree.
  static func all() throws -> [SmallVictim] { [try binary(), try several(), try number(), try tree()] }

  private init(
    _ name: String, columns: [InputColumn], labels: [String], model: FittedModel, isTree: Bool = false
  ) throws {
    self.name = name
    let features =
      isTree
      ? FeatureEncoder(inputs: columns, isScaled: false, categories: .codes) : FeatureEncoder(inputs: columns)
    pipeline = try Pipeline(
      features: features,
      target: labels.isEmpty ? .number(name: "y") : .classes(name: "y", labels: labels), model: model)
    details = isTree ? [.nodes, .counterfactuals, .boundedCounterfactuals] : .gradients
  }

  private static func columns(_ count: Int) -> [InputColumn] {
    (0..<count).map { InputColumn(name: "x\($0)", kind: .number(lower: 0, upper: 10 + Double($0))) }
  }

  private static func normal(_ rows: Int, _ columns: Int, _ random: inout RandomStream) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in random.normal() })
  }

  private static func binary() throws -> SmallVictim {
    var random = RandomStream(seed: 11).child("binary")
    let weights = normal(1, 4, &random).elements
    return try SmallVictim(
      "a logistic model of two classes", columns: columns(4), labels: ["no", "yes"],
      model: .linearClassifier(LinearClassifier(weights: weights, intercept: 0.2)))
  }

  private static func several() throws -> SmallVictim {
    var random = RandomStream(seed: 12).child("several")
    let weights = normal(4, 5, &random)
    return try SmallVictim(
      "a softmax model of four classes", columns: columns(5), labels: ["a", "b", "c", "d"],
      model: .linearClassifier(
        LinearClassifier(weights: weights, intercepts: [0.1, 0.2, -0.3, 0], link: .softmax)))
  }

  private static func number() throws -> SmallVictim {
    var random = RandomStream(seed: 13).child("number")
    return try SmallVictim(
      "a linear model of a number", columns: columns(4), labels: [],
      model: .linear(LinearModel(weights: normal(1, 4, &random).elements, intercept: 3)))
  }

  /// `x <= 2.5`, then the level b alone, then `x <= 7`.
  private static func tree() throws -> SmallVictim {
    let nodes: [(column: Int32, test: DecisionTree.Test, left: Int32, right: Int32)] = [
      (0, .atMost(2.5), 1, 2), (0, .leaf, 0, 0), (1, .equals(1), 3, 4), (0, .leaf, 0, 0),
      (0, .atMost(7), 5, 6), (0, .leaf, 0, 0), (0, .leaf, 0, 0),
    ]
    let tree = try DecisionTree(
      nodes: nodes.map {
        .init(
          feature: $0.column, left: $0.left, right: $0.right, test: $0.test, rows: 1, weight: 1, impurity: 0)
      },
      values: Matrix([
        [0.5, 0.5], [0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.45, 0.55], [0.7, 0.3], [0.3, 0.7],
      ]), featureCount: 2, missing: .stop)
    return try SmallVictim(
      "a small tree",
      columns: [
        InputColumn(name: "x", kind: .number(lower: 0, upper: 10)),
        InputColumn(name: "c", kind: .category(levels: ["a", "b", "c"])),
      ], labels: ["no", "yes"], model: .treeClassifier(TreeClassifier(tree: tree)), isTree: true)
  }
}
