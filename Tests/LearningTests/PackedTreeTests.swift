import Foundation
import LinearAlgebra
import Tabular
import TestSupport
import Testing

@testable import Learning

@Suite("Packed trees in files")
struct PackedTreeTests {
  private func pipeline(_ id: String) throws -> Pipeline {
    try SmallPipelines.classifier(id, SmallPipelines.forTrees)
  }

  @Test("numbers come back bit by bit")
  func columns() throws {
    let whole = [0, 1, 127, 128, 16_383, 16_384, 1 << 31, 1 << 53]
    #expect(try PackedColumn.wholeNumbers(PackedColumn.pack(whole), "x", count: 8) == whole)
    for numbers in [
      [0, 5, 300], [0.5, 5, -0.0], [-1, 2], [.leastNonzeroMagnitude, .greatestFiniteMagnitude],
      [0x1p53, 0x1p54], [],
    ] as [[Double]] {
      let back = try PackedColumn.doubles(PackedColumn.pack(numbers), "x", count: numbers.count)
      #expect(back.map(\.bitPattern) == numbers.map(\.bitPattern))
    }
    #expect(PackedColumn.pack([0.0, 1, 2]).count == 4)
  }

  @Test(
    "wrong bytes are refused",
    arguments: [
      [], [0x77], [0x77, 0x80], [0x77, 1, 1], [0x77, 0x80, 0], [0x64, 0, 0], [0x61, 1],
      [0x77, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x64, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F],
      [0x64, 0, 0, 0, 0, 0, 0, 0xF0, 0xFF],
    ] as [[UInt8]])
  func wrongBytes(bytes: [UInt8]) {
    #expect(throws: ModelError.self) { try PackedColumn.doubles(Data(bytes), "x", count: 1) }
    #expect(throws: ModelError.self) { try PackedColumn.wholeNumbers(Data(bytes), "x", count: 1) }
    #expect(throws: ModelError.self) { try PackedColumn.doubles(Data(bytes), "x", count: .max) }
  }

  @Test("files of version 1 are read and answer as before", arguments: ["tree", "forest", "tree-regressor"])
  func firstVersion(name: String) throws {
    let bytes = [UInt8](try FixtureFile.data("onnx/golden-\(name).json"))
    let file = try ModelFile(bytes: bytes, name: name)
    #expect(String(decoding: bytes, as: UTF8.self).contains("\"version\":1"))
    #expect(file.version == 2)
    let again = try ModelFile(
      bytes: ModelFile(pipeline: file.pipeline, provenance: file.provenance).bytes(), name: name)
    #expect(again.version == 2)
    #expect(again.pipeline == file.pipeline)
    let tree: DecisionTree
    switch file.pipeline.model {
    case .treeClassifier(let model): tree = model.tree
    case .treeRegressor(let model): tree = model.tree
    case .forest(let model): tree = model.trees[0].tree
    default: throw ModelError.invalid(model: name, reason: "no tree")
    }
    #expect(tree.missing == .stop)
    let gaps = Matrix(rows: 1, columns: tree.featureCount, repeating: .nan)
    #expect(tree.endNodes(of: gaps) == [0])
    // A learned side is nothing that version 1 knows.
    let text = String(decoding: bytes, as: UTF8.self).replacing(
      "\"missing\":\"stop\"", with: "\"missing\":\"learned\"")
    #expect(throws: ModelFileError.self) { try ModelFile(bytes: Array(text.utf8), name: name) }
  }

  /// The bytes of every column of the first tree, for changes.
  private static func changed(
    _ bytes: [UInt8], _ change: (_ tree: inout [String: Any]) throws -> Void
  ) throws -> [UInt8] {
    func walk(_ value: Any, _ isChanged: inout Bool) throws -> Any {
      if var object = value as? [String: Any] {
        if object["kinds"] != nil, !isChanged {
          isChanged = true
          try change(&object)
          return object
        }
        for key in object.keys.sorted() {
          if let inner = object[key] { object[key] = try walk(inner, &isChanged) }
        }
        return object
      }
      if let list = value as? [Any] { return try list.map { try walk($0, &isChanged) } }
      return value
    }
    var isChanged = false
    let document = try walk(JSONSerialization.jsonObject(with: Data(bytes)), &isChanged)
    return [UInt8](try JSONSerialization.data(withJSONObject: document, options: .sortedKeys))
  }

