import Foundation
import LinearAlgebra
import Querying
import Stealing
import Tabular
import Testing

@testable import PredictionAPI

@Suite("Services asked by templates")
struct TemplateServiceTests {
  private static let weights = [1.5, -2, 0.75]

  /// What the model of the server says: the probability of "ill" for two numbers and a ward.
  private static func probability(_ age: Double, _ dose: Double, _ ward: String) -> Double {
    1
      / (1
        + exp(-(weights[0] * (age - 0.5) + weights[1] * (dose - 0.3) + weights[2] * (ward == "B" ? 1 : -1))))
  }

  private static let rows = Table(columns: [
    .init(name: "age", values: .numeric([0, 0.5, 1, 0.2])),
    .init(name: "dose", values: .numeric([0, 1, 0.25, 0.6])),
    .init(name: "ward", values: .categorical(codes: [0, 1, 1, 0], levels: ["A", "B"])),
  ])

  /// A server with one route; anything else is 404.
  private static func server(
    _ route: String, openAPI: String? = nil, _ answer: @escaping @Sendable (JSON, String) -> String?
  ) throws -> CannedServer {
    try CannedServer { request in
      let line = request.prefix { $0 != "\r\n" }.split(separator: " ")
      let body = request.firstRange(of: "\r\n\r\n").map { String(request[$0.upperBound...]) } ?? ""
      var reply: String?
      if line.count > 1, line[1] == "/openapi.json" { reply = openAPI }
      if line.count > 1, line[0] + " " + line[1].prefix(while: { $0 != "?" }) == route {
        reply = answer((try? JSONReader.value(of: Array(body.utf8))) ?? .null, String(line[1]))
      }
      if line.count > 1, line[1].hasSuffix("/"), line[1].count > 1 {
        // FastAPI sends clients to the path without the slash.
        let host =
          request.firstRange(of: "ost: ").map { request[$0.upperBound...].prefix { $0 != "\r\n" } } ?? ""
        return
          "HTTP/1.1 307 Moved\r\nlocation: http://\(host)\(line[1].dropLast())\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
      }
      let text = reply ?? #"{"detail":"Not Found"}"#
      return "HTTP/1.1 \(reply == nil ? "404 Not Found" : "200 OK")\r\ncontent-type: application/json\r\n"
        + "connection: close\r\ncontent-length: \(text.utf8.count)\r\n\r\n\(text)"
    }
  }

  /// Asks about three rows and compares with the model.
  private static func check(
    _ server: CannedServer, path: String, _ template: ServiceTemplate? = nil, note: String
  ) async throws {
    defer { server.stop() }
    var options = HTTPOracleOptions()
    options.template = template
    options.examples = [.init(rows, name: "rows")]
    let oracle = try await HTTPOracle.connect(url: "http://127.0.0.1:\(server.port)\(path)", options: options)
    #expect(oracle.dialect == nil && oracle.notes.contains { $0.contains(note) }, "\(oracle.notes)")
    #expect(oracle.schema.inputs.map(\.name) == ["age", "dose", "ward"])
    #expect(oracle.capabilities.content == .probabilities && oracle.schema.classCount == 2)
    let queries = Matrix([[0.1, 0.9, 0], [0.7, 0.2, 1], [0.3, 0.3, 1]])
    for (row, answer) in try await oracle.answer(queries, details: []).enumerated() {
      let truth = probability(queries[row, 0], queries[row, 1], ["A", "B"][Int(queries[row, 2])])
      #expect(abs(answer.probabilities[1] - truth) < 1e-15)
    }
  }

  private static func value(_ json: JSON) -> Double? {
    guard let age = json["age"]?.number, let dose = json["dose"]?.number, let ward = json["ward"]?.string,
      ["A", "B"].contains(ward)
    else { return nil }
    return probability(age, dose, ward)
  }

  private static let body = #"{"age":{age},"dose":{dose},"ward":"{ward}"}"#

