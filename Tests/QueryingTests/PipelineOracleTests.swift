import Learning
import LinearAlgebra
import Querying
import Tabular
import Testing

@Suite("A pipeline as an oracle")
struct PipelineOracleTests {
  static let table = Table(columns: [
    .init(name: "x", values: .numeric((0..<40).map { Double($0 % 20) })),
    .init(name: "k", values: .categorical(codes: (0..<40).map { $0 / 20 }, levels: ["p", "q"])),
    .init(
      name: "y",
      values: .categorical(codes: (0..<40).map { $0 % 20 < 8 ? 0 : $0 / 20 }, levels: ["no", "yes"])),
  ])

  static func tree() throws -> Pipeline {
    let encoder = try ClassEncoder.fit(
      table, target: "y",
      options: EncodingOptions(numeric: .none, categories: .codes, missing: .keep, unseen: .allZero))
    let design = try encoder.design(table)
    var random = RandomStream(seed: 1)
    let data = ClassificationData(features: design.features, labels: design.labels, classCount: 2)
    let model = try DecisionTreeClassifier(
      settings: TreeSettings(limits: TreeLimits(), categoricalFeatures: [1], missing: .stop),
      confidence: .wilson
    ).fit(data, using: &random)
    return try Pipeline(
      features: encoder.features, target: .classes(name: "y", labels: encoder.classes),
      model: .treeClassifier(model))
  }

  @Test("A tree tells where a query ended, and which columns mattered")
  func nodes() throws {
    let oracle = PipelineOracle(try Self.tree(), content: .confidence, details: .nodes)
    #expect(oracle.capabilities.details == .nodes && oracle.capabilities.acceptsMissing)
    let answers = try oracle.answers(
      Matrix([[.nan, .nan], [3, .nan], [15, .nan], [15, 0], [15, 1]]), details: .nodes)
    #expect(answers.map { $0.node?.id }.count == 5)
    // The root tests one column; a query without any ends there and learns which.
    #expect(answers[0].node?.id == 0)
    #expect(answers[0].node?.fields.count == 1)
    #expect(answers[3].label == 0 && answers[4].label == 1)
    #expect(answers[3].node?.id != answers[4].node?.id)
    #expect(answers[4].node?.fields == [0, 1])
    #expect(answers.allSatisfy { $0.probabilities.isEmpty && $0.confidence != nil })
  }

  @Test("What is not offered is not there, and columns or encoded numbers give the same answers")
  func content() throws {
    let pipeline = try Self.tree()
    let labels = try PipelineOracle(pipeline, content: .label).answers(Matrix([[3, 1]]))
    #expect(labels == [Answer(label: 0)])
    let encoded = PipelineOracle(pipeline, inputs: .encoded)
    #expect(encoded.schema.inputs.map(\.name) == ["x", "k"])
    let query = Matrix([[12, 1]])
    #expect(try encoded.answers(query) == PipelineOracle(pipeline).answers(query))
  }

  @Test("Gradients are in the user's unit")
  func gradients() throws {
    let inputs = [InputColumn(name: "a", kind: .number(lower: 0, upper: 4))]
    let pipeline = try Pipeline(
      features: FeatureEncoder(inputs: inputs), target: .number(name: "y"),
      model: .linear(LinearModel(weights: [6], intercept: 0)))
    let oracle = PipelineOracle(pipeline, details: .gradients)
    let answers = try oracle.answers(Matrix([[0], [1]]), details: .gradients)
    let rise = answers.numbers[1] - answers.numbers[0]
    #expect(answers[0].gradient == [rise])
  }
}
