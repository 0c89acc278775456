import Foundation
import Learning
import LinearAlgebra
import SwiftProtobuf
import Tabular
import TestSupport
import Testing

@testable import ModelExchange

@Suite("Damaged and hostile ONNX files")
struct HostileFileTests {
  static let names = [
    "logistic-binary", "tree-minmax", "forest-binary", "mlp-tanh-binary", "mixed-tree", "mixed-logistic",
    "imputed-ridge", "tree-regressor", "golden-logistic.exact", "golden-tree.compat",
    "../exports/imputed-passengers", "../exports/one-hot-drop-tree", "../exports/ordinal-infrequent-tree",
    "../exports/ordinal-unknown-logistic", "../exports/zipmap-columns", "../exports/forest-regressor",
    "../exports/ovr-tree", "../exports/ovr-logistic-binary", "../exports/sgd-logistic-double",
    "../exports/sgd-hinge-binary", "../exports/lightgbm", "../exports/xgboost-poisson",
  ]

  /// What the reader says of a fixture after a change.
  private func sentence(_ name: String, _ change: (inout ONNXModelProto) throws -> Void) throws -> String {
    var model = try ONNXModelProto(serializedBytes: Fixtures.bytes("\(name).onnx"))
    try change(&model)
    let bytes: Data = try model.serializedBytes()
    return sentence([UInt8](bytes))
  }

