import Learning
import LinearAlgebra
import Reporting
import Tabular

extension ModelExplanation {
  func importances(_ tree: DecisionTree) -> TextTable {
    var table = TextTable(
      title: "Importance of the features: their share in the decrease of the impurity",
      columns: [.init("feature"), .number("importance")])
    let values = tree.featureImportances
    for feature in values.indices.sorted(by: { (-values[$0], $0) < (-values[$1], $1) }).prefix(top)
    where values[feature] > 0 {
      table.append([.init(pipeline.features.space.names[feature]), .init(values[feature].percent(1))])
    }
    return table
  }

  /// A test that came out as given, in words, with missing values where they may reach the tree and go the same way.
  private func condition(
    _ node: DecisionTree.Node, _ isTrue: Bool, _ missing: DecisionTree.MissingPolicy
  ) -> String {
    let feature = Int(node.feature)
    if node.test == .isPresent {
      return "\(pipeline.features.space.names[feature]) is \(isTrue ? "present" : "missing")"
    }
    let words = pipeline.features.condition(
      feature, node.test.operand, isEqual: node.test.asksForCategory, isTrue: isTrue)
    guard missing == .learned, pipeline.features.givesMissingValues, node.sendsMissing(isTrue) else {
      return words
    }
    return words + " or missing"
  }

  /// A weight without a point if it is whole.
  private static func count(_ weight: Double) -> String {
    Int(exactly: weight).map { "\($0)" } ?? weight.significant(6)
  }

  /// The ways to the leaves; with classes also their weights in the leaf and the confidence in the first.
  func rules(_ tree: DecisionTree, confidence: LeafConfidence?) -> TextTable {
    let largest = tree.leaves.sorted { (-tree.nodes[$0].rows, $0) < (-tree.nodes[$1].rows, $1) }.prefix(top)
    let rules = tree.rules(of: Array(largest)) { condition($0, $1, tree.missing) }
    let columns: [TextTable.Column] =
      confidence == nil
      ? [.number("rows"), .init("then"), .init("if")]
      : [.number("rows"), .init("then"), .number("confidence"), .number("counts"), .init("if")]
    var table = TextTable(
      title: "\(tree.leafCount) rules, the largest leaves first", columns: columns,
      note: confidence == nil
        ? ""
        : "Counts of \(pipeline.labels.joined(separator: ", ")); confidence as \(confidence?.rawValue ?? "")")
    for rule in rules {
      let conditions = rule.conditions.isEmpty ? "always" : rule.conditions.joined(separator: " and ")
      guard let confidence else {
        table.append([.init("\(rule.rows)"), .init(rule.value[0].significant(5)), .init(conditions)])
        continue
      }
      let best = rule.value.indices.max { (rule.value[$0], -$0) < (rule.value[$1], -$1) } ?? 0
      table.append([
        .init("\(rule.rows)"), .init(pipeline.labels[best]),
        .init(confidence.confidence(of: best, counts: rule.value).fixed(5)),
        .init(rule.value.map { Self.count($0) }.joined(separator: " ")), .init(conditions),
      ])
    }
    return table
  }
}

extension DecisionTree.Test {
  /// Whether the test is for one category.
  var asksForCategory: Bool {
    if case .equals = self { true } else { false }
  }
}
