import Foundation
import Learning
import LinearAlgebra
import SwiftProtobuf
import Tabular
import Testing

@testable import ModelExchange

@Suite("Missing values in trees of ONNX")
struct GapTests {
  /// Every combination of a few numbers and a gap in both columns.
  private static let rows: Table = {
    let values = [nil, 0.5, 3, 7.25, 11.5, 40] as [Double?]
    let text =
      "size,weight\n"
      + values.flatMap { size in
        values.map { "\(size.map { "\($0)" } ?? ""),\($0.map { "\(2 * $0)" } ?? "")" }
      }.map { $0 == "," ? "NA,NA" : $0 }.joined(separator: "\n") + "\n"
    return (try? TableReader().read(bytes: Array(text.utf8), name: "gaps.csv")) ?? Table(columns: [])
  }()

  @Test(
    "the graph alone sends missing values where the model does",
    arguments: [("tree", []), ("forest", ["treeCount=5"]), ("tree-regressor", [])] as [(String, [String])],
    ["learned", "stop"])
  func graphAlone(model: (id: String, settings: [String]), policy: String) throws {
    let numbers = EncodingOptions(numeric: .none, missing: .keep, ignored: ["colour", "shape"])
    let file = try TrainedPipelines.file(model.id, numbers, settings: model.settings + ["missing=\(policy)"])
    let expected = try file.pipeline.predict(Self.rows)
    try #require(expected.rowIndex.count == 36)
    var graph = try ONNXFile.decoded(ONNXFile.export(file, flavour: .compat).bytes, "m.onnx")
    graph.metadataProps = []
    let bytes: Data = try graph.serializedBytes()
    let found = try ONNXFile.read(bytes: [UInt8](bytes), name: "m.onnx").file
    let answers = try found.pipeline.predict(Self.rows)
    #expect(answers.classes == expected.classes)
    for (one, other) in zip(
      answers.numbers + answers.probabilities.elements, expected.numbers + expected.probabilities.elements)
    {
      #expect(abs(one - other) < 1e-5 * max(1, abs(other)))
    }
  }

  @Test("a split on missing alone answers as onnxruntime 1.32: b for numbers, a for a gap")
  func splitOnMissing() throws {
    let bytes = try Fixtures.bytes("tree-split-on-missing.onnx")
    let pipeline = try ONNXFile.read(bytes: bytes, name: "t.onnx").file.pipeline
    let name = try #require(pipeline.features.features.first?.name)
    let table = Table(columns: [.init(name: name, values: .numeric([1, .nan, -5, 1e30]))])
    let answers = try pipeline.predict(table)
    #expect(answers.classes.map { pipeline.labels[$0] } == ["b", "a", "b", "b"])
    #expect(answers.probabilities.elements == [0, 1, 1, 0, 0, 1, 0, 1])
  }

  @Test(
    "every mode sends numbers and gaps as its definition says",
    arguments: [ImportedTree.Mode.atMost, .below, .atLeast, .above, .equal, .unequal], [true, false])
  func modes(mode: ImportedTree.Mode, tracksTrue: Bool) {
    for operand in [2.0, .infinity] where operand.isFinite || (mode != .equal && mode != .unequal) {
      let isTrue = mode == .unequal || tracksTrue
      let node = ImportedTree.Node(
        mode: mode, feature: 0, operand: operand, yes: 1, no: 2, missingIsTrue: isTrue)
      let (test, isSwapped) = node.test
      let made = DecisionTree.Node(
        feature: 0, left: isSwapped ? 2 : 1, right: isSwapped ? 1 : 2, test: test, rows: 0, weight: 0,
        impurity: 0, missingGoesLeft: test != .isPresent && isTrue != isSwapped)
      for value in [-3, 1.5, 2, 2.5, 1e300, .nan] {
        let holds: Bool
        switch mode {
        case .leaf: holds = false
        case .atMost: holds = value <= operand
        case .below: holds = value < operand
        case .atLeast: holds = value >= operand
        case .above: holds = value > operand
        case .equal: holds = value == operand
        case .unequal: holds = value != operand
        }
        let passes = value.isNaN ? isTrue : holds
        #expect(made.child(for: value, .learned) == (passes ? 1 : 2))
      }
    }
  }
}
