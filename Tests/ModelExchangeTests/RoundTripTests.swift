import FoundationEssentials
import Learning
import LinearAlgebra
import SwiftProtobuf
import Tabular
import Testing

@testable import ModelExchange

@Suite("Models on the way to ONNX and back")
struct RoundTripTests {
  @Test("every model comes back bit by bit", arguments: ONNXFlavour.allCases)
  func roundTrip(flavour: ONNXFlavour) throws {
    for file in try TrainedPipelines.all() {
      let export = try ONNXFile.export(file, flavour: flavour)
      let back = try ONNXFile.read(bytes: export.bytes, name: "m.onnx")
      #expect(back.file == file, "\(file.provenance?.recipe ?? "")")
      #expect(try back.file.bytes() == file.bytes())
      #expect(export.losses.contains { $0.contains("single precision") } == (flavour == .compat))
    }
  }

  /// Recipes whose graph of a flavour is also read without the model file in its metadata.
  private static let readable: [(id: String, settings: [String], flavours: [ONNXFlavour])] = [
    ("softmax", [], [.compat, .exact]), ("ovr", [], [.compat]),
    ("mlp", ["hidden=[4]", "epochs=5"], [.compat, .exact]),
    ("mlp", ["hidden=[4,3]", "activation=tanh", "epochs=5"], [.compat, .exact]),
    ("tree", ["maximumDepth=4"], [.compat]), ("forest", ["treeCount=3"], [.compat]),
    ("ols", [], [.compat, .exact]), ("ridge", ["penalty=0.1"], [.compat, .exact]),
    ("tree-regressor", [], [.compat]), ("mlp-regressor", ["hidden=[3]", "epochs=5"], [.compat, .exact]),
  ]

  @Test("the graph alone says what the model says", arguments: readable.indices)
  func graphAlone(place: Int) throws {
    let (id, settings, flavours) = Self.readable[place]
    let numbers = EncodingOptions(numeric: .standard, missing: .dropRows, ignored: ["colour", "shape"])
    let file = try TrainedPipelines.file(id, numbers, settings: settings)
    let expected = try file.pipeline.predict(TrainedPipelines.table)
    let complete = TrainedPipelines.table.rows(at: expected.rowIndex)
    for flavour in flavours {
      var model = try ONNXFile.decoded(ONNXFile.export(file, flavour: flavour).bytes, "m.onnx")
      model.metadataProps = []
      let bytes: Data = try model.serializedBytes()
      let found = try ONNXFile.read(bytes: [UInt8](bytes), name: "m.onnx").file
      #expect(found.provenance == nil)
      let answers = try found.pipeline.predict(complete)
      #expect(answers.classes == expected.classes && answers.numbers.count == expected.numbers.count)
      let limit = flavour == .compat ? 1e-5 : 1e-13
      for (one, other) in zip(
        answers.numbers + answers.probabilities.elements, expected.numbers + expected.probabilities.elements)
      {
        #expect(abs(one - other) < limit * max(1, abs(other)), "\(id) \(flavour)")
      }
    }
  }

  @Test("what ONNX cannot say is named")
  func notExpressible() throws {
    func reason(_ file: ModelFile) -> String {
      do {
        _ = try ONNXFile.export(file, flavour: .exact)
        return "written"
      } catch { return "\(error)" }
    }
    let kernel = try TrainedPipelines.file(
      "kernel-logistic", EncodingOptions(numeric: .standard), settings: ["representerCount=4"])
    #expect(reason(kernel).contains("kernel-logistic"))
    let mixed = try TrainedPipelines.file(
      "tree", TrainedPipelines.forTrees, settings: ["missing=proportional"])
    #expect(reason(mixed).contains("follow both branches"))
    // Without a gap that could reach it, the same tree can be written.
    let whole = try TrainedPipelines.file(
      "tree", EncodingOptions(numeric: .none), settings: ["missing=proportional"])
    #expect(reason(whole) == "written")
  }

  @Test("policies that ONNX does not have are told")
  func losses() throws {
    let strict = try TrainedPipelines.file("softmax", EncodingOptions(missing: .dropRows, unseen: .fail))
    let losses = try ONNXFile.export(strict, flavour: .exact).losses
    #expect(losses.count == 2)
    #expect(losses.contains { $0.contains("left out") } && losses.contains { $0.contains("did not see") })
  }

  @Test("a changed graph never hides behind the model in the metadata")
  func changedGraph() throws {
    let options = EncodingOptions(numeric: .standard, missing: .dropRows, ignored: ["colour", "shape"])
    func changed(_ options: EncodingOptions) throws -> ONNXFile.Import {
      let export = try ONNXFile.export(TrainedPipelines.file("softmax", options), flavour: .compat)
      var model = try ONNXFile.decoded(export.bytes, "m.onnx")
      let place = try #require(model.graph.node.firstIndex { $0.opType == "LinearClassifier" })
      let setting = try #require(
        model.graph.node[place].attribute.firstIndex { $0.name == "intercepts" })
      model.graph.node[place].attribute[setting].floats[0] = 5
      let bytes: Data = try model.serializedBytes()
      return try ONNXFile.read(bytes: [UInt8](bytes), name: "m.onnx")
    }
    let found = try changed(options)
    #expect(found.notes.contains { $0.contains("only the graph counts") })
    guard case .linearClassifier(let linear) = found.file.pipeline.model else {
      Issue.record("no linear classifier")
      return
    }
    #expect(linear.intercepts[0] == 5 && found.file.provenance == nil)
    // Categories come back from the graph alone, with their levels.
    let mixed = try changed(EncodingOptions(missing: .dropRows))
    let original = try TrainedPipelines.file("softmax", EncodingOptions(missing: .dropRows)).pipeline
    #expect(mixed.file.pipeline.features.space.names == original.features.space.names)
  }

  @Test("thresholds of single precision send every single-precision number the same way")
  func thresholds() {
    let scalings = [
      Scaling.identity, Scaling(offset: 0.3, scale: 7.7), Scaling(offset: 1e6, scale: 1e-3),
      Scaling(offset: -1000, scale: 1),
    ]
    for scaling in scalings {
      for threshold in [0.1, -0.25, 1000, 1.0 / 3, -1e30, 1e-30, 0] {
        let limit = Float(naturalThreshold: threshold, scaling)
        #expect(limit == -.infinity || scaling.scaled(Double(limit)) <= threshold)
        if limit < .greatestFiniteMagnitude, limit > -.infinity {
          #expect(scaling.scaled(Double(limit.nextUp)) > threshold)
        }
      }
    }
    #expect(Double(Float(roundedDown: 0.1)) <= 0.1)
    #expect(Double(Float(roundedDown: 0.1).nextUp) > 0.1)
  }
}
