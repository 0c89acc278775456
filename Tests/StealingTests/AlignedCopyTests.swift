import Learning
import LinearAlgebra
import Querying
import Tabular
import Testing

@testable import Stealing

@Suite("A copy in the form of its model")
struct AlignedCopyTests {
  private static let jobs = ["baker", "nurse", "pilot"]

  /// A model of `age`, `job` and `dose` with these orders of columns, levels and classes.
  private static func model(
    _ names: [String], levels: [String], classes: [String], weights: [String: Double]
  ) throws -> Pipeline {
    let inputs = names.map { name in
      InputColumn(name: name, kind: name == "job" ? .category(levels: levels) : .number(lower: 0, upper: 1))
    }
    let features = FeatureEncoder(inputs: inputs, isScaled: false, categories: .indicators)
    let own = features.space.names.map { name in
      weights.first { name == $0.key || name.hasSuffix($0.key) }?.value ?? .nan
    }
    let sign = classes == ["no", "yes"] ? 1.0 : -1
    return try Pipeline(
      features: features, target: .classes(name: "y", labels: classes),
      model: .linearClassifier(LinearClassifier(weights: own.map { sign * $0 }, intercept: sign * -0.2)))
  }

  @Test("Columns, categories and classes are found by their names in any order")
  func orders() throws {
    let weights = ["age": 2.0, "dose": -1.5, "baker": 0.5, "nurse": -0.75, "pilot": 1.25]
    let model = try Self.model(
      ["age", "job", "dose"], levels: Self.jobs, classes: ["no", "yes"], weights: weights)
    let copy = try Self.model(
      ["dose", "age", "job"], levels: ["pilot", "baker", "nurse"], classes: ["yes", "no"], weights: weights)
    let oracle = PipelineOracle(model)
    var random = RandomStream(seed: 3)
    let rows = oracle.schema.uniformRows(200, using: &random)
    let (own, other) = (try oracle.answers(rows), try AlignedCopy(copy, to: oracle.schema).answers(rows))
    let found = Disagreement(model: own, copy: other)
    #expect(found.labels == 0 && found.totalVariation.map { $0 < 1e-12 } == true)
    // In the order of its own columns the copy would read other rows.
    let raw = PipelineOracle(copy).possibleAnswers(rows)
    #expect(raw.map(\.label) != other.map(\.label))
  }

  @Test("Models of other columns, classes or targets are not compared")
  func others() throws {
    let weights = ["age": 2.0, "dose": -1.5, "baker": 0.5, "nurse": -0.75, "pilot": 1.25]
    let model = try Self.model(
      ["age", "job", "dose"], levels: Self.jobs, classes: ["no", "yes"], weights: weights)
    let schema = PipelineOracle(model).schema
    for other in [
      QuerySchema(inputs: schema.inputs, target: .number),
      QuerySchema(inputs: schema.inputs, target: .classes(["a", "b"])),
      QuerySchema(inputs: [InputColumn(name: "z", kind: .number(lower: 0, upper: 1))], target: schema.target),
      QuerySchema(inputs: Array(schema.inputs.dropLast()), target: schema.target),
    ] { #expect(throws: StealingError.self) { try AlignedCopy(model, to: other) } }
  }
}
