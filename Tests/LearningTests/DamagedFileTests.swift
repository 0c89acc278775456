import Foundation
import LinearAlgebra
import Tabular
import TestSupport
import Testing

@testable import Learning

/// What comes from outside, changed at random, must be refused with an error or give something that answers without
/// a trap.
@Suite("Damaged files")
struct DamagedFileTests {
  /// The documents that damage starts from: model files, encoders and tables.
  struct Corpus {
    let models: [[UInt8]]
    let encoders: [[UInt8]]
    let tables: [[UInt8]]

    init() throws {
      var pipelines = try SmallPipelines.pipelines()
      for options in [
        EncodingOptions(numeric: .symmetricRange, missing: .ownLevel, unseen: .allZero),
        EncodingOptions(bins: 3, missing: .dropRows), EncodingOptions(numeric: .standard, missing: .fail),
      ] {
        let table = try SmallPipelines.table(
          SmallPipelines.text.split(separator: "\n").filter { !$0.contains(",,") }.joined(separator: "\n"))
        pipelines.append(
          try SmallPipelines.classifier("softmax", options, on: options.missing == .fail ? table : nil))
      }
      models = try pipelines.map { try ModelFile(pipeline: $0, provenance: nil).bytes() }
      encoders = try pipelines.map { [UInt8](try JSONEncoder().encode($0.features)) }
      tables = [
        SmallPipelines.text, SmallPipelines.text.replacing(",", with: "\t"),
        "\"a \"\"b\"\"\",\"c\r\nd\"\r\n1e5,\"x,y\"\r\n-0.25,\r\n", "\u{FEFF}x;y\n1,5;ä\n;NA\n",
      ].map { Array($0.utf8) }
    }
  }

  static let corpus = Result { try Corpus() }

  private static let seeds = UInt64(0)..<600

  private enum Kind: CaseIterable { case removal, byte, piece, cut, number, mark }

  @Test("few changes give an error, or something that answers without a trap", arguments: seeds)
  func damaged(seed: UInt64) throws { try Self.damage(seed, changes: 3) }

