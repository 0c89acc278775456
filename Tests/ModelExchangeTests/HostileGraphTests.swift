import Foundation
import LinearAlgebra
import SwiftProtobuf
import Testing

@testable import ModelExchange

/// Graphs whose bytes are whole and whose nodes do not mean well.
@Suite("Hostile ONNX graphs")
struct HostileGraphTests {
  /// A model with an input `X` of some columns and what `make` adds; the last result is called `Y`.
  private func bytes(
    columns: Int = 2, _ make: (inout GraphBuilder) -> String
  ) throws -> [UInt8] {
    var builder = GraphBuilder(.compat, reserving: ["X", "Y"])
    builder.input("X", .float)
    let last = make(&builder)
    builder.add("Identity", .standard, [last], outputs: ["Y"], [])
    builder.output("Y", .float, columns: 1)
    var model = ONNXModelProto()
    model.graph = builder.graph
    model.graph.input[0].type.tensorType.shape.dim[1].dimValue = Int64(columns)
    model.opsetImport = [("", 17), ("ai.onnx.ml", 3)].map { domain, version in
      var set = ONNXOperatorSetIdProto()
      set.domain = domain
      set.version = Int64(version)
      return set
    }
    let bytes: Data = try model.serializedBytes()
    return [UInt8](bytes)
  }

  /// What the reader says of such a model.
  private func sentence(columns: Int = 2, _ make: (inout GraphBuilder) -> String) throws -> String {
    do {
      _ = try ONNXFile.read(bytes: bytes(columns: columns, make), name: "m.onnx")
      return "accepted"
    } catch let error as ModelExchangeError { return "\(error)" }
  }

  @Test("a small graph of this kind is accepted")
  func accepted() throws {
    let said = try sentence { builder in
      let weights = builder.constant([1.0, 2.0], [2, 1], named: "weights")
      return builder.add("MatMul", ["X", weights], named: "sums")
    }
    #expect(said == "accepted")
  }

  @Test("no column and layers without inputs are refused before anything is made of their shapes")
  func nothing() throws {
    let empty = try sentence { builder in
      let none = builder.constant([Int64](), [0], named: "none")
      let columns = builder.add("Gather", ["X", none], [.integer("axis", 1)], named: "columns")
      let weights = builder.constant([Double](), [0, 1 << 62], named: "weights")
      return builder.add("MatMul", [columns, weights], named: "sums")
    }
    #expect(empty.contains("(Gather) selects no column"))
    let wide = try sentence { builder in
      let weights = builder.constant([Double](), [0, 1 << 62], named: "weights")
      return builder.add("MatMul", ["X", weights], named: "sums")
    }
    #expect(wide.contains("(MatMul)"))
  }
}
