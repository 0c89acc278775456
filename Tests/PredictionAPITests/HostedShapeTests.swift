import Foundation
import LinearAlgebra
import Querying
import Tabular
import Testing

@testable import PredictionAPI

/// Services in the formats of platforms that host models, which tell nothing of themselves.
@Suite("Services of hosting platforms")
struct HostedShapeTests {
  private static let names = ["age", "dose", "ward"]

  private static let rows = Table(columns: [
    .init(name: "age", values: .numeric([0, 0.5, 1, 0.2])),
    .init(name: "dose", values: .numeric([0, 1, 0.25, 0.6])),
    .init(name: "ward", values: .categorical(codes: [0, 1, 1, 0], levels: ["A", "B, C"])),
  ])

  private static func probability(_ age: Double, _ dose: Double, _ ward: String) -> Double {
    1 / (1 + exp(-(1.5 * (age - 0.5) - 2 * (dose - 0.3) + (ward == "A" ? -0.75 : 0.75))))
  }

  /// The probability of a row of values; nil for one that does not fit.
  private static func value(_ row: JSON) -> Double? {
    guard let values = row.elements, values.count == 3, let age = values[0].number,
      let dose = values[1].number,
      let ward = values[2].string, ["A", "B, C"].contains(ward)
    else { return nil }
    return probability(age, dose, ward)
  }

  private static func named(_ row: JSON) -> Double? {
    guard row.members?.count == 3, let age = row["age"], let dose = row["dose"], let ward = row["ward"] else {
      return nil
    }
    return value(.array([age, dose, ward]))
  }

  private static func both(_ rows: JSON?, _ value: (JSON) -> Double?) -> JSON? {
    guard let rows = rows?.elements, !rows.isEmpty else { return nil }
    let values = rows.map(value)
    guard !values.contains(nil) else { return nil }
    return .array(values.compactMap { $0 }.map { .numbers([1 - $0, $0]) })
  }

  struct Shape: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let path: String
    /// The reply to a body; nil refuses it.
    let answer: @Sendable (JSON) -> JSON?

