import Learning
import LinearAlgebra
import Tabular
import Testing

@testable import ModelExchange

@Suite("Models of scikit-learn through skl2onnx")
struct ScikitLearnTests {
  /// Parameters of single precision differ from scikit-learn's by up to 6e-8 of their size.
  static let tolerance = 2e-5

  @Test("all import and agree with scikit-learn")
  func agreement() throws {
    let document = try Fixtures.predictions()
    #expect(document.models.count >= 10)
    #expect(document.source.contains("skl2onnx 1.20"))
    for model in document.models {
      let imported = try ONNXFile.read(path: Fixtures.path("\(model.name).onnx"))
      let pipeline = imported.file.pipeline
      let answers = try pipeline.predict(table(model, pipeline))
      #expect(imported.file.provenance == nil)
      if let labels = model.labels, let probabilities = model.probabilities {
        #expect(pipeline.labels == model.classes)
        #expect(answers.classes.map { pipeline.labels[$0] } == labels, "\(model.name)")
        for (row, truth) in probabilities.enumerated() {
          for (label, value) in truth.enumerated() {
            #expect(
              abs(answers.probabilities[row, label] - value) < Self.tolerance, "\(model.name) row \(row)")
          }
        }
      } else {
        let numbers = try #require(model.numbers)
        #expect(numbers.count == answers.numbers.count)
        for (one, other) in zip(answers.numbers, numbers) {
          #expect(abs(one - other) < Self.tolerance * max(1, abs(other)), "\(model.name)")
        }
      }
      // What was taken over is a model file like any other.
      let document = try imported.file.bytes()
      #expect(try ModelFile(bytes: document, name: "m.json") == imported.file)
    }
  }

  @Test("all have columns with finite bounds and take rows of inputs like tables")
  func inputs() throws {
    for model in try Fixtures.predictions().models {
      let pipeline = try ONNXFile.read(path: Fixtures.path("\(model.name).onnx")).file.pipeline
      let columns = pipeline.features.inputColumns
      for case .number(let lower, let upper) in columns.map(\.kind) {
        #expect((upper - lower).isFinite && lower < upper)
      }
      let table = table(model, pipeline)
      let cells = try columns.map { column in
        let values = try table.columns[#require(table.index(of: column.name))]
        return column.isNumber
          ? try values.numbers()
          : values.texts().map { text in
            text.flatMap { column.levels.firstIndex(of: $0) }.map { Double($0) } ?? .nan
          }
      }
      let rows = Matrix((0..<table.rowCount).map { row in cells.map { $0[row] } })
      #expect(try pipeline.features.features(inputs: rows) == pipeline.features.features(table).matrix)
    }
  }

  @Test("what is rounded to a number of single precision or below lies at most at its edge")
  func edges() {
    let numbers: [Float] = [
      0, -0.0, 0.7, -0.7, 1, 16_777_216, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
      -.greatestFiniteMagnitude, -.infinity, 3 * .leastNonzeroMagnitude,
    ]
    for number in numbers {
      let edge = number.largestRoundedToAtMost
      #expect(Float(edge) <= number && Float(edge.nextUp) > number, "\(number)")
    }
  }

  @Test("kinds of models are those of the originals")
  func kinds() throws {
    func model(_ name: String) throws -> FittedModel {
      try ONNXFile.read(path: Fixtures.path("\(name).onnx")).file.pipeline.model
    }
    if case .linearClassifier(let found) = try model("logistic-binary") {
      #expect(found.link == .logistic)
    } else {
      Issue.record("no linear classifier")
    }
    if case .forest(let forest) = try model("forest") {
      #expect(forest.trees.count == 10)
    } else {
      Issue.record("no forest")
    }
    if case .networkClassifier(let found) = try model("mlp-relu") {
      #expect(found.network.layers.map(\.activation) == [.relu, .relu, .identity])
    } else {
      Issue.record("no network")
    }
  }

  @Test("columns and target can be named, and missing values are filled or refused as the graph says")
  func names() throws {
    let columns = (1...4).map { "c\($0)" }
    let imported = try ONNXFile.read(
      path: Fixtures.path("logistic-multinomial.onnx"), names: .init(target: "species", columns: columns))
    #expect(imported.file.pipeline.features.space.names == columns)
    #expect(imported.file.pipeline.targetName == "species")
    #expect(throws: ModelExchangeError.self) {
      try ONNXFile.read(
        path: Fixtures.path("logistic-multinomial.onnx"), names: .init(columns: ["only"]))
    }
    let gap = Table(columns: columns.map { .init(name: $0, values: .numeric([.nan])) })
    #expect(throws: DesignError.self) { try imported.file.pipeline.predict(gap) }
  }

  private func table(_ model: Fixtures.Predictions.Model, _ pipeline: Pipeline) -> Table {
    let kinds = pipeline.features.columnKinds
    return Table(
      columns: model.rows.sorted { $0.key < $1.key }.map { name, cells in
        let texts = cells.map { cell -> String? in
          switch cell {
          case .text(let text): text
          case .number(let number): kinds[name] == .categorical ? "\(Int(number))" : "\(number)"
          case nil: nil
          }
        }
        guard kinds[name] == .categorical else {
          return .init(name: name, values: .numeric(texts.map { $0.flatMap { Double($0) } ?? .nan }))
        }
        let levels = Array(Set(texts.compactMap(\.self))).sorted()
        return .init(
          name: name,
          values: .categorical(
            codes: texts.map { text in text.flatMap { levels.firstIndex(of: $0) } ?? -1 }, levels: levels))
      })
  }
}
