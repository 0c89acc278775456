import Foundation
import Learning
import LinearAlgebra
import Querying
import Tabular
import TestSupport
import Testing

/// Small trees for the tests of tree attacks.
enum TreeFixtures {
  /// A tree of `tests`, depth first: column, test, left and right child; nil for a leaf.
  static func tree(
    _ nodes: [(column: Int, test: DecisionTree.Test, left: Int, right: Int)], values: [[Double]], columns: Int
  ) throws -> DecisionTree {
    try DecisionTree(
      nodes: nodes.map {
        .init(
          feature: Int32($0.column), left: Int32($0.left), right: Int32($0.right), test: $0.test, rows: 1,
          weight: 1, impurity: 0)
      }, values: Matrix(values), featureCount: columns, missing: .stop)
  }

  static func pipeline(
    _ tree: DecisionTree, inputs: [InputColumn], labels: [String]
  ) throws -> Pipeline {
    try Pipeline(
      features: FeatureEncoder(inputs: inputs, isScaled: false, categories: .codes),
      target: labels.isEmpty ? .number(name: "y") : .classes(name: "y", labels: labels),
      model: labels.isEmpty
        ? .treeRegressor(TreeRegressor(tree: tree)) : .treeClassifier(TreeClassifier(tree: tree)))
  }

  /// A number between 0 and 10 and a category of three levels: `x <= 2.5`, then the level 1 alone, then `x <= 7`.
  static let inputs = [
    InputColumn(name: "x", kind: .number(lower: 0, upper: 10)),
    InputColumn(name: "c", kind: .category(levels: ["a", "b", "c"])),
  ]

  static func small() throws -> Pipeline {
    let tree = try tree(
      [
        (0, .atMost(2.5), 1, 2), (0, .leaf, 0, 0), (1, .equals(1), 3, 4), (0, .leaf, 0, 0),
        (0, .atMost(7), 5, 6), (0, .leaf, 0, 0), (0, .leaf, 0, 0),
      ],
      values: [[0.5, 0.5], [0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.45, 0.55], [0.7, 0.3], [0.3, 0.7]],
      columns: 2)
    return try pipeline(tree, inputs: inputs, labels: ["no", "yes"])
  }

  /// One leaf, on columns of which one has equal bounds and one a single level.
  static func constant() throws -> Pipeline {
    let tree = try tree([(0, .leaf, 0, 0)], values: [[0.25, 0.75]], columns: 3)
    let inputs = [
      InputColumn(name: "x", kind: .number(lower: 0, upper: 1)),
      InputColumn(name: "same", kind: .number(lower: 4, upper: 4)),
      InputColumn(name: "one", kind: .category(levels: ["only"])),
    ]
    return try pipeline(tree, inputs: inputs, labels: ["no", "yes"])
  }

  /// Four classes of leaves on `x` in quarters; the first and the last answer the same.
  static func duplicates() throws -> Pipeline {
    let tree = try tree(
      [
        (0, .atMost(5), 1, 4), (0, .atMost(2), 2, 3), (0, .leaf, 0, 0), (0, .leaf, 0, 0),
        (0, .atMost(8), 5, 6), (0, .leaf, 0, 0), (0, .leaf, 0, 0),
      ],
      values: [[0.5, 0.5], [0.45, 0.55], [0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.3, 0.7], [0.9, 0.1]],
      columns: 2)
    return try pipeline(tree, inputs: inputs, labels: ["no", "yes"])
  }

  /// The share of uniform rows on which two pipelines give the same label.
  static func agreement(_ victim: Pipeline, _ copy: Pipeline, rows: Int = 2000) throws -> Double {
    let oracle = PipelineOracle(victim)
    var random = RandomStream(seed: 99)
    let points = oracle.schema.uniformRows(rows, using: &random)
    let (truth, answers) = (try oracle.answers(points), try PipelineOracle(copy).answers(points))
    return Double(zip(truth, answers).count { $0.label == $1.label }) / Double(rows)
  }

  /// The trees and counts of `Tests/Fixtures/make/tree_extraction.py`.
  struct Reference: Decodable {
    struct Case: Decodable {
      let nodes: [[Double]]
      let answers: [[Double]]
      let start: [Double]
      let path_queries: Int
      let path_leaves: Int
      let down_queries: Int
      let down_leaves: Int
    }
    let epsilon: Double
    let columns: [[Double]]
    let cases: [Case]

    static func read() throws -> Reference {
      try FixtureFile.decode("tree-extraction.json")
    }

    var inputs: [InputColumn] {
      columns.enumerated().map { index, column in
        InputColumn(
          name: "x\(index)",
          kind: column.count == 2
            ? .number(lower: column[0], upper: column[1])
            : .category(levels: (0..<Int(column[0])).map { "level \($0)" }))
      }
    }
  }
}

/// A tree whose nodes answer with a label and a confidence that stand in a list.
struct ListedTreeOracle: PredictionOracle {
  let tree: DecisionTree
  let answers: [[Double]]
  let schema: QuerySchema
  let capabilities = OracleCapabilities(content: .confidence, details: [.nodes], acceptsMissing: true)

  init(_ reference: TreeFixtures.Reference, _ nodes: [[Double]], _ answers: [[Double]]) throws {
    tree = try TreeFixtures.tree(
      nodes.map { node in
        let test: DecisionTree.Test =
          node[1] == 1 ? .atMost(node[2]) : node[1] == 2 ? .equals(node[2]) : .leaf
        return (max(Int(node[0]), 0), test, Int(node[3]), Int(node[4]))
      }, values: nodes.map { _ in [1, 0] }, columns: reference.columns.count)
    self.answers = answers
    schema = QuerySchema(inputs: reference.inputs, target: .classes(["a", "b", "c"]))
  }

  func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
    tree.endNodes(of: queries).enumerated().map { row, end in
      var fields = Set(queries.row(row).indices.filter { !queries[row, $0].isNaN })
      var node = 0
      while node != end {
        fields.insert(Int(tree.nodes[node].feature))
        let (left, right) = (Int(tree.nodes[node].left), Int(tree.nodes[node].right))
        node = end >= right ? right : left
      }
      if tree.nodes[end].test != .leaf { fields.insert(Int(tree.nodes[end].feature)) }
      return Answer(
        label: Int(answers[end][0]), confidence: answers[end][1],
        node: details.contains(.nodes) ? NodeReport(id: end, fields: fields.sorted()) : nil)
    }
  }
}
