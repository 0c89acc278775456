import Foundation
import Learning
import LinearAlgebra
import Tabular
import Testing

@testable import ModelExchange

/// The files `golden-*` of `Tests/Fixtures/onnx`: models as JSON and as the graphs that are made of them.
@Suite("Written ONNX graphs")
struct WrittenGraphTests {
  static let names = ["logistic", "tree", "zero", "forest", "network", "ridge", "tree-regressor"].map {
    "golden-\($0)"
  }
  /// Whether the graphs are written anew, after the format was changed on purpose; `written_graphs.py` then
  /// computes them.
  private static let isWriting = ProcessInfo.processInfo.environment["BEZOAR_WRITE_GOLDEN"] != nil

  @Test("the written format stays as it is", arguments: names)
  func golden(name: String) throws {
    let file = try ModelFile.read(path: Fixtures.path("\(name).json"))
    for flavour in ONNXFlavour.allCases {
      let path = Fixtures.path("\(name).\(flavour.rawValue).onnx")
      let written = try ONNXFile.export(file, flavour: flavour).bytes
      if Self.isWriting { try Data(written).write(to: URL(filePath: path)) }
      #expect(try written == Fixtures.bytes("\(name).\(flavour.rawValue).onnx"))
      #expect(try ONNXFile.read(path: path).file == file)
    }
  }

  /// What onnxruntime computes.
  private struct Computed: Decodable {
    struct Model: Decodable {
      let name: String
      let flavour: String
      let rows: [String: [Fixtures.Predictions.Cell?]]
      let labels: [String]?
      let probabilities: [[Double]]?
      let numbers: [Double]?
    }
    let source: String
    let models: [Model]
  }

  @Test("onnxruntime computes from the graphs what the models say")
  func runtime() throws {
    let computed = try JSONDecoder().decode(Computed.self, from: Data(Fixtures.bytes("written.json")))
    #expect(computed.source.contains("onnxruntime"))
    #expect(Set(computed.models.map(\.name)) == Set(Self.names))
    #expect(computed.models.count == Self.names.count * ONNXFlavour.allCases.count)
    for model in computed.models {
      let pipeline = try ModelFile.read(path: Fixtures.path("\(model.name).json")).pipeline
      let answers = try pipeline.predict(table(model))
      #expect(
        model.labels ?? [] == answers.classes.map { pipeline.labels[$0] }, "\(model.name) \(model.flavour)")
      let found = answers.numbers + answers.probabilities.elements
      let expected = (model.numbers ?? []) + (model.probabilities ?? []).flatMap(\.self)
      try #require(found.count == expected.count)
      let limit = model.flavour == "exact" ? 1e-15 : 1e-5
      for (one, other) in zip(found, expected) {
        #expect(abs(one - other) <= limit * max(1, abs(other)), "\(model.name) \(model.flavour)")
      }
    }
  }

  private func table(_ model: Computed.Model) -> Table {
    Table(
      columns: model.rows.sorted { $0.key < $1.key }.map { name, cells in
        let numbers = cells.map { if case .number(let number)? = $0 { number } else { Double.nan } }
        let texts = cells.map { if case .text(let text)? = $0 { text } else { String?.none } }
        guard texts.contains(where: { $0 != nil }) else {
          return .init(name: name, values: .numeric(numbers))
        }
        let levels = Set(texts.compactMap(\.self)).sorted()
        return .init(
          name: name,
          values: .categorical(
            codes: texts.map { text in text.flatMap { levels.firstIndex(of: $0) } ?? -1 }, levels: levels))
      })
  }
}
