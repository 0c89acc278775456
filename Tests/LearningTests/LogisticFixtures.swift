import Foundation
import Learning
import LinearAlgebra
import TestSupport
import Testing

/// The reference values of `Tests/Fixtures/make/logistic.py`.
struct LogisticFixtures: Decodable {
  struct Fit: Decodable {
    let weights: [[Double]]
    let intercepts: [Double]
    let probabilities: [[Double]]?
    let logLoss: Double?
    let area: Double?
  }

  struct Iris: Decodable {
    let features: [[Double]]
    let labels: [Int]
    let softmax: Fit
    let oneVsRest: Fit
    let probabilities: [[Double]]

    var data: ClassificationData { .init(features: Matrix(features), labels: labels, classCount: 3) }
  }

  struct Digits: Decodable {
    let features: [[Double]]
    let labels: [Int]
    let softmax: Fit
    let softmaxPenalty: Double
    let softmaxPenalised: Fit
    let even: Fit

    var data: ClassificationData { .init(features: Matrix(features), labels: labels, classCount: 10) }
  }

  struct Cancer: Decodable {
    let features: [[Double]]
    let labels: [Int]
    let sampleWeights: [Double]
    let plain: Fit
    let weighted: Fit
    let balanced: Fit
    let sparsePenalty: Double
    let sparse: Fit

    var data: ClassificationData { .init(features: Matrix(features), labels: labels, classCount: 2) }

    var weightedData: ClassificationData {
      .init(features: Matrix(features), labels: labels, classCount: 2, weights: sampleWeights)
    }

    /// The features scaled to [0, 1].
    var scaledData: ClassificationData {
      var data = data
      for column in 0..<data.features.columns {
        let values = data.features.column(column)
        guard let low = values.min(), let high = values.max() else { continue }
        for row in values.indices { data.features[row, column] = (values[row] - low) / (high - low) }
      }
      return data
    }
  }

  struct Table: Decodable {
    let rows: Int
    let columns: Int
    let fit: Fit
  }

  let iris: Iris
  let digits: Digits
  let cancer: Cancer
  let tables: [String: Table]

  static let shared: Result<LogisticFixtures, any Error> = Result {
    try FixtureFile.decode("logistic.json")
  }
}

/// A table of the data folder: numbers scaled to [0, 1], every other column one indicator per sorted level.
struct EncodedTable {
  static let names = ["adult", "mushrooms", "pima-diabetes", "breast-cancer-wisconsin"]

  let data: ClassificationData

  init(_ name: String) throws {
    let text = try String(contentsOfFile: try #require(TestData.path("\(name).csv")), encoding: .utf8)
    var rows = text.split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let isCategorical = name == "adult" || name == "mushrooms"
    if isCategorical { rows.removeFirst() }
    var columns = rows[0].indices.map { column in rows.map { $0[column] } }
    let target = columns.remove(at: name == "mushrooms" ? 0 : columns.count - 1)
    let classes = Set(target).sorted()
    var encoded: [[Double]] = []
    for column in columns {
      let numbers = column.compactMap(Double.init)
      if numbers.count == column.count, let low = numbers.min(), let high = numbers.max() {
        encoded.append(numbers.map { ($0 - low) / (high > low ? high - low : 1) })
      } else {
        for level in Set(column).sorted() { encoded.append(column.map { $0 == level ? 1 : 0 }) }
      }
    }
    let features = Matrix(rows: encoded.count, columns: rows.count, elements: encoded.flatMap(\.self))
    data = ClassificationData(
      features: features.transposed(), labels: target.map { $0 == classes[0] ? 0 : 1 }, classCount: 2)
  }
}

/// The largest difference of the parameters of a model from a reference, relative to the largest weight.
func distance(_ model: LinearClassifier, _ reference: LogisticFixtures.Fit) -> Double {
  let weights = Matrix(reference.weights)
  let pairs = zip(
    model.weights.elements + model.intercepts, weights.elements + reference.intercepts)
  let difference = pairs.reduce(0) { max($0, abs($1.0 - $1.1)) }
  return difference / pairs.reduce(0) { max($0, abs($1.1)) }
}

/// The larger relative difference of log loss and area under the curve from a reference.
func scoreDistance(
  _ model: LinearClassifier, _ data: ClassificationData, _ reference: LogisticFixtures.Fit
) throws -> Double {
  let found = try ClassificationMetrics(
    probabilities: model.probabilities(data.features), labels: data.labels)
  guard let loss = reference.logLoss, let area = reference.area, let ours = found.area else {
    return .infinity
  }
  return max(abs(found.logLoss / loss - 1), abs(ours / area - 1))
}