  @Test("Named values, and a probability that is looked for or stands at a path")
  func named() async throws {
    for answers in [[], ["$.result.p"]] {
      try await Self.check(
        Self.server("POST /score") { json, _ in
          Self.value(json).map { "{\"ok\":true,\"result\":{\"p\":\($0)}}" }
        }, path: "/score",
        try ServiceTemplate(request: Self.body, answers: answers),
        note: "--request '\(Self.body)'")
    }
  }

  @Test("All columns of the user's rows, with their names or by their numbers")
  func allColumns() async throws {
    for request in [#"{"r":{{**}}}"#, #"{"r":{"age":{#1},"dose":{#2},"ward":{#3}}}"#] {
      try await Self.check(
        Self.server("POST /score") { json, _ in
          json["r"].flatMap(Self.value).map { "{\"p\":\($0)}" }
        }, path: "/score", try ServiceTemplate(request: request), note: "--request '\(request)'")
    }
  }

  @Test("A label and the scores of all classes at two paths")
  func twoPaths() async throws {
    try await Self.check(
      Self.server("POST /score") { json, _ in
        Self.value(json).map { "{\"y\":\"\($0 > 0.5 ? 1 : 0)\",\"s\":[{\"v\":\(1 - $0)},{\"v\":\($0)}]}" }
      }, path: "/score",
      try ServiceTemplate(request: Self.body, answers: ["$.y", "$.s[*].v"]), note: "--answer '$.s[*].v'")
  }

