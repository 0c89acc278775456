import LinearAlgebra
import Methods
import Tabular

@testable import Learning

/// A pipeline of every kind of model, trained on eight rows.
enum SmallPipelines {
  static let text = """
    size,colour,weight,kind
    1.5,red,10,a
    2.5,green,12,b
    3.5,red,9,a
    0.5,,14,b
    4.5,blue,11,a
    1.0,green,,b
    2.0,blue,13,a
    3.0,red,15,b
    """

  static func table(_ text: String = text) throws -> Table {
    try TableReader().read(bytes: Array(text.utf8), name: "test.csv")
  }

  static func classifier(
    _ id: String, _ options: EncodingOptions, settings: [String] = [], on given: Table? = nil
  ) throws -> Pipeline {
    let rows = try given ?? table()
    let encoder = try ClassEncoder.fit(rows, target: "kind", options: options)
    let design = try encoder.design(rows)
    guard case .classifier(let recipe) = try Learners.builtIn.make(id, settings: MethodSettings(settings))
    else {
      throw LearningError.unknownLearner(id: id, known: [])
    }
    var random = RandomStream(seed: 1)
    let trained = try recipe.train(
      ClassificationData(features: design.features, labels: design.labels, classCount: 2),
      columns: EncodedColumns(encoder.features), workers: 1, using: &random)
    return try Pipeline(
      features: encoder.features, target: .classes(name: "kind", labels: encoder.classes),
      model: trained.model)
  }

  static func regressor(_ id: String, _ options: EncodingOptions) throws -> Pipeline {
    let encoder = try Encoder.fit(table(), target: "size", options: options)
    let design = try encoder.design(table())
    guard case .regressor(let recipe) = try Learners.builtIn.make(id) else {
      throw LearningError.unknownLearner(id: id, known: [])
    }
    var random = RandomStream(seed: 1)
    let trained = try recipe.train(
      RegressionData(features: design.features, target: design.target),
      columns: EncodedColumns(encoder.features),
      workers: 1, using: &random)
    return try Pipeline(features: encoder.features, target: .number(name: "size"), model: trained.model)
  }

  static let forTrees = EncodingOptions(numeric: .none, categories: .codes, missing: .keep)

  static func pipelines() throws -> [Pipeline] {
    try zip(Learners.builtIn.ids, Learners.builtIn.methods).map { id, choice in
      switch choice {
      case .classifier:
        let settings = id == "kernel-logistic" ? ["representerCount=4"] : []
        return try classifier(
          id, choice.growsTrees ? forTrees : EncodingOptions(numeric: .standard), settings: settings)
      case .regressor:
        // Cross-validation wants more rows than the example has.
        let known = ["ridge", "lasso", "elastic-net"].contains(id) ? "ols" : id
        return try regressor(known, choice.growsTrees ? forTrees : EncodingOptions())
      }
    }
  }
}
