import Foundation
import LinearAlgebra
import Tabular
import Testing

@testable import Learning

@Suite("Pipelines and model files")
struct ModelFileTests {
  static let text = """
    size,colour,weight,kind
    1.5,red,10,a
    2.5,green,12,b
    3.5,red,9,a
    0.5,,14,b
    4.5,blue,11,a
    1.0,green,,b
    2.0,blue,13,a
    3.0,red,15,b
    """

  private func table(_ text: String = text) throws -> Table {
    try TableReader().read(bytes: Array(text.utf8), name: "test.csv")
  }

  private func classifier(
    _ id: String, _ options: EncodingOptions, settings: [String] = []
  ) throws -> Pipeline {
    let encoder = try ClassEncoder.fit(table(), target: "kind", options: options)
    let design = try encoder.design(table())
    guard case .classifier(let recipe) = try ModelCatalogue.recipe(id, settings: MethodSettings(settings))
    else {
      throw LearningError.unknownLearner(id: id, known: [])
    }
    var random = RandomStream(seed: 1)
    let trained = try recipe.train(
      ClassificationData(features: design.features, labels: design.labels, classCount: 2),
      coded: encoder.features.codedColumns, workers: 1, using: &random)
    return try Pipeline(
      features: encoder.features, target: .classes(name: "kind", labels: encoder.classes),
      model: trained.model)
  }

  private func regressor(_ id: String, _ options: EncodingOptions) throws -> Pipeline {
    let encoder = try Encoder.fit(table(), target: "size", options: options)
    let design = try encoder.design(table())
    guard case .regressor(let recipe) = try ModelCatalogue.recipe(id) else {
      throw LearningError.unknownLearner(id: id, known: [])
    }
    var random = RandomStream(seed: 1)
    let trained = try recipe.train(
      RegressionData(features: design.features, target: design.target), coded: encoder.features.codedColumns,
      workers: 1, using: &random)
    return try Pipeline(features: encoder.features, target: .number(name: "size"), model: trained.model)
  }

  private static let forTrees = EncodingOptions(numeric: .none, categories: .codes, missing: .keep)

  private func pipelines() throws -> [Pipeline] {
    try ModelCatalogue.classifiers.map { recipe in
      let isTree = recipe.growsTrees
      let settings = recipe.card.id == "kernel-logistic" ? ["representerCount=4"] : []
      return try classifier(
        recipe.card.id, isTree ? Self.forTrees : EncodingOptions(numeric: .standard), settings: settings)
    }
      + ModelCatalogue.regressors.map { recipe in
        // Cross-validation wants more rows than the example has.
        let id = ["ridge", "lasso", "elastic-net"].contains(recipe.card.id) ? "ols" : recipe.card.id
        return try regressor(id, recipe.growsTrees ? Self.forTrees : EncodingOptions())
      }
  }

  @Test("a model comes back from its file bit by bit and predicts the same")
  func roundTrip() throws {
    for pipeline in try pipelines() {
      let file = ModelFile(
        pipeline: pipeline,
        provenance: .init(
          tool: "test", recipe: "x", settings: ["a=1"], dataset: "test", sha256: "0", rows: 8, seed: .max))
      let bytes = try file.bytes()
      let back = try ModelFile(bytes: bytes, name: "m.json")
      #expect(back == file)
      #expect(try back.bytes() == bytes)
      #expect(try back.pipeline.predict(table()) == pipeline.predict(table()))
    }
  }

