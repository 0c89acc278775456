import Foundation
import LinearAlgebra
import Tabular
import Testing

@testable import Learning

@Suite("Pipelines and model files")
struct ModelFileTests {
  @Test("a model comes back from its file bit by bit and predicts the same")
  func roundTrip() throws {
    for pipeline in try SmallPipelines.pipelines() {
      let file = ModelFile(
        pipeline: pipeline,
        provenance: .init(
          tool: "test", recipe: "x", settings: ["a=1"], dataset: "test", sha256: "0", rows: 8, seed: .max))
      let bytes = try file.bytes()
      let back = try ModelFile(bytes: bytes, name: "m.json")
      #expect(back == file)
      #expect(try back.bytes() == bytes)
      #expect(try back.pipeline.predict(SmallPipelines.table()) == pipeline.predict(SmallPipelines.table()))
    }
  }

  @Test("a large table is answered in blocks, row by row as a small one")
  func blocks() throws {
    let small = try SmallPipelines.table()
    let times = 2 * 8192 / small.rowCount + 3
    let large = small.rows(at: (0..<times * small.rowCount).map { $0 % small.rowCount })
    for pipeline in try SmallPipelines.pipelines() {
      let (one, all) = try (pipeline.predict(small), pipeline.predict(large))
      #expect(all.rowIndex == Array(0..<large.rowCount))
      #expect(all.classes == (0..<times).flatMap { _ in one.classes })
      #expect(all.numbers.count == one.numbers.count * times)
      for (row, number) in all.numbers.enumerated() {
        #expect(abs(number - one.numbers[row % one.numbers.count]) < 1e-12)
      }
      for row in [0, 8191, 8192, large.rowCount - 1] where !one.classes.isEmpty {
        for column in 0..<2 {
          #expect(
            abs(all.probabilities[row, column] - one.probabilities[row % small.rowCount, column]) < 1e-12)
        }
      }
      let part = try pipeline.predict(large, rows: [5, 9000])
      #expect(part.rowIndex == [5, 9000])
      #expect(part.classes.isEmpty || part.classes == [one.classes[5], one.classes[9000 % small.rowCount]])
    }
  }

  @Test("gaps that count as zero go through a file", arguments: ["softmax", "tree", "forest", "mlp"])
  func zero(id: String) throws {
    for bins in [nil, 3] {
      let pipeline = try SmallPipelines.classifier(
        id, EncodingOptions(numeric: .standard, bins: bins, missing: .zero))
      let back = try ModelFile(bytes: ModelFile(pipeline: pipeline, provenance: nil).bytes(), name: "m.json")
      #expect(back.pipeline == pipeline)
      #expect(try back.pipeline.predict(SmallPipelines.table()) == pipeline.predict(SmallPipelines.table()))
    }
  }

  @Test("a column of unknown range makes a file of version 2, which older readers refuse by name")
  func unknownRange() throws {
    func version(_ bounds: ClosedRange<Double>?) throws -> Int {
      let column = EncodedFeature(
        name: "x",
        form: .number(.init(scaling: .identity, bounds: bounds, fill: 0, decimals: Decimals(unit: nil))))
      let pipeline = try Pipeline(
        features: FeatureEncoder([column], options: .init(numeric: .none), notes: []),
        target: .number(name: "y"), model: .linear(LinearModel(weights: [2], intercept: 1)))
      let file = ModelFile(pipeline: pipeline, provenance: nil)
      let back = try ModelFile(bytes: file.bytes(), name: "m.json")
      #expect(back == file)
      return back.version
    }
    #expect(try version(0...1) == 1)
    #expect(try version(nil) == 2)
  }

  @Test("every cut of a file is refused in one sentence")
  func truncated() throws {
    let bytes = try ModelFile(
      pipeline: SmallPipelines.classifier("tree", SmallPipelines.forTrees), provenance: nil
    ).bytes()
    for count in Swift.stride(from: 0, to: bytes.count - 2, by: 7) {
      #expect(throws: ModelFileError.self) {
        try ModelFile(bytes: Array(bytes.prefix(count)), name: "m.json")
      }
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
    let odd = try SmallPipelines.table("size,colour,weight\n1,violet,10\n2,,11\n")
    let strict = try SmallPipelines.classifier("logistic", EncodingOptions(missing: .impute, unseen: .fail))
    #expect(throws: DesignError.unseenLevel("violet", column: "colour", row: 1)) { try strict.predict(odd) }
    let loose = try SmallPipelines.classifier(
      "logistic", EncodingOptions(missing: .dropRows, unseen: .allZero))
    let answers = try loose.predict(odd)
    #expect(answers.rowIndex == [0])
    #expect(answers.notes.contains { $0.contains("did not see") })
    let tree = try SmallPipelines.classifier("tree", SmallPipelines.forTrees)
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

  @Test("a model that takes no missing values is refused beside an encoding that keeps them")
  func gaps() throws {
    let tree = try SmallPipelines.classifier("tree", SmallPipelines.forTrees)
    let weights = [Double](repeating: 1, count: tree.model.featureCount)
    #expect(throws: ModelError.self) {
      try Pipeline(
        features: tree.features, target: tree.target,
        model: .linearClassifier(LinearClassifier(weights: weights, intercept: 0)))
    }
  }

  @Test("trees take their priority by the name of a column")
  func priority() throws {
    let tree = try SmallPipelines.classifier(
      "tree", SmallPipelines.forTrees, settings: ["priorityFeature=weight", "priorityDepth=0"])
    guard case .treeClassifier(let model) = tree.model else { throw LearningError.allWeightsZero }
    #expect(tree.features.space.names[Int(model.tree.nodes[0].feature)] == "weight")
    #expect(throws: LearningError.unknownFeature("no", known: ["size", "colour", "weight"])) {
      try SmallPipelines.classifier("forest", SmallPipelines.forTrees, settings: ["priorityFeature=no"])
    }
  }

  @Test("a model and an encoding of different width make no pipeline")
  func mismatch() throws {
    let pipeline = try SmallPipelines.classifier("logistic", EncodingOptions())
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