    init(_ name: String, _ path: String, _ answer: @escaping @Sendable (JSON) -> JSON?) {
      (testDescription, self.path, self.answer) = (name, path, answer)
    }
  }

  private static let shapes = [
    Shape("Seldon Core", "/api/v1.0/predictions") { body in
      guard let rows = both(body["data"]?["ndarray"], value) else { return nil }
      return .object([
        "data": .object(["names": .array([.string("t:0"), .string("t:1")]), "ndarray": rows]),
        "meta": .object(["tags": .object([])]),
      ])
    },
    Shape("Azure Machine Learning, input_data", "/score") { body in
      guard body["input_data"]?["columns"]?.elements?.compactMap(\.string) == names else { return nil }
      return both(body["input_data"]?["data"], value)
    },
    Shape("Azure Machine Learning, Inputs", "/score") { body in
      both(body["Inputs"]?["data"], named).map { .object(["Results": $0]) }
    },
    Shape("Vertex AI", "/v1/projects/p/locations/l/endpoints/1:predict") { body in
      both(body["instances"], named).map { .object(["predictions": $0, "deployedModelId": .string("5")]) }
    },
    Shape("SageMaker, lists", "/invocations") { both($0, value) },
    Shape("SageMaker, features", "/invocations") { body in
      both(body["instances"]) { $0["features"].flatMap(value) }.map { .object(["predictions": $0]) }
    },
    Shape("rows under a name", "/predict") { both($0["input_data"], value) },
    Shape("one row", "/predict") { body in
      body["features"].flatMap(value).map { .object(["probability": .number($0)]) }
    },
    Shape("named values", "/predict") { body in
      named(body).map {
        .object(["label": .string($0 > 0.5 ? "ill" : "well"), "probabilities": .numbers([1 - $0, $0])])
      }
    },
  ]

  private static func server(_ path: String, _ answer: @escaping @Sendable (String, String) -> String?) throws
    -> CannedServer
  {
    try CannedServer { request in
      let line = request.prefix { $0 != "\r\n" }.split(separator: " ")
      let parts = request.firstRange(of: "\r\n\r\n").map {
        (request[..<$0.lowerBound], request[$0.upperBound...])
      }
      guard line.count > 1, line[0] == "POST", line[1] == path, let parts else {
        return "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"
      }
      let reply = answer(parts.0.lowercased(), String(parts.1))
      let text = reply ?? #"{"error":"no"}"#
      return
        "HTTP/1.1 \(reply == nil ? "400 Bad Request" : "200 OK")\r\ncontent-length: \(text.utf8.count)\r\n\r\n\(text)"
    }
  }

  private static func check(_ server: CannedServer, _ path: String) async throws {
    var options = HTTPOracleOptions()
    options.examples = [.init(rows, name: "rows")]
    let oracle = try await HTTPOracle.connect(url: "http://127.0.0.1:\(server.port)\(path)", options: options)
    #expect(oracle.schema.inputs.map(\.name) == names, "\(oracle.notes)")
    let queries = Matrix([[0.1, 0.9, 0], [0.7, 0.2, 1], [0.3, 0.3, 1]])
    for (row, answer) in try await oracle.answer(queries, details: []).enumerated() {
      let truth = probability(queries[row, 0], queries[row, 1], ["A", "B, C"][Int(queries[row, 2])])
      #expect(abs(answer.probabilities[1] - truth) < 1e-15)
    }
  }

  @Test("The format is found out with rows of users, and answers are the model's", arguments: shapes)
  func found(_ shape: Shape) async throws {
    let server = try Self.server(shape.path) { head, body in
      guard head.contains("application/json"), let json = try? JSONReader.value(of: Array(body.utf8)) else {
        return nil
      }
      return shape.answer(json).map { String(decoding: $0.bytes, as: UTF8.self) }
    }
    defer { server.stop() }
    try await Self.check(server, shape.path)
  }

  @Test(
    "A container that takes and gives CSV is asked in CSV, also where it answers all rows in one line",
    arguments: ["\n", ","])
  func csv(separator: String) async throws {
    let server = try Self.server("/invocations") { head, body in
      guard head.contains("text/csv") else { return nil }
      var values: [String] = []
      for line in body.split(separator: "\n") {
        let parts = line.split(separator: ",", maxSplits: 2)
        guard parts.count == 3, let age = Double(parts[0]), let dose = Double(parts[1]),
          ["A", "\"B, C\""].contains(parts[2])
        else { return nil }
        values.append("\(Self.probability(age, dose, parts[2] == "A" ? "A" : "B, C"))")
      }
      return values.joined(separator: separator)
    }
    defer { server.stop() }
    try await Self.check(server, "/invocations")
  }

  @Test("An array whose rank a document does not tell is tried as a row and as rows")
  func document() async throws {
    let schema =
      #"{"type":"object","required":["input_data"],"properties":{"input_data":{"type":"array","items":{"type":"number"}}}}"#
    let document =
      #"{"openapi":"3.0.2","paths":{"/predict":{"post":{"requestBody":{"content":{"application/json":{"schema":"#
      + schema + "}}}}}}}"
    let server = try CannedServer { request in
      let body = request.firstRange(of: "\r\n\r\n").map { String(request[$0.upperBound...]) } ?? ""
      let json = (try? JSONReader.value(of: Array(body.utf8))) ?? .null
      var reply: String?
      if request.hasPrefix("GET /docs.json ") { reply = document }
      if request.hasPrefix("POST /predict ") {
        reply = Self.both(json["input_data"], Self.value).map { String(decoding: $0.bytes, as: UTF8.self) }
      }
      let text = reply ?? "{}"
      let status = reply != nil ? "200 OK" : request.hasPrefix("POST") ? "500 Error" : "404 Not Found"
      return "HTTP/1.1 \(status)\r\ncontent-length: \(text.utf8.count)\r\n\r\n\(text)"
    }
    defer { server.stop() }
    try await Self.check(server, "/predict")
  }

  @Test("A server that answers everything alike is taken for no service")
  func constant() async throws {
    for text in [#"{"status":"ok"}"#, "[0.5,0.5]", "ok"] {
      let server = try Self.server("/predict") { _, _ in text }
      defer { server.stop() }
      await #expect(throws: HTTPOracleError.self) { try await Self.check(server, "/predict") }
    }
  }
}
