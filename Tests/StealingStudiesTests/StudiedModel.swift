import Datasets
import Foundation
import Learning
import LinearAlgebra
import Methods
import Querying
import Tabular

import Experiments
@testable import Guarding
@testable import StealingStudies
@testable import Stealing

/// Models on real tables, trained on 70 % of the rows, for the tests of guards and detectors.
struct StudiedModel {
  enum Table: String, CaseIterable {
    case digits, adult, mushrooms
    case pima = "pima-diabetes"
  }

  let context: ServiceContext
  let testRows: Matrix
  let testLabels: [Int]

  static let searchPath = DataSearchPath(dataDirectory: nil)
  static let digits = Result { try StudiedModel(.digits) }

  /// Logistic or softmax regression with penalty 1, or a network of 32 units; of a large table the first rows.
  init(_ table: Table, network: Bool = false, limit: Int = 6000) throws {
    let (encoder, design) = try Self.design(table)
    var random = RandomStream(seed: 1).child(table.rawValue)
    let order = Array(random.permutation(design.labels.count).prefix(limit))
    let (training, test) = (
      Array(order.prefix(order.count * 7 / 10)), Array(order.dropFirst(order.count * 7 / 10))
    )
    let data = ClassificationData(
      features: design.features.rows(at: training), labels: training.map { design.labels[$0] },
      classCount: encoder.classes.count)
    let model: FittedModel
    if network {
      var settings = NetworkSettings()
      settings.hidden = [32]
      settings.epochs = 40
      model = .networkClassifier(try NeuralNetworkClassifier(settings: settings).fit(data, using: &random))
    } else if data.classCount == 2 {
      model = .linearClassifier(try LogisticRegression(penalty: 1).fit(data, using: &random))
    } else {
      model = .linearClassifier(try SoftmaxRegression(penalty: 1).fit(data, using: &random))
    }
    let pipeline = try Pipeline(
      features: encoder.features, target: .classes(name: encoder.target, labels: encoder.classes),
      model: model)
    context = ServiceContext(
      schema: PipelineOracle(pipeline, inputs: .encoded).schema, pipeline: pipeline, benign: data.features,
      keyedHash: .hmacSHA256(key: [7]), clock: { 0 })
    testRows = design.features.rows(at: test)
    testLabels = test.map { design.labels[$0] }
  }

  private static func design(_ table: Table) throws -> (ClassEncoder, ClassEncoder.Design) {
    var (reader, options) = (TableReader(), EncodingOptions(numeric: .symmetricRange))
    var target = ""
    switch table {
    case .digits: target = "digit"
    case .adult: target = "income"
    case .mushrooms: (target, options.ignored) = ("type", ["stalk_root"])
    case .pima: (target, reader.hasHeader) = ("column9", false)
    }
    let rows = try DataSource(table.rawValue, searchPath: searchPath).table(reader)
    guard table == .digits else {
      let encoder = try ClassEncoder.fit(rows, target: target, options: options)
      return (encoder, try encoder.design(rows))
    }
    // All 64 pixels, those that are the same in every picture included.
    let inputs = rows.columns.filter { $0.name != target }.map {
      InputColumn(name: $0.name, kind: .number(lower: 0, upper: 16))
    }
    let encoder = ClassEncoder(
      target: target, classes: try ClassEncoder.labels(rows, target: target),
      features: FeatureEncoder(inputs: inputs))
    return (encoder, try encoder.design(rows))
  }

  /// The theft stream of an attack of the catalogue.
  func theft(_ id: String, budget: Int?, seed: UInt64 = 1) async throws -> DetectorStudy.Theft {
    try await DetectorStudy(context: context, testRows: testRows).theft(
      ExtractionAttacks.builtIn.make(id), budget: budget, seed: seed)
  }
}
