import Foundation
import Querying
import Guarding
import Tabular
import Testing

@testable import PredictionAPI

@Suite("Services of known dialects behind guards")
struct UpstreamDialectTests {
  /// A server of a dialect, and before it one with a guard that rounds to one decimal.
  private static func with(
    _ dialect: DialectName, path: String, guards: [any PreparedGuard] = [TinyGuard()],
    _ body: (PredictionService) async throws -> Void
  ) async throws {
    let columns = (0..<4).map { Table.Column(name: "x\($0)", values: .numeric([0, 3, 7, 10])) }
    try await ServerSecurityTests.with(Samples.service(Samples.softmax(), dialect)) { port in
      var options = HTTPOracleOptions()
      options.examples = [.init(Table(columns: columns), name: "rows")]
      let upstream = try await UpstreamService.connect(
        url: "http://127.0.0.1:\(port)\(path)", options: options)
      var settings = ServiceOptions()
      settings.timeout = .seconds(600)
      try await body(
        PredictionService(
          models: [ServedModel(name: "m", upstream: upstream, guards: guards)], options: settings))
    }
  }

  @Test("TensorFlow Serving's columns and its one tensor are answered, and guards change the outputs")
  func tensorFlow() async throws {
    let direct = try Samples.service(Samples.softmax(), .tfserving)
    try await Self.with(.tfserving, path: "/v1/models/m") { service in
      let path = "/v1/models/m:predict"
      for (body, member) in [
        (#"{"instances":[[1,2,3,4],[4,3,2,1]]}"#, "predictions"),
        (#"{"signature_name":"serving_default","instances":[[1,2,3,4],[4,3,2,1]]}"#, "predictions"),
        (#"{"inputs":[[1,2,3,4],[4,3,2,1]]}"#, "outputs"),
        (#"{"inputs":{"inputs":[[1,2,3,4],[4,3,2,1]]}}"#, "outputs"),
        (#"{"inputs":{"x0":[1,4],"x1":[2,3],"x2":[3,2],"x3":[4,1]}}"#, "outputs"),
      ] {
        let (reply, own) = (try await service.post(path, body), try await direct.post(path, body))
        #expect(reply.status == 200 && own.status == 200, "\(body): \(reply.json)")
        let rows = try #require(reply.json[member]?.elements)
        let wanted = try #require(own.json[member]?.elements)
        #expect(rows.count == 2 && wanted.count == 2)
        for (row, own) in zip(rows, wanted) {
          let (numbers, own) = (
            row.elements?.compactMap(\.number) ?? [], own.elements?.compactMap(\.number) ?? []
          )
          #expect(numbers.count == 3 && numbers == own.map { ($0 * 10).rounded() / 10 }, "\(body)")
        }
      }
      for body in [
        #"{"signature_name":"other","instances":[[1,2,3,4]]}"#, #"{"instances":[[1,2,3,4]],"explain":true}"#,
      ] { #expect(try await service.post(path, body).status == 422, "\(body)") }
      #expect(try await service.post(path, #"{"inputs":[[1,2,3,4]],"instances":[[1,2,3,4]]}"#).status == 400)
    }
  }

  @Test("Outputs of TensorFlow Serving by their names are read row by row")
  func namedOutputs() throws {
    let client = InstancesClient(dialect: .tfserving, url: "http://h")
    func answers(_ text: String, rows: Int) throws -> [RawAnswer] {
      try client.answers(JSONReader.value(of: Array(text.utf8)), rows: rows)
    }
    let one = try answers(#"{"outputs":{"dense":[[0.25,0.75],[0.5,0.5]]}}"#, rows: 2)
    #expect(one.map(\.scores) == [[0.25, 0.75], [0.5, 0.5]])
    let both = try answers(
      #"{"outputs":{"class":["a","b"],"probabilities":[[0.25,0.75],[0.5,0.5]]}}"#, rows: 2)
    #expect(both.map(\.scores) == [[0.25, 0.75], [0.5, 0.5]] && both.map(\.outputText) == ["a", "b"])
    for text in [#"{"outputs":{"a":[1],"b":[1,2]}}"#, #"{"outputs":{}}"#, #"{"outputs":7}"#] {
      #expect(throws: HTTPOracleError.self, "\(text)") { try answers(text, rows: 1) }
    }
  }

  @Test("Parameters of the Open Inference Protocol that could open an answer, or hide the data, are refused")
  func parameters() async throws {
    func body(_ whole: String, _ input: String, _ output: String) -> String {
      #"{\#(whole)"inputs":[{"name":"x","shape":[1,4],"datatype":"FP64","data":[1,2,3,4]\#(input)}],"#
        + #""outputs":[{"name":"predict_proba"\#(output)}]}"#
    }
    for (guards, opens): ([any PreparedGuard], Int) in [([], 200), ([TinyGuard()], 422)] {
      try await Self.with(.v2, path: "/v2/models/m", guards: guards) { service in
        for (text, status) in [
          (body("", "", ""), 200), (body(#""id":"7","#, "", ""), 200),
          (body(#""parameters":{"content_type":"np"},"#, #","parameters":{"content_type":"np"}"#, ""), 200),
          (body("", "", #","parameters":{"binary_data":false}"#), 200),
          (body("", "", #","parameters":{"classification":2}"#), opens),
          (body(#""parameters":{"explain":true},"#, "", ""), opens),
          (body(#""explain":true,"#, "", ""), opens),
          (body(#""parameters":{"binary_data_output":true},"#, "", ""), 400),
          (body("", #","parameters":{"shared_memory_region":"a"}"#, ""), 400),
          (body(#""parameters":{"list":[1]},"#, "", ""), 422),
        ] {
          let reply = try await service.post("/v2/models/m/infer", text)
          #expect(reply.status == status, "\(text): \(reply.json)")
        }
      }
    }
  }

  @Test("Reading a long request ends when its client is gone, in every form of rows")
  func paced() throws {
    let model = try ServedModel(name: "m", oracle: PipelineOracle(Samples.softmax()))
    let gone = RowLimit(10_000, pace: Pace(.seconds(600)) { true })
    let rows = [String](repeating: #"[1,2,3,"4"]"#, count: 300).joined(separator: ",")
    let objects = [String](repeating: #"{"x0":1,"x1":2,"x2":3,"x3":4}"#, count: 300).joined(separator: ",")
    let column = "[" + [String](repeating: "1", count: 300).joined(separator: ",") + "]"
    let columns = (0..<4).map { #""x\#($0)":\#(column)"# }.joined(separator: ",")
    let json = "application/json"
    for (dialect, type, text): (DialectName, String, String) in [
      (.mlflow, "text/csv", "x0,x1,x2,x3\n" + String(repeating: "1,2,3,4\n", count: 300)),
      (.mlflow, json, #"{"instances":[\#(rows)]}"#), (.mlflow, json, #"{"inputs":{\#(columns)}}"#),
      (.mlflow, json, #"{"dataframe_records":[\#(objects)]}"#),
      (.mlflow, json, #"{"dataframe_split":{"columns":["x0","x1","x2","x3"],"data":[\#(rows)]}}"#),
      (.kserveV1, json, #"{"instances":[\#(objects)]}"#), (.tfserving, json, #"{"inputs":{\#(columns)}}"#),
      (.v2, json, #"{"inputs":[{"name":"x","shape":[300,4],"datatype":"FP64","data":[\#(rows)]}]}"#),
    ] {
      let request = APIRequest("POST", "/", headers: ["content-type": type], body: Array(text.utf8))
      _ = try dialect.dialect.call(request, .rows, to: model, limit: 10_000)
      let error = #expect(throws: APIError.self, "\(text.prefix(60))") {
        try dialect.dialect.call(request, .rows, to: model, limit: gone)
      }
      #expect(error?.status == 499, "\(text.prefix(60))")
    }
    let template = try ServiceTemplate(request: "[{*}]", batch: #"{"rows":[{rows}]}"#)
    let pattern = try BodyPattern(#require(template.request), batch: template.batch)
    let body = try JSONReader.value(of: Array(#"{"rows":[\#(rows)]}"#.utf8))
    let error = #expect(throws: APIError.self) { try pattern.values(body, limit: gone, passed: .none) }
    #expect(error?.status == 499)
  }
}