  private func sentence(_ bytes: [UInt8]) -> String {
    do {
      _ = try ONNXFile.read(bytes: bytes, name: "m.onnx")
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test("every cut of a file is refused in one sentence", arguments: names)
  func truncated(name: String) throws {
    let bytes = try Fixtures.bytes("\(name).onnx")
    let whole = try ONNXFile.read(bytes: bytes, name: "m.onnx")
    let cuts = Swift.stride(from: 0, to: bytes.count - 1, by: max(1, bytes.count / 60))
    for count in Array(cuts) + (max(bytes.count - 80, 0)..<bytes.count) {
      do {
        let found = try ONNXFile.read(bytes: Array(bytes.prefix(count)), name: "m.onnx")
        // skl2onnx may say last what the graph does not need: a set of operators twice, or one that is not used.
        #expect(found.file == whole.file, "a cut to \(count) of \(bytes.count) bytes")
      } catch let error as ModelExchangeError {
        #expect(error.description.hasPrefix("m.onnx") && !error.description.contains("\n"))
      }
    }
  }

  @Test(
    "a file with random damage is refused in a sentence or answers with finite numbers", arguments: 0..<300)
  func damaged(seed: UInt64) throws { try damage(seed, changes: 1 + Int(seed % 6)) }

  /// Set by hand, as for JSON files: `BEZOAR_FUZZ_MINUTES=60 swift test --filter "long run"`.
  @Test("a long run of damaged ONNX files", .fuzzing)
  func longRun() throws {
    let end = ContinuousClock.now + .seconds(TestData.fuzzMinutes * 60)
    var seed: UInt64 = 1_000
    while ContinuousClock.now < end {
      try damage(seed, changes: 1 + Int(seed % 40))
      seed += 1
    }
    #expect(seed > 1_000)
  }

  /// Changes some bytes; the reader must refuse the file or give a model that answers without a trap.
  private func damage(_ seed: UInt64, changes: Int) throws {
    var random = RandomStream(seed: seed).child("damage")
    var bytes = try Fixtures.bytes("\(Self.names[Int(seed) % Self.names.count]).onnx")
    for _ in 0..<changes {
      let place = random.integer(below: bytes.count)
      switch random.integer(below: 6) {
      case 0: bytes.remove(at: place)
      case 1: bytes.insert(UInt8(random.integer(below: 256)), at: place)
      case 2: bytes[place] ^= 1 << UInt8(random.integer(below: 8))
      case 3: bytes[place] = 0xFF
      case 4:
        let piece = bytes[place..<min(place + 1 + random.integer(below: 40), bytes.count)]
        bytes.insert(contentsOf: Array(piece), at: random.integer(below: bytes.count))
      default: bytes[place] = UInt8(random.integer(below: 256))
      }
    }
    try Self.use(bytes)
  }

  /// Reads a file, which must be refused in a sentence or give a model that answers without a trap.
  static func use(_ bytes: [UInt8]) throws {
    do {
      let file = try ONNXFile.read(bytes: bytes, name: "m.onnx").file
      let inputs = file.pipeline.features.inputColumns
      _ = try? file.pipeline.features.features(inputs: Matrix(rows: 2, columns: inputs.count))
      let columns = file.pipeline.features.columnKinds.map { name, kind in
        Table.Column(
          name: name,
          values: kind == .numeric ? .numeric([0, 1]) : .categorical(codes: [0, 0], levels: ["Ulm"]))
      }
      if let answers = try? file.pipeline.predict(Table(columns: columns)), !answers.classes.isEmpty {
        _ = try? ClassificationMetrics(
          probabilities: answers.probabilities, labels: answers.classes.map { _ in 0 })
      }
      _ = try? file.bytes()
      _ = try? ONNXFile.export(file, flavour: .compat)
    } catch let error as ModelExchangeError {
      #expect(error.description.hasPrefix("m.onnx"))
    }
  }

  @Test("claims of size and number are refused before anything is allocated")
  func claims() throws {
    #expect(sentence([]).contains("no graph"))
    #expect(sentence(Array("{\"format\":1}".utf8)).hasPrefix("m.onnx is no whole ONNX model"))
    // A graph of 2^62 bytes, and a number that never ends.
    #expect(
      sentence([0x3A] + [UInt8](repeating: 0xFF, count: 8) + [0x3F, 1]).contains("more bytes than there are"))
    #expect(sentence([UInt8](repeating: 0xFF, count: 40)).contains("breaks off"))
    // More empty nodes than are decoded.
    let nodes = [UInt8]((0..<WireCheck.messageLimit).flatMap { _ in [0x0A, 0x00] as [UInt8] })
    let length = UInt32(nodes.count)
    let varint = (0..<4).map { UInt8(length >> (7 * $0) & 0x7F) | ($0 < 3 ? 0x80 : 0) }
    #expect(sentence([0x3A] + varint + nodes).contains("more than \(WireCheck.messageLimit)"))
    let wide = try sentence("logistic-binary") {
      $0.graph.input[0].type.tensorType.shape.dim[1].dimValue = .max
    }
    #expect(wide.contains("from 1 to"))
    let tensor = try sentence("mlp-relu") { $0.graph.initializer[0].dims = [.max, .max] }
    #expect(tensor.contains("no possible shape"))
    // Every node doubles the columns.
    let doubled = try sentence("logistic-binary") { model in
      model.graph.node = (0..<60).map { index in
        var node = ONNXNodeProto()
        node.opType = "Concat"
        node.input = index == 0 ? ["X", "X"] : ["t\(index - 1)", "t\(index - 1)"]
        node.output = ["t\(index)"]
        return node
      }
    }
    #expect(doubled.contains("it would take more than 16 MB"), "\(doubled)")
  }

  @Test("graphs that contradict themselves are refused with the name of the node")
  func graphs() throws {
    let circle = try sentence("logistic-binary") { $0.graph.node[0].input = [$0.graph.node[1].output[0]] }
    #expect(circle.contains("which no earlier node makes"))
    let twice = try sentence("logistic-binary") { $0.graph.node.append($0.graph.node[0]) }
    #expect(twice.contains("is made twice"))
    let unknown = try sentence("logistic-binary") {
      $0.graph.node[1].opType = "SVMClassifier"
      $0.graph.node[1].name = "svm"
    }
    #expect(
      unknown.hasPrefix(
        "m.onnx: operator SVMClassifier of domain ai.onnx.ml in node 'svm' is not supported; supported are Abs, Add,"
      ))
    let narrow = try sentence("logistic-multinomial") {
      $0.graph.input[0].type.tensorType.shape.dim[1].dimValue = 5
    }
    #expect(narrow.contains("coefficients for 5 columns"))
    let own = try sentence("logistic-binary") { $0.functions = [Data([1])] }
    #expect(own.contains("operators of its own"))
    let elsewhere = try sentence("mlp-relu") { $0.graph.initializer[0].dataLocation = .external }
    #expect(elsewhere.contains("another file"))
    let noVersion = try sentence("logistic-binary") { $0.opsetImport.removeLast() }
    #expect(noVersion.contains("it does not say which version of ai.onnx.ml it uses"))
    let newer = try sentence("logistic-binary") { $0.opsetImport[0].version = 29 }
    #expect(newer.contains("it uses version 29 of ai.onnx; known are 7 to 28"))
    let noOutput = try sentence("logistic-binary") { $0.graph.output = [] }
    #expect(noOutput.contains("none of its outputs"))
  }