  @Test("every cut of a file is refused in one sentence")
  func truncated() throws {
    let bytes = try ModelFile(pipeline: classifier("tree", Self.forTrees), provenance: nil).bytes()
    for count in Swift.stride(from: 0, to: bytes.count - 2, by: 7) {
      #expect(throws: ModelFileError.self) {
        try ModelFile(bytes: Array(bytes.prefix(count)), name: "m.json")
      }
    }
  }

  @Test("damaged files are refused, never trusted", arguments: 0..<400)
  func damaged(seed: UInt64) throws { try damage(seed, changes: 3) }

  /// Minutes of random damage, set by hand: `BEZOAR_FUZZ_MINUTES=60 swift test --filter "long run of damaged"`.
  private static let minutes =
    ProcessInfo.processInfo.environment["BEZOAR_FUZZ_MINUTES"].flatMap(Double.init) ?? 0

  @Test("a long run of damaged files", .enabled(if: minutes > 0, "set BEZOAR_FUZZ_MINUTES to run it"))
  func longRun() throws {
    let end = ContinuousClock.now + .seconds(Self.minutes * 60)
    var seed: UInt64 = 1_000
    while ContinuousClock.now < end {
      try damage(seed, changes: 1 + Int(seed % 40))
      seed += 1
    }
    #expect(seed > 1_000)
  }

  /// Changes some bytes of a model file; the reader must refuse it or give a model that answers without a trap.
  private func damage(_ seed: UInt64, changes: Int) throws {
    let pipelines = try pipelines()
    var random = RandomStream(seed: seed).child("damage")
    var bytes = try ModelFile(pipeline: pipelines[Int(seed) % pipelines.count], provenance: nil).bytes()
    let digits = Array("0123456789-e.,[]{}\"".utf8)
    for _ in 0..<changes {
      switch random.integer(below: 4) {
      case 0: bytes.remove(at: random.integer(below: bytes.count))
      case 1:
        let start = random.integer(below: bytes.count)
        let piece = bytes[start..<min(start + 1 + random.integer(below: 30), bytes.count)]
        bytes.insert(contentsOf: Array(piece), at: random.integer(below: bytes.count))
      default: bytes[random.integer(below: bytes.count)] = digits[random.integer(below: digits.count)]
      }
    }
    do {
      let pipeline = try ModelFile(bytes: bytes, name: "m.json").pipeline
      _ = try? pipeline.predict(table())
    } catch let error as ModelFileError {
      #expect(error.description.hasPrefix("m.json"))
    }
  }

  @Test("other documents and versions are named")
  func otherFormats() throws {
    func error(_ text: String) -> String {
      do {
        _ = try ModelFile(bytes: Array(text.utf8), name: "m.json")
        return "accepted"
      } catch { return "\(error)" }
    }
    #expect(error("[1, 2]").hasPrefix("m.json"))
    #expect(error("{}").contains("no model file of Bezoar"))
    #expect(error(#"{"format":"other","version":1}"#).contains("no model file of Bezoar"))
    #expect(error(#"{"format":"bezoar-model","version":9}"#).contains("version 9"))
    #expect(error(#"{"format":"bezoar-model","version":1}"#).contains("has no 'pipeline'"))
    #expect(error(String(repeating: "[", count: 100_000)).hasPrefix("m.json"))
  }

  @Test("unknown categories and gaps follow the stored policy")
  func policies() throws {
    let odd = try table("size,colour,weight\n1,violet,10\n2,,11\n")
    let strict = try classifier("logistic", EncodingOptions(missing: .impute, unseen: .fail))
    #expect(throws: DesignError.unseenLevel("violet", column: "colour", row: 1)) { try strict.predict(odd) }
    let loose = try classifier("logistic", EncodingOptions(missing: .dropRows, unseen: .allZero))
    let answers = try loose.predict(odd)
    #expect(answers.rowIndex == [0])
    #expect(answers.notes.contains { $0.contains("did not see") })
    let tree = try classifier("tree", Self.forTrees)
    #expect(throws: DesignError.unseenLevel("violet", column: "colour", row: 1)) { try tree.predict(odd) }
  }

  @Test("bins hold about equal mass, and a value on an end belongs below")
  func bins() throws {
    let values = (0..<100).map { Double($0) }
    let table = Table(columns: [
      .init(name: "x", values: .numeric(values)),
      .init(name: "y", values: .categorical(codes: values.map { Int($0) % 2 }, levels: ["a", "b"])),
    ])
    let encoder = try ClassEncoder.fit(table, target: "y", options: EncodingOptions(bins: 4))
    let design = try encoder.design(table)
    #expect(design.features.columns == 4)
    #expect(design.features.columnMeans() == [0.25, 0.25, 0.25, 0.25])
    #expect(encoder.features.space.names == ["x:<=24.0", "x:<=49.0", "x:<=74.0", "x:>74.0"])
    #expect(design.features.row(24) == [1, 0, 0, 0])
    #expect(design.features.row(25) == [0, 1, 0, 0])
  }

  @Test("a model and an encoding of different width make no pipeline")
  func mismatch() throws {
    let pipeline = try classifier("logistic", EncodingOptions())
    #expect(throws: ModelError.self) {
      try Pipeline(
        features: pipeline.features, target: pipeline.target,
        model: .linear(LinearModel(weights: [1], intercept: 0)))
    }
    #expect(throws: ModelError.self) {
      try Pipeline(
        features: pipeline.features, target: .classes(name: "kind", labels: ["a"]), model: pipeline.model)
    }
  }
}
