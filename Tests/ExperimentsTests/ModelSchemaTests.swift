import Foundation
import LinearAlgebra
import Methods
import Tabular
import TestSupport
import Testing

@testable import Learning

@Suite("Schema of model files")
struct ModelSchemaTests {
  private static let text = """
    size,colour,weight,same,kind
    1.5,red,10,1,a
    2.5,green,12,1,b
    3.5,red,9,1,a
    0.5,blue,14,1,b
    4.5,blue,11,1,a
    2.0,green,13,1,a
    """

  private func schema() throws -> SchemaCheck {
    try SchemaCheck(PackageFiles.text("Sources/Learning/Learning.docc/model.schema.json"))
  }

  private func document(_ recipe: any ClassifierRecipe, _ options: EncodingOptions) throws -> String {
    let table = try TableReader().read(bytes: Array(Self.text.utf8), name: "t.csv")
    let encoder = try ClassEncoder.fit(table, target: "kind", options: options)
    let design = try encoder.design(table)
    var random = RandomStream(seed: 1)
    let trained = try recipe.train(
      ClassificationData(features: design.features, labels: design.labels, classCount: 2),
      columns: EncodedColumns(encoder.features), workers: 1, using: &random)
    let pipeline = try Pipeline(
      features: encoder.features, target: .classes(name: "kind", labels: encoder.classes),
      model: trained.model)
    let file = ModelFile(
      pipeline: pipeline,
      provenance: .init(
        tool: "test", recipe: "x", settings: [], dataset: "t", sha256: "0", rows: 6, seed: 1, testShare: 0.3,
        weights: "w", classWeights: "balanced",
        privacy: PrivacyStatement(
          mechanism: "m", epsilon: 1, delta: 0, adjacency: .replaceOne, bounds: ["b"], noiseScale: 2,
          noise: "n", assumptions: ["a"])))
    return String(decoding: try file.bytes(), as: UTF8.self)
  }

  @Test("every kind of classifier and encoding keeps to it")
  func documents() throws {
    let schema = try schema()
    for case .classifier(let recipe) in Learners.builtIn.methods {
      let options: [EncodingOptions] =
        type(of: recipe).growsTrees
        ? [EncodingOptions(numeric: .none, categories: .codes, missing: .keep)]
        : [EncodingOptions(), EncodingOptions(bins: 2, missing: .ownLevel)]
      for option in options {
        #expect(try schema.complaints(about: document(recipe, option)) == [])
      }
    }
  }

  @Test("trees of version 1 keep to it too", arguments: ["tree", "forest", "tree-regressor"])
  func firstVersion(name: String) throws {
    let text = try FixtureFile.text("onnx/golden-\(name).json")
    #expect(try schema().complaints(about: text) == [])
    #expect(try !schema().complaints(about: text.replacing("\"tested\":[", with: "\"tested_\":[")).isEmpty)
  }

  @Test("every choice of the encoding keeps to it")
  func options() throws {
    let schema = try schema()
    let missing = EncodingOptions.MissingValues.allCases.map { EncodingOptions(missing: $0) }
    let scaled = EncodingOptions.NumericScaling.allCases.map { EncodingOptions(numeric: $0) }
    let unseen = EncodingOptions.UnseenLevels.allCases.map { EncodingOptions(unseen: $0) }
    let categories = EncodingOptions.Categories.allCases.map { EncodingOptions(categories: $0) }
    for option in missing + scaled + unseen + categories {
      #expect(try schema.complaints(about: document(TreeRecipe(), option)) == [], "\(option)")
    }
  }

  @Test("what does not belong is found")
  func complaints() throws {
    let text = try document(LogisticRegression(), EncodingOptions())
    #expect(try !schema().complaints(about: text.replacing("bezoar-model", with: "other")).isEmpty)
    #expect(try !schema().complaints(about: text.replacing("intercepts", with: "intercept_")).isEmpty)
    #expect(try !schema().complaints(about: text.replacing("replace-one", with: "any")).isEmpty)
  }
}