  @Test("Several rows in one request")
  func batches() async throws {
    for answers in [[], ["$.out[*].p"]] {
      try await Self.check(
        Self.server("POST /batch") { json, _ in
          let values = json["rows"]?.elements?.map(Self.value) ?? [nil]
          guard values.allSatisfy({ $0 != nil }) else { return nil }
          return "{\"n\":\(values.count),\"out\":["
            + values.map { "{\"p\":\($0 ?? 0)}" }.joined(separator: ",")
            + "]}"
        }, path: "/batch",
        try ServiceTemplate(request: Self.body, batch: #"{"rows":[{rows}]}"#, answers: answers),
        note: "--batch-request")
    }
  }

  @Test("Places in the address make it a GET")
  func gets() async throws {
    try await Self.check(
      Self.server("GET /q") { _, line in
        let query = URLComponents(string: line)?.queryItems ?? []
        func item(_ name: String) -> String? { query.first { $0.name == name }?.value }
        guard let age = item("a").flatMap(Double.init), let dose = item("d").flatMap(Double.init),
          let ward = item("w")
        else { return nil }
        return "[\(Self.probability(age, dose, ward))]"
      }, path: "/q?a={age}&d={dose}&w={ward}", note: "asked at")
  }

  /// The description that FastAPI 0.12x writes for a model of pydantic.
  private static let openAPI = #"""
    {"openapi":"3.1.0","paths":{"/health":{"get":{"responses":{}}},"/v3/predict":{"post":{"requestBody":{"content":
    {"application/json":{"schema":{"$ref":"#/components/schemas/Patient"}}},"required":true}}}},"components":{"schemas":
    {"Patient":{"properties":{"age":{"type":"number","minimum":0,"maximum":1},"dose":{"anyOf":[{"type":"number"},
    {"type":"null"}]},"ward":{"type":"string","enum":["A","B"]}},"type":"object","required":["age","ward"]}}}}
    """#

  @Test(
    "Without a template the OpenAPI document says how to ask, with or without the path",
    arguments: ["", "/v3/predict"])
  func described(path: String) async throws {
    try await Self.check(
      Self.server("POST /v3/predict", openAPI: Self.openAPI) { json, _ in
        Self.value(json).map { "{\"probability\":\($0)}" }
      }, path: path, note: "--request '{\"age\":{age},\"dose\":{dose},\"ward\":\"{ward}\"}'")
  }

  @Test("An OpenAPI document gives the columns with their kinds, ranges and categories")
  func facts() throws {
    let document = OpenAPIDocument(try JSONReader.value(of: Array(Self.openAPI.utf8)))
    let operation = try #require(document.operations.first)
    #expect(operation.path == "/v3/predict" && document.operations.count == 1)
    #expect(
      operation.facts.inputs.map(\.kind) == [.number(0...1), .number(nil), .category(levels: ["A", "B"])])
    // Who has rows without a dose need not give it.
    let some = OpenAPIDocument(try JSONReader.value(of: Array(Self.openAPI.utf8))) { $0 != "dose" }
    #expect(some.operations.first?.facts.inputs.map(\.name) == ["age", "ward"])
    let list = OpenAPIDocument(
      try JSONReader.value(
        of: Array(
          #"""
          {"paths":{"/x":{"post":{"requestBody":{"content":{"application/json":{"schema":{"type":"object","properties":
          {"instances":{"type":"array","items":{"type":"array","items":{"type":"number"},"minItems":4,"maxItems":4}}},
          "required":["instances"]}}}}}},"/y":{"get":{"parameters":[{"in":"query","name":"a","schema":{"type":"integer"}}]}}}}
          """#.utf8)))
    let (batch, get) = (list.operations[0], list.operations[1])
    #expect(
      batch.template.request?.text == "[{*}]" && batch.template.batch?.text == #"{"instances":[{rows}]}"#)
    #expect(batch.facts.width == 4 && get.path == "/y?a={a}" && get.facts.inputs.map(\.isWhole) == [true])
  }

  @Test("A document leads to no other host, never without end, and to no column that is not sent")
  func hostileDocuments() throws {
    func operations(_ path: String, _ schema: String) throws -> [OpenAPIDocument.Operation] {
      let text = ##"""
        {"paths":{"\##(path)":{"post":{"requestBody":{"content":{"application/json":{"schema":\##(schema)}}}}}},
        "components":{"schemas":{"N":{"properties":{"a":{"$ref":"#/components/schemas/N"},
        "b":{"$ref":"#/components/schemas/N"},"c":{"$ref":"#/components/schemas/N"},"x":{"type":"number"}}}}}}
        """##
      return OpenAPIDocument(try JSONReader.value(of: Array(text.utf8))).operations
    }
    let plain = #"{"properties":{"x":{"type":"number"}}}"#
    #expect(try operations("/p", plain).count == 1 && operations("@evil/p", plain).isEmpty)
    #expect(try operations(".evil/p", plain).isEmpty)
    _ = try operations("/p", ##"{"$ref":"#/components/schemas/N"}"##)
    let strange = #"{"properties":{"a:b":{"type":"string"},"x":{"type":"number"}}}"#
    #expect(try operations("/p", strange).first?.facts.inputs.map(\.name) == ["x"])
    let nested =
      #"{"properties":{"x":{"type":"number"},"o":{"properties":{"y":{"type":"number"},"z":{"type":"object"}},"#
      + #""required":["z"]}}}"#
    #expect(try operations("/p", nested).first?.facts.inputs.map(\.name) == ["x"])
    let rows =
      #"{"properties":{"threshold":{"type":"number"},"rows":{"type":"array","items":\#(plain)}}}"#
    let batch = try #require(try operations("/p", rows).first)
    #expect(batch.template.batch?.text == #"{"rows":[{rows}]}"# && batch.facts.inputs.map(\.name) == ["x"])
  }

  @Test("A path into the answer without places for a row is refused")
  func noPlaces() async throws {
    let server = try Self.server("GET /x") { _, _ in "{\"label\":1}" }
    defer { server.stop() }
    var options = HTTPOracleOptions()
    options.template = try ServiceTemplate(answers: ["$.label"])
    let url = "http://127.0.0.1:\(server.port)/x"
    await #expect(throws: RequestTemplateError.noPlace(url)) {
      _ = try await HTTPOracle.connect(url: url, options: options)
    }
  }
}
