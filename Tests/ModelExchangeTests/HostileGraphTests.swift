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

  @Test("small files may not become much, whatever makes them grow")
  func memory() throws {
    #expect(ImportedGraph.memory(ofFile: 1000) < 17 << 20)
    #expect(ImportedGraph.memory(ofFile: ONNXFile.sizeLimit) == 1 << 30)
    let wide = ImportedGraph.columnLimit
    let refusal = "MB of memory, too much for a file of its size"
    #expect(try sentence(columns: wide) { _ in "X" }.contains("none of its outputs"))
    // The input itself, filled in and moved again and again.
    let filled = try sentence(columns: wide) { builder in
      (0..<20).reduce("X") { last, _ in
        let settings: [ONNXAttributeProto] = [
          .numbers("imputed_value_floats", [0]), .number("replaced_value_float", .nan),
        ]
        return builder.add("Imputer", .ml, [last], settings, named: "filled")
      }
    }
    #expect(filled.contains(refusal))
    let moved = try sentence(columns: wide / 8) { builder in
      let one = builder.constant([1.0], [1], named: "one")
      return (0..<16).reduce("X") { last, _ in builder.add("Add", [last, one], named: "moved") }
    }
    #expect(moved.contains(refusal))
    let joined = try sentence(columns: wide / 2 + 1) { builder in
      builder.add("Concat", ["X", "X"], named: "joined")
    }
    #expect(joined.contains("(Concat) makes more than \(wide) columns"))
    // Biases of a wide layer that are copied by every node.
    let biased = try sentence { builder in
      let units = 2000
      let weights = builder.constant([Double](repeating: 1, count: 2 * units), [2, units], named: "weights")
      let ones = builder.constant([Double](repeating: 1, count: units), [units], named: "ones")
      let sums = builder.add("MatMul", ["X", weights], named: "sums")
      return (0..<2000).reduce(sums) { last, _ in builder.add("Add", [last, ones], named: "moved") }
    }
    #expect(biased.contains(refusal))
  }

  @Test("the name of an input is not repeated without end")
  func names() throws {
    var model = try ONNXModelProto(
      serializedBytes: bytes(columns: ImportedGraph.columnLimit) { _ in "X" })
    for (length, words) in [(5000, "has more than 1024 bytes"), (1000, "MB of memory")] {
      model.graph.input[0].name = String(repeating: "x", count: length)
      let written: Data = try model.serializedBytes()
      #expect {
        try ONNXFile.read(bytes: [UInt8](written), name: "m.onnx")
      } throws: {
        "\($0)".contains(words)
      }
    }
  }

  @Test("a change of type that changes values is refused, before a model and behind it")
  func types() throws {
    func cast(_ type: TensorElement, behind: Bool) throws -> String {
      try sentence { builder in
        func change(_ name: String) -> String {
          builder.add("Cast", [name], [.integer("to", Int64(type.rawValue))], named: "changed")
        }
        let settings: [ONNXAttributeProto] = [
          .numbers("coefficients", [1, 2]), .numbers("intercepts", [0.5]),
        ]
        let before = behind ? "X" : change("X")
        let number = builder.add("LinearRegressor", .ml, [before], settings, named: "number")
        return behind ? change(number) : number
      }
    }
    for type in [TensorElement.float, .double] {
      #expect(try cast(type, behind: true) == "accepted")
      #expect(try cast(type, behind: false) == "accepted")
    }
    for type in [TensorElement.int64, .int32, .bool, .uint8, .string] {
      #expect(try cast(type, behind: true).contains("(Cast) changes the values of predictions"))
      // What is left of a number without its fraction may become a category, and nothing else.
      let words =
        type == .int64 ? "are cut off, which changes its values" : "(Cast) changes the values of features"
      #expect(try cast(type, behind: false).contains(words))
    }
    // The last column of this model holds whole numbers.
    for (type, isKept) in [(TensorElement.int64, true), (.bool, false), (.int32, false), (.string, false)] {
      var model = try ONNXModelProto(serializedBytes: Fixtures.bytes("mixed-tree.onnx"))
      var node = ONNXNodeProto()
      node.opType = "Cast"
      node.input = ["children"]
      node.output = ["changed"]
      node.attribute = [.integer("to", Int64(type.rawValue))]
      for index in model.graph.node.indices {
        model.graph.node[index].input = model.graph.node[index].input.map {
          $0 == "children" ? "changed" : $0
        }
      }
      model.graph.node.insert(node, at: 0)
      let written: Data = try model.serializedBytes()
      if isKept {
        _ = try ONNXFile.read(bytes: [UInt8](written), name: "m.onnx")
      } else {
        #expect(throws: ModelExchangeError.self) {
          try ONNXFile.read(bytes: [UInt8](written), name: "m.onnx")
        }
      }
    }
  }
}
