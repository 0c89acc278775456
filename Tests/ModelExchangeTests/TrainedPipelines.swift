import Learning
import LinearAlgebra
import Methods
import Tabular

/// One pipeline of every kind, trained on a small table.
enum TrainedPipelines {
  /// Sixty rows with numbers, categories and gaps.
  static let table: Table = {
    var random = RandomStream(seed: 3)
    var lines = ["size,weight,colour,shape,kind,amount"]
    for row in 0..<60 {
      let size = Double(random.integer(below: 100)) / 8
      let weight = Double(random.integer(below: 50))
      let colour = ["red", "green", "blue"][random.integer(below: 3)]
      let shape = row % 13 == 4 ? "" : ["round", "flat"][random.integer(below: 2)]
      let score = size + (colour == "red" ? 4 : 0) + Double(random.integer(below: 30)) / 10
      let kind = score > 11 ? "c" : score > 7 ? "b" : "a"
      lines.append("\(size),\(row % 17 == 5 ? "" : "\(weight)"),\(colour),\(shape),\(kind),\(2 * score)")
    }
    let text = lines.joined(separator: "\n") + "\n"
    return (try? TableReader().read(bytes: Array(text.utf8), name: "test.csv")) ?? Table(columns: [])
  }()

  /// The encoding that trees have unless told otherwise.
  static let forTrees = EncodingOptions(numeric: .none, categories: .codes, missing: .keep, unseen: .allZero)

  /// A model file with a pipeline of a recipe.
  static func file(_ id: String, _ options: EncodingOptions, settings: [String] = []) throws -> ModelFile {
    var random = RandomStream(seed: 1)
    var options = options
    let pipeline: Pipeline
    switch try Learners.builtIn.make(id, settings: MethodSettings(settings)) {
    case .classifier(let recipe):
      options.ignored += ["amount"]
      let encoder = try ClassEncoder.fit(table, target: "kind", options: options)
      let design = try encoder.design(table)
      let data = ClassificationData(features: design.features, labels: design.labels, classCount: 3)
      let model = try recipe.train(
        data, columns: EncodedColumns(encoder.features), workers: 1, using: &random
      ).model
      pipeline = try Pipeline(
        features: encoder.features, target: .classes(name: "kind", labels: encoder.classes), model: model)
    case .regressor(let recipe):
      options.ignored += ["kind"]
      let encoder = try Encoder.fit(table, target: "amount", options: options)
      let design = try encoder.design(table)
      let data = RegressionData(features: design.features, target: design.target)
      let model = try recipe.train(
        data, columns: EncodedColumns(encoder.features), workers: 1, using: &random
      ).model
      pipeline = try Pipeline(features: encoder.features, target: .number(name: "amount"), model: model)
    }
    return ModelFile(
      pipeline: pipeline,
      provenance: .init(
        tool: "test", recipe: id, settings: settings, dataset: "test", sha256: "0", rows: 60, seed: 1))
  }

  /// One file of every kind that ONNX can say, under several encodings.
  static func all() throws -> [ModelFile] {
    let standard = EncodingOptions(numeric: .standard, unseen: .allZero)
    let own = EncodingOptions(numeric: .symmetricRange, missing: .ownLevel)
    return [
      try file("softmax", standard), try file("ovr", own),
      try file("softmax", EncodingOptions(bins: 4, missing: .zero)),
      try file("tree", forTrees),
      try file("tree", own, settings: ["confidence=laplace"]),
      try file("forest", forTrees, settings: ["treeCount=3"]),
      try file("mlp", standard, settings: ["hidden=[4]", "epochs=5"]),
      try file("ols", standard), try file("ridge", own, settings: ["penalty=0.1"]),
      try file("lasso", standard, settings: ["penalty=0.01"]),
      try file("elastic-net", own, settings: ["penalty=0.01"]),
      try file("tree-regressor", forTrees),
      try file("mlp-regressor", standard, settings: ["hidden=[3]", "epochs=5"]),
    ]
  }
}