  @Test("every kind of change is made to model files, encoders and tables with few changes", arguments: 0..<4)
  func kinds(remainder: UInt64) throws {
    let corpus = try Self.corpus.get()
    var made: [Kind: Int] = [:]
    for seed in Self.seeds where seed % 4 == remainder {
      for kind in Self.damaged(corpus, seed, changes: 3).kinds { made[kind, default: 0] += 1 }
    }
    for kind in Kind.allCases { #expect(made[kind, default: 0] > 0, "\(kind)") }
  }

  /// Set by hand: `BEZOAR_FUZZ_MINUTES=60 swift test --filter "long run"`.
  @Test("a long run of many changes", .fuzzing)
  func longRun() throws {
    let start = ContinuousClock.now
    let first = ProcessInfo.processInfo.environment["BEZOAR_FUZZ_SEED"].flatMap(UInt64.init) ?? 1_000
    var seed = first
    while ContinuousClock.now < start + .seconds(TestData.fuzzMinutes * 60) {
      try Self.damage(seed, changes: 1 + Int(seed % 40))
      seed += 1
      if (seed - first) % 100_000 == 0 { print("\(seed - first) files in \(ContinuousClock.now - start)") }
    }
    print("\(seed - first) damaged files in \(ContinuousClock.now - start)")
    #expect(seed > first)
  }

  /// Damages a model file, an encoder or a table in turn and reads it.
  private static func damage(_ seed: UInt64, changes: Int) throws {
    let bytes = damaged(try corpus.get(), seed, changes: changes).bytes
    switch seed % 4 {
    case 0:
      if let encoder = try? JSONDecoder().decode(FeatureEncoder.self, from: Data(bytes)) {
        use(encoder)
      }
    case 1:
      var reader = TableReader()
      if seed % 8 == 1 { reader.kinds = ["size": .numeric, "weight": .categorical] }
      do throws(TabularError) {
        use(try reader.read(bytes: bytes, name: "t.csv"))
      } catch {
        #expect(!error.description.isEmpty)
      }
    default:
      do {
        try use(ModelFile(bytes: bytes, name: "m.json"))
      } catch let error as ModelFileError {
        #expect(error.description.hasPrefix("m.json"))
      }
    }
  }

  static func use(_ file: ModelFile) throws {
    use(file.pipeline.features)
    let table = try SmallPipelines.table()
    if let answers = try? file.pipeline.predict(table), !answers.classes.isEmpty {
      // The labels of the table may be others; any will do.
      _ = try? ClassificationMetrics(
        probabilities: answers.probabilities, labels: answers.classes.map { _ in 0 })
    }
    _ = try? file.bytes()
    let width = file.pipeline.features.space.count
    switch file.pipeline.model {
    case .treeClassifier(let model):
      _ = model.confidences(Matrix(rows: 2, columns: width))
      explain(model.tree, file.pipeline.features)
    case .treeRegressor(let model): explain(model.tree, file.pipeline.features)
    default: break
    }
  }

  private static func explain(_ tree: DecisionTree, _ features: FeatureEncoder) {
    _ = tree.featureImportances
    _ = tree.pruned(0.01)
    _ = tree.rules { node, isTrue in
      features.condition(Int(node.feature), node.test.operand, isEqual: true, isTrue: isTrue)
    }
  }

  private static func use(_ encoder: FeatureEncoder) {
    _ = (encoder.columnKinds, encoder.codedColumns, encoder.identifiers)
    if let table = try? SmallPipelines.table(), let rows = try? encoder.features(table) {
      _ = encoder.columns(fromRows: rows.matrix)
    }
    _ = encoder.columns(fromRows: Matrix(rows: 1, columns: encoder.space.count, repeating: 0.5))
    let inputs = encoder.inputColumns
    for value in [0, 0.5, -1e308, .nan] {
      _ = try? encoder.features(inputs: Matrix(rows: 1, columns: inputs.count, repeating: value))
    }
    _ = (encoder.takesValues, encoder.numberScales)
  }

  private static func use(_ table: Table) {
    for column in table.columns {
      let encoder = try? ClassEncoder.fit(table, target: column.name, options: EncodingOptions(bins: 2))
      _ = try? encoder?.design(table)
      _ = try? Encoder.fit(table, target: column.name).design(table)
    }
    _ = TableWriter.bytes(table)
  }

  private static let marks = Array("0123456789-e.,[]{}\":;\n\r\t".utf8)
  private static let numbers = [
    "-1", "0", "1e308", "1e999", "-1e-320", "9223372036854775807", "18446744073709551616",
    "4611686018427387904",
    "2147483648", "0.5", "null", "true", "\"\"", "[]", "{}",
  ].map { Array($0.utf8) }

  /// An encoder, a table or a model file in turn after some attempts to change bytes, pieces and numbers, and the kinds of
  /// those that changed something.
  private static func damaged(
    _ corpus: Corpus, _ seed: UInt64, changes: Int
  ) -> (bytes: [UInt8], kinds: [Kind]) {
    var random = RandomStream(seed: seed).child("damage")
    let documents =
      switch seed % 4 {
      case 0: corpus.encoders
      case 1: corpus.tables
      default: corpus.models
      }
    var (bytes, kinds) = (documents[random.integer(below: documents.count)], [Kind]())
    for _ in 0..<changes where bytes.count > 1 {
      let place = random.integer(below: bytes.count)
      switch random.integer(below: 8) {
      case 0:
        bytes.remove(at: place)
        kinds.append(.removal)
      case 1:
        bytes[place] = UInt8(random.integer(below: 256))
        kinds.append(.byte)
      case 2, 3:
        let other = documents[random.integer(below: documents.count)]
        let start = random.integer(below: other.count)
        let piece = other[start..<min(start + 1 + random.integer(below: 60), other.count)]
        bytes.insert(contentsOf: piece, at: place)
        kinds.append(.piece)
      case 4:
        bytes.removeSubrange(place..<min(place + 1 + random.integer(below: 60), bytes.count))
        kinds.append(.cut)
      case 5, 6:
        if replaceNumber(in: &bytes, from: place, using: &random) { kinds.append(.number) }
      default:
        bytes[place] = marks[random.integer(below: marks.count)]
        kinds.append(.mark)
      }
    }
    return (bytes, kinds)
  }

  /// Replaces the first number at or after a place by one that may hurt.
  ///
  /// - Returns: whether there is one.
  private static func replaceNumber(
    in bytes: inout [UInt8], from place: Int, using random: inout RandomStream
  ) -> Bool {
    let signs = Set("+-.eE0123456789".utf8)
    guard let start = bytes[place...].firstIndex(where: { (48...57).contains($0) }) else {
      return false
    }
    let end = bytes[start...].firstIndex { !signs.contains($0) } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: numbers[random.integer(below: numbers.count)])
    return true
  }
}