  @Test(
    "trees with cycles, lost nodes and wrong numbers are refused",
    arguments: [
      ("nodes_truenodeids", 0, 0), ("nodes_truenodeids", 0, 77), ("nodes_featureids", 0, 900),
      ("nodes_featureids", 0, -1), ("nodes_nodeids", 1, 0), ("class_ids", 0, 9), ("class_nodeids", 0, 0),
      ("class_treeids", 0, 5), ("nodes_treeids", 1, 3), ("nodes_falsenodeids", 0, 1),
    ])
  func trees(setting: String, place: Int, value: Int) throws {
    let said = try sentence("tree-minmax") { model in
      let node = try #require(model.graph.node.firstIndex { $0.opType == "TreeEnsembleClassifier" })
      let index = try #require(model.graph.node[node].attribute.firstIndex { $0.name == setting })
      model.graph.node[node].attribute[index].ints[place] = Int64(value)
    }
    #expect(said.contains("(TreeEnsembleClassifier)"), "\(said)")
  }

  @Test("leaves without shares are not taken for a forest: they give scores and no probabilities")
  func scores() throws {
    var model = try ONNXModelProto(serializedBytes: Fixtures.bytes("forest.onnx"))
    let node = try #require(model.graph.node.firstIndex { $0.opType == "TreeEnsembleClassifier" })
    let index = try #require(model.graph.node[node].attribute.firstIndex { $0.name == "class_weights" })
    model.graph.node[node].attribute[index].floats[0] += 0.5
    let bytes: Data = try model.serializedBytes()
    let found = try ONNXFile.read(bytes: [UInt8](bytes), name: "m.onnx")
    guard case .treeSumClassifier(let sum) = found.file.pipeline.model else {
      Issue.record("no sum of trees")
      return
    }
    #expect(sum.link == .decision && sum.sum.base.count == 3)
    #expect(found.notes.contains { $0.contains("no probabilities") })
  }

  @Test("a share below zero by more than single precision rounds is no share")
  func negativeShare() throws {
    let model = try ONNXModelProto(serializedBytes: Fixtures.bytes("forest-binary.onnx"))
    let node = try #require(model.graph.node.firstIndex { $0.opType == "TreeEnsembleClassifier" })
    let index = try #require(model.graph.node[node].attribute.firstIndex { $0.name == "class_weights" })
    func isForest(adding value: Float) throws -> Bool {
      var changed = model
      changed.graph.node[node].attribute[index].floats[0] = 0.125 + value
      let bytes: Data = try changed.serializedBytes()
      let pipeline = try ONNXFile.read(bytes: [UInt8](bytes), name: "m.onnx").file.pipeline
      if case .forest = pipeline.model { return true }
      return false
    }
    // Shares of eight trees add up to an eighth.
    #expect(try isForest(adding: 0) && isForest(adding: 1e-8))
    #expect(try !isForest(adding: 1e-4))
  }

  @Test("a label that is not the largest of the probabilities is refused")
  func otherLabel() throws {
    let said = try sentence("../exports/ovr-logistic") { model in
      // The label of the first of three models in the place of that of all.
      let place = try #require(model.graph.node.firstIndex { $0.output == ["output_label"] })
      model.graph.node[place].input = ["label_0"]
    }
    #expect(said.contains("its label is not the class with the largest"))
  }
}
