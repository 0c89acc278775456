import Foundation
import Learning
import LinearAlgebra
import Tabular
import TestSupport
import Testing

@testable import ModelExchange

/// Pipelines as people export them, with the answers of onnxruntime (Tests/Fixtures/make/exports.py).
@Suite("Exports of scikit-learn, LightGBM and XGBoost")
struct ExportedModelsTests {
  /// What onnxruntime says of the models.
  struct Answers: Decodable {
    /// A model with rows and answers.
    struct Model: Decodable, Sendable, CustomTestStringConvertible {
      let name: String
      /// Element type of the answers.
      let type: String
      let rows: [String: [Fixtures.Predictions.Cell?]]
      let labels: [String]?
      let probabilities: [[Double]]?
      let scores: [[Double]]?
      let numbers: [Double]?

      var testDescription: String { name }
      /// Largest difference of a probability, and of a number or score relative to its size.
      var tolerance: Double { type == "double" ? 1e-14 : 1e-6 }
    }

    let source: String
    let models: [Model]
  }

  static let answers = Result { try FixtureFile.decode("exports/answers.json", as: Answers.self) }

  static var models: [Answers.Model] { (try? answers.get().models) ?? [] }

  /// Bytes of a file.
  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try FixtureFile.data("exports/\(name).onnx"))
  }

  private func imported(_ name: String) throws -> ONNXFile.Import {
    try ONNXFile.read(bytes: Self.bytes(name), name: "\(name).onnx")
  }

  @Test("there are more than forty, in single and double precision")
  func count() throws {
    let answers = try Self.answers.get()
    #expect(answers.models.count > 60)
    #expect(answers.models.count { $0.type == "double" } >= 8)
    #expect(answers.source.contains("onnxruntime 1.32"))
  }

  @Test(
    "labels are those of onnxruntime, probabilities equal to 1e-6 (float) or 1e-14 (double)",
    arguments: models)
  func agreement(model: Answers.Model) throws {
    let file = try imported(model.name).file
    let pipeline = file.pipeline
    let found = try pipeline.predict(model.table(pipeline))
    #expect(found.rowIndex.count == model.rows.values.first?.count)
    if let labels = model.labels {
      #expect(found.classes.map { pipeline.labels[$0] } == labels)
    }
    if let probabilities = model.probabilities {
      #expect(found.scores == nil && pipeline.model.classifier?.givesProbabilities == true)
      for (row, truth) in probabilities.enumerated() {
        for (label, value) in truth.enumerated() {
          let difference = abs(found.probabilities[row, label] - value)
          #expect(difference <= model.tolerance, "row \(row): \(value)")
        }
      }
    } else if let scores = model.scores {
      let own = try #require(found.scores)
      #expect(pipeline.model.classifier?.givesProbabilities == false)
      for (row, truth) in scores.enumerated() {
        // The converter of OneVsRest divides the scores of a row by their sum.
        let sum = model.name == "ovr-svc" ? own.row(row).reduce(0, +) : 1
        // Of two classes some graphs give both scores, of which the first is the opposite.
        for (column, value) in truth.suffix(own.columns).enumerated() {
          #expect(
            abs(own[row, column] / sum - value) <= model.tolerance * max(1, abs(value)),
            "row \(row): \(value)")
        }
      }
    } else {
      let numbers = try #require(model.numbers)
      for (row, value) in numbers.enumerated() {
        #expect(
          abs(found.numbers[row] - value) <= model.tolerance * max(1, abs(value)), "row \(row): \(value)")
      }
    }
  }

  @Test("each is a model file like any other, and goes back to ONNX or says why not", arguments: models)
  func modelFile(model: Answers.Model) throws {
    let file = try imported(model.name).file
    let document = try file.bytes()
    #expect(try ModelFile(bytes: document, name: "m.json") == file)
    for flavour in ONNXFlavour.allCases {
      let written = try ONNXFile.export(file, flavour: flavour)
      #expect(try ONNXFile.read(bytes: written.bytes, name: "m.onnx").file == file)
    }
  }

  @Test("rows of inputs are encoded like tables", arguments: models)
  func inputs(model: Answers.Model) throws {
    let pipeline = try imported(model.name).file.pipeline
    let table = try model.table(pipeline)
    let columns = pipeline.features.inputColumns
    let cells = try columns.map { column in
      let values = try table.columns[#require(table.index(of: column.name))]
      return column.isNumber
        ? try values.numbers()
        : values.texts().map { text in
          text.map { text in column.levels.firstIndex(of: text).map { Double($0) } ?? -1 } ?? .nan
        }
    }
    let rows = Matrix((0..<table.rowCount).map { row in cells.map { $0[row] } })
    let (one, other) = (
      try pipeline.features.features(inputs: rows).elements,
      try pipeline.features.features(table).matrix.elements
    )
    #expect(zip(one, other).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
  }

  @Test("missing values are accepted in the columns that the graph fills in, and in no others")
  func gaps() throws {
    let file = try imported("imputed-passengers").file
    let model = try #require(Self.models.first { $0.name == "imputed-passengers" })
    let table = try model.table(file.pipeline)
    func with(gapIn name: String) throws -> Table {
      Table(
        columns: table.columns.map { column in
          guard column.name == name else { return column }
          switch column.values {
          case .numeric(let values): return .init(name: name, values: .numeric(values.map { _ in .nan }))
          case .categorical(let codes, let levels):
            return .init(name: name, values: .categorical(codes: codes.map { _ in -1 }, levels: levels))
          }
        })
    }
    for name in ["age", "port", "sex"] { _ = try file.pipeline.predict(with(gapIn: name)) }
    #expect(throws: DesignError.missingValue(column: "fare", row: 1)) {
      try file.pipeline.predict(with(gapIn: "fare"))
    }
    #expect(!file.pipeline.features.takesMissingValues)
    // The rules of columns are new in version 3, and an older program must not overlook them.
    #expect(file.version == 3)
  }

  @Test("kinds of models are those of the originals")
  func kinds() throws {
    func kind(_ name: String) throws -> String {
      switch try imported(name).file.pipeline.model {
      case .forest(let model): "forest \(model.trees.count)"
      case .treeSumClassifier(let model): "sum \(model.link.rawValue) \(model.sum.base.count)"
      case .treeSumRegressor(let model): "sum \(model.link.rawValue)"
      case .linearClassifier(let model): "linear \(model.link.rawValue) \(model.weights.rows)"
      default: "other"
      }
    }
    #expect(try kind("forest-150-trees") == "forest 150")
    #expect(try kind("forest-regressor") == "sum identity")
    #expect(try kind("lightgbm") == "sum softmax 3")
    #expect(try kind("xgboost-binary") == "sum logistic 1")
    #expect(try kind("xgboost-poisson") == "sum exponential")
    #expect(try kind("ovr-tree") == "sum shares 3")
    #expect(try kind("ovr-logistic") == "linear oneVsRest 3")
    #expect(try kind("ovr-logistic-binary") == "linear logistic 1")
    #expect(try kind("linear-svc") == "linear decision 3")
    #expect(try kind("ridge-classifier-binary") == "linear decision 1")
  }
}

extension ExportedModelsTests.Answers.Model {
  /// The rows as a table whose columns are of the kinds that the model takes.
  func table(_ pipeline: Pipeline) throws -> Table {
    let kinds = pipeline.features.columnKinds
    return Table(
      columns: rows.sorted { $0.key < $1.key }.map { name, cells in
        let texts = cells.map { cell -> String? in
          switch cell {
          case .text(let text): text
          case .number(let number): Int(exactly: number).map { "\($0)" } ?? "\(number)"
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
