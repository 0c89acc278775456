import Experiments
import Learning
import LinearAlgebra
import Reporting
import Tabular

/// The inside of a model as tables.
struct ModelExplanation {
  let pipeline: Pipeline
  /// Most rows of a table.
  let top: Int

  init(_ pipeline: Pipeline, top: Int) {
    self.pipeline = pipeline
    self.top = top
  }

  /// The tables for the kind of model.
  var tables: [TextTable] {
    switch pipeline.model {
    case .linear(let model):
      return [coefficients([model.weights], [model.intercept], [pipeline.targetName])]
    case .linearClassifier(let model):
      let rows = (0..<model.weights.rows).map { model.weights.row($0) }
      let names = model.weights.rows == 1 ? [pipeline.labels.last ?? "1"] : pipeline.labels
      return [coefficients(rows, model.intercepts, names)]
    case .kernelClassifier(let model):
      return [
        facts("Kernel model", [("representers", "\(model.representers.rows)"), ("gamma", "\(model.gamma)")])
      ]
    case .networkClassifier(let model): return [layers(model.network)]
    case .networkRegressor(let model): return [layers(model.network)]
    case .treeClassifier(let model):
      return [importances(model.tree), rules(model.tree, confidence: model.confidence)]
    case .treeRegressor(let model):
      return [importances(model.tree), rules(model.tree, confidence: nil)]
    case .forest: return [facts("Forest", treeFacts)]
    case .treeSumClassifier(let model): return [sum(model.sum, link: model.link.rawValue), tests]
    case .treeSumRegressor(let model): return [sum(model.sum, link: model.link.rawValue), tests]
    }
  }

  /// How many trees there are and how large.
  private var treeFacts: [(String, String)] {
    let leaves = pipeline.model.trees.map { Double($0.leafCount) }
    return [
      ("trees", "\(leaves.count)"),
      ("leaves per tree", (leaves.reduce(0, +) / Double(max(leaves.count, 1))).fixed(1)),
    ]
  }

  private func sum(_ sum: TreeSum, link: String) -> TextTable {
    let names =
      sum.base.count == 1 ? [pipeline.labels.last ?? pipeline.targetName] : pipeline.labels
    return facts(
      "Sum of trees",
      treeFacts + [("link", link)]
        + zip(names, sum.base).map { ("base of \($0)", $1.significant(6)) })
  }

  /// How often the trees test every feature; trees of other programs do not tell what a test gains.
  private var tests: TextTable {
    var table = TextTable(
      title: "Tests of the features in all trees", columns: [.init("feature"), .number("tests")])
    let names = pipeline.features.space.names
    var counts = [Int](repeating: 0, count: names.count)
    for tree in pipeline.model.trees {
      for node in tree.nodes where node.test != .leaf { counts[Int(node.feature)] += 1 }
    }
    for feature in counts.indices.sorted(by: { (-counts[$0], $0) < (-counts[$1], $1) }).prefix(top)
    where counts[feature] > 0 {
      table.append([.init(names[feature]), .init("\(counts[feature])")])
    }
    return table
  }

  /// The tables as data.
  var document: ParameterValue {
    .list(
      tables.map { table in
        .group([
          "title": .text(table.title), "columns": .list(table.columns.map { .text($0.title) }),
          "rows": .list(table.rows.map { .list($0.map { .text($0.text) }) }),
        ])
      })
  }

  private func layers(_ network: NeuralNetwork) -> TextTable {
    var table = TextTable(
      title: "Layers", columns: [.init("layer"), .number("inputs"), .number("units"), .init("activation")])
    for (index, layer) in network.layers.enumerated() {
      table.append([
        .init("\(index + 1)"), .init("\(layer.weights.columns)"), .init("\(layer.weights.rows)"),
        .init(layer.activation.rawValue),
      ])
    }
    return table
  }

  private func facts(_ title: String, _ facts: [(String, String)]) -> TextTable {
    var table = TextTable(title: title, columns: [.init("fact"), .number("value")])
    for (name, value) in facts { table.append([.init(name), .init(value)]) }
    return table
  }

  private func coefficients(_ weights: [[Double]], _ intercepts: [Double], _ names: [String]) -> TextTable {
    var table = TextTable(
      title: "Coefficients on encoded features, largest first",
      columns: [.init("feature")] + names.map { .number($0) })
    table.append([.init("(intercept)")] + intercepts.map { .init($0.significant(6)) })
    let features = pipeline.features.space.names
    let size = features.indices.map { feature in weights.map { abs($0[feature]) }.max() ?? 0 }
    let order = features.indices.sorted { (-size[$0], $0) < (-size[$1], $1) }
    for feature in order.prefix(top) {
      table.append([.init(features[feature])] + weights.map { .init($0[feature].significant(6)) })
    }
    return table
  }

  private func importances(_ tree: DecisionTree) -> TextTable {
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
  private func rules(_ tree: DecisionTree, confidence: LeafConfidence?) -> TextTable {
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
