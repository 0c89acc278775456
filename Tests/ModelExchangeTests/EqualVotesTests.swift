import Learning
import LinearAlgebra
import Tabular
import Testing

@testable import ModelExchange

@Suite("Equal votes of forests in single precision")
struct EqualVotesTests {
  /// A forest of trees without a test, of which the first half votes for the second of two classes.
  private static func forest(_ count: Int) throws -> Pipeline {
    let rows = ClassificationData(features: Matrix([[0], [1]]), labels: [0, 1], classCount: 2)
    var random = RandomStream(seed: 1)
    func tree(_ label: Int) throws -> TreeClassifier {
      try DecisionTreeClassifier().fit(
        ClassificationData(features: rows.features, labels: [label, label], classCount: 2), using: &random)
    }
    let trees = try (0..<count).map { try tree($0 < count / 2 ? 1 : 0) }
    let encoder = FeatureEncoder(
      inputs: [InputColumn(name: "x", kind: .number(lower: 0, upper: 1))], isScaled: false)
    return try Pipeline(
      features: encoder, target: .classes(name: "y", labels: ["no", "yes"]),
      model: .forest(ForestClassifier(trees: trees)))
  }

  /// onnxruntime 1.32 takes the second class where its sum is above one half; here equal votes go to the first class.
  @Test("The shares of the second class add up to at most one half", arguments: Array(1...64).map { 2 * $0 })
  func sums(count: Int) throws {
    let pipeline = try Self.forest(count)
    let answer = try #require(pipeline.model.classifier).predict(Matrix([[0.5]]))
    #expect(answer == [0])
    let (graph, _) = try ModelGraph(pipeline: pipeline, flavour: .compat).build()
    let node = try #require(graph.node.first { $0.opType == "TreeEnsembleClassifier" })
    let bytes = [UInt8](try #require(node.attribute.first { $0.name == "class_weights_as_tensor" }).t.rawData)
    let weights = stride(from: 0, to: bytes.count, by: 8).map { start in
      Double(bitPattern: bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }
    #expect(weights.count == count)
    #expect(weights.reduce(0, +) <= 0.5 && weights.reversed().reduce(0, +) <= 0.5)
    #expect(weights.reduce(0, +) > 0.5 - 1e-6)
  }
}
