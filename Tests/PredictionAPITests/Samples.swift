import Foundation
import Learning
import LinearAlgebra
import Querying
import Guarding
import Tabular
import Testing

@testable import PredictionAPI

/// Small models, and requests to them.
enum Samples {
  /// Three classes over four numbers in [0, 10].
  static func softmax(labels: [String] = ["0", "1", "2"]) throws -> Pipeline {
    var random = RandomStream(seed: 7)
    var weights = Matrix(rows: 3, columns: 4)
    for row in 0..<3 { for column in 0..<4 { weights[row, column] = random.normal() } }
    let inputs = (0..<4).map { InputColumn(name: "x\($0)", kind: .number(lower: 0, upper: 10)) }
    return try Pipeline(
      features: FeatureEncoder(inputs: inputs), target: .classes(name: "y", labels: labels),
      model: .linearClassifier(
        LinearClassifier(weights: weights, intercepts: [0.1, 0.2, -0.3], link: .softmax)))
  }

  /// `age` in [18, 90] and `job` of three; missing values are taken.
  static func mixed() throws -> Pipeline {
    let inputs = [
      InputColumn(name: "age", kind: .number(lower: 18, upper: 90)),
      InputColumn(name: "job", kind: .category(levels: ["baker", "nurse", "pilot \"x\""])),
    ]
    return try Pipeline(
      features: FeatureEncoder(inputs: inputs), target: .classes(name: "risk", labels: ["good", "bad"]),
      model: .linearClassifier(LinearClassifier(weights: [1.5, -0.5, 0.25, 2], intercept: 0.125)))
  }

  /// A tree for two classes on a number and a category.
  static func tree() throws -> Pipeline {
    let inputs = [
      InputColumn(name: "age", kind: .number(lower: 18, upper: 90)),
      InputColumn(name: "job", kind: .category(levels: ["baker", "nurse", "pilot"])),
    ]
    let features = FeatureEncoder(inputs: inputs, isScaled: false, categories: .codes)
    var random = RandomStream(seed: 2)
    let rows = QuerySchema(inputs: inputs, target: .number).uniformRows(300, using: &random)
    let labels = (0..<300).map { row in
      (rows[row, 0] < 40) == (rows[row, 1] == 1) || rows[row, 0] > 71.5 ? 1 : 0
    }
    let data = ClassificationData(
      features: try features.features(inputs: rows), labels: labels, classCount: 2)
    return try Pipeline(
      features: features, target: .classes(name: "risk", labels: ["good", "bad"]),
      model: .treeClassifier(
        DecisionTreeClassifier(settings: TreeSettings(categoricalFeatures: [1], missing: .stop)).fit(
          data, using: &random)))
  }

  /// `2a - b + 1`.
  static func regression() throws -> Pipeline {
    let inputs = ["a", "b"].map { InputColumn(name: $0, kind: .number(lower: -1, upper: 1)) }
    return try Pipeline(
      features: FeatureEncoder(inputs: inputs, isScaled: false), target: .number(name: "y"),
      model: .linear(LinearModel(weights: [2, -1], intercept: 1)))
  }

  static func service(
    _ pipeline: Pipeline, _ dialects: DialectName..., name: String = "m", content: AnswerContent? = nil,
    details: AnswerDetails = [], guards: [any PreparedGuard] = [],
    detectors: [(id: String, detector: any PreparedDetector)] = [], describes: Bool = true,
    ledger: LedgerStore? = nil, _ change: (inout ServiceOptions) -> Void = { _ in }
  ) throws -> PredictionService {
    var options = ServiceOptions()
    // All tests share two cores, and many wait long for their turn.
    options.timeout = .seconds(600)
    if !dialects.isEmpty { options.dialects = dialects }
    change(&options)
    let oracle = PipelineOracle(pipeline, content: content, details: details)
    return try PredictionService(
      models: [
        ServedModel(
          name: name, oracle: oracle, guards: guards, detectors: detectors, describesInputs: describes)
      ],
      options: options, ledger: ledger)
  }
}

/// A guard that refuses long queries and rounds to one decimal.
struct TinyGuard: PreparedGuard {
  func capabilities(_ offered: OracleCapabilities) -> OracleCapabilities {
    var result = offered
    result.decimals = 1
    return result
  }

  func guarded(_ answers: [Answer], to queries: Matrix, client: String) throws -> [Answer] {
    if queries.elements.contains(where: { abs($0) > 100 }) { throw QueryError.refused("out of range") }
    return answers.map { answer in
      var answer = answer
      answer.probabilities = answer.probabilities.map { ($0 * 10).rounded() / 10 }
      return answer
    }
  }
}

/// A detector that raises the alarm at a client's third query.
struct ThirdQuery: PreparedDetector, QueryMonitor {
  var poolsClients = false
  var seen = 0

  func monitor() -> any QueryMonitor { self }

  mutating func observe(_ query: [Double], _ answer: Answer) -> DetectorReading {
    seen += 1
    return DetectorReading(score: Double(seen), isAlarm: seen >= 3)
  }
}

extension PredictionService {
  /// Sends JSON to a path and gives the status and the JSON that comes back.
  func post(
    _ path: String, _ body: String, headers: [String: String] = [:], address: String = "127.0.0.1"
  ) async throws -> (status: Int, json: JSON) {
    let reply = await self.reply(
      to: APIRequest(
        "POST", path, headers: ["content-type": "application/json"].merging(headers) { $1 }, address: address,
        body: Array(body.utf8)))
    return (reply.status, (try? JSONReader.value(of: reply.body)) ?? .null)
  }

  func get(_ path: String) async -> (status: Int, text: String) {
    let reply = await self.reply(to: APIRequest("GET", path))
    return (reply.status, String(decoding: reply.body, as: UTF8.self))
  }
}