  private static let packed = ["kinds", "tested", "operands", "rows", "weights", "impurities", "values"]

  @Test("damaged columns give an error or a tree that answers, never a trap", arguments: ["tree", "forest"])
  func fuzz(id: String) throws {
    let bytes = try ModelFile(pipeline: pipeline(id), provenance: nil).bytes()
    var random = RandomStream(seed: 5)
    var refused = 0
    for _ in 0..<400 {
      let damaged = try Self.changed(bytes) { tree in
        let key = Self.packed[random.integer(below: Self.packed.count)]
        let text = try #require(tree[key] as? String)
        var column = [UInt8](try #require(Data(base64Encoded: text)))
        for _ in 0...random.integer(below: 3) {
          let place = random.integer(below: column.count + 1)
          switch random.integer(below: 4) {
          case 0 where !column.isEmpty: column.remove(at: min(place, column.count - 1))
          case 1: column.insert(UInt8(random.integer(below: 256)), at: place)
          case 2: column = Array(column.prefix(place))
          default: if place < column.count { column[place] = UInt8(random.integer(below: 256)) }
          }
        }
        tree[key] = Data(column).base64EncodedString()
      }
      do {
        try DamagedFileTests.use(ModelFile(bytes: damaged, name: "m.json"))
      } catch let error as ModelFileError {
        refused += 1
        #expect(error.description.hasPrefix("m.json") && !error.description.contains("\n"))
      }
    }
    #expect(refused > 200)
  }

  @Test("what is no base64, too long, too wide or of the wrong kind is one sentence")
  func clearErrors() throws {
    let bytes = try ModelFile(pipeline: pipeline("tree"), provenance: nil).bytes()
    let wrong: [(String, Any)] = [
      ("kinds", "%%%"), ("kinds", "AQ=="), ("kinds", ""), ("kinds", "AAA="), ("kinds", "/w=="), ("kinds", 7),
      ("rows", "dw=="), ("weights", ""), ("width", Int.max), ("width", 0), ("width", -1), ("features", -1),
      ("features", 0), ("values", "ZAAAAAAAAPh/"), ("missing", "elsewhere"), ("tested", "d/////8P"),
    ]
    for (key, value) in wrong {
      let damaged = try Self.changed(bytes) { $0[key] = value }
      let error = #expect(throws: ModelFileError.self) { try ModelFile(bytes: damaged, name: "m.json") }
      #expect(
        error.map { $0.description.hasPrefix("m.json holds no usable model") } ?? false, "\(key) \(value)")
    }
    for key in Self.packed {
      let damaged = try Self.changed(bytes) { $0[key] = nil }
      #expect(throws: ModelFileError.self) { try ModelFile(bytes: damaged, name: "m.json") }
    }
  }

  @Test("a forest has the same bytes on any number of threads")
  func threads() throws {
    var random = RandomStream(seed: 4)
    let features = Matrix(
      rows: 600, columns: 9, elements: (0..<5400).map { _ in (random.normal() * 4).rounded() })
    let labels = (0..<600).map { features[$0, 0] * features[$0, 1] > features[$0, 2] ? 1 : 0 }
    let data = ClassificationData(features: features, labels: labels, classCount: 2)
    let files = try [1, 2, 3].map { workers in
      var stream = RandomStream(seed: 8)
      let forest = try RandomForestClassifier(treeCount: 7).fit(data, workers: workers, using: &stream)
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return try encoder.encode(forest.trees.map(\.tree))
    }
    #expect(files[0] == files[1] && files[1] == files[2])
  }

  @Test("a node of a large tree takes few bytes")
  func size() throws {
    var random = RandomStream(seed: 4)
    let features = Matrix(rows: 4000, columns: 6, elements: (0..<24_000).map { _ in random.normal() })
    let labels = (0..<4000).map { _ in random.integer(below: 2) }
    let data = ClassificationData(features: features, labels: labels, classCount: 2)
    let tree = try DecisionTreeClassifier().fit(data, using: &random).tree
    let bytes = try JSONEncoder().encode(tree).count
    #expect(tree.nodes.count > 1000 && bytes < 24 * tree.nodes.count)
  }
}
