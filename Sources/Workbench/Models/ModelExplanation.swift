import Experiments
public import Learning
import LinearAlgebra
public import Reporting
import Tabular

/// The inside of a model as tables: rules and importances, or coefficients.
public struct ModelExplanation: JobOutput {
  let file: ModelFile
  /// Most rows of a table.
  let top: Int

  /// The inside of the model in a file.
  ///
  /// - Parameter top: most rows of a table, largest values first.
  public init(_ file: ModelFile, top: Int = 30) {
    self.file = file
    self.top = top
  }

  var pipeline: Pipeline { file.pipeline }

  /// Where the model comes from, what it guarantees, and the tables for its kind.
  public var text: [JobText] { origin + tables.map { .table($0) } }

  private var origin: [JobText] {
    guard let origin = file.provenance else { return [] }
    guard let privacy = origin.privacy else {
      return [
        .lines(
          "\(origin.recipe) trained on \(origin.rows) rows of \(origin.dataset) (SHA-256 \(origin.sha256.prefix(12))…), "
            + "seed \(origin.seed), by \(origin.tool)\n\n")
      ]
    }
    return [
      .lines("\(origin.recipe) trained on private rows of \(origin.dataset), by \(origin.tool)\n\n"),
      .table(privacy.table),
    ]
  }

  /// The tables for the kind of model.
  public var tables: [TextTable] {
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
  public func json() throws -> String {
    try StableJSON.text(
      ParameterValue.list(
        tables.map { table in
          .group([
            "title": .text(table.title), "columns": .texts(table.columns.map(\.title)),
            "rows": .list(table.rows.map { .texts($0.map(\.text)) }),
          ])
        }))
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
}
