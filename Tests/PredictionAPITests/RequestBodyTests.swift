import Foundation
import Querying
import Tabular
import Testing

@testable import PredictionAPI

@Suite("Bodies of requests")
struct RequestBodyTests {
  private static let path = ServiceTests.path

  private static func send(
    _ service: PredictionService, _ path: String, _ body: [UInt8], _ headers: [String: String] = [:]
  ) async -> (status: Int, text: String, reply: APIReply) {
    let reply = await service.reply(
      to: APIRequest(
        "POST", path, headers: ["content-type": "application/json"].merging(headers) { $1 }, body: body))
    return (reply.status, String(decoding: reply.body, as: UTF8.self), reply)
  }

  @Test("A compressed body is the body, within the limit of what it holds")
  func compressed() async throws {
    let service = try Samples.service(Samples.softmax(), .v2, .mlflow) { $0.maxBody = 20_000 }
    let gzip = ["content-encoding": "gzip"]
    let small = try #require(Gzip.compress(Array(ServiceTests.row.utf8)))
    let plain = await Self.send(service, "/invocations", Array(#"{"instances":[[1,2,3,4]]}"#.utf8))
    let packed = try #require(Gzip.compress(Array(#"{"instances":[[1,2,3,4]]}"#.utf8)))
    #expect(await Self.send(service, "/invocations", packed, gzip).text == plain.text)
    #expect(await Self.send(service, Self.path, small, gzip).status == 200)
    let csv = try #require(Gzip.compress(Array("x0,x1,x2,x3\n1,2,3,4\n".utf8)))
    let read = await Self.send(
      service, "/invocations", csv, ["content-encoding": "GZIP", "content-type": "text/csv"])
    #expect(read.text == plain.text)
    // 20 MB of blanks in 20 kB.
    let bomb = try #require(Gzip.compress([UInt8](repeating: 0x20, count: 20 << 20)))
    for type in ["application/json", "text/csv"] {
      let reply = await Self.send(
        service, "/invocations", bomb, ["content-encoding": "gzip", "content-type": type])
      #expect(reply.status == 413 && reply.text.contains("20000 bytes when it is decompressed"))
    }
    // Within a body that does not say so, compressed data are no text.
    #expect(await Self.send(service, "/invocations", csv, ["content-type": "text/csv"]).status == 400)
    for (body, encoding, status) in [
      (Array("{}".utf8), "gzip", 400), (Array(small.dropLast(3)), "gzip", 400), ([], "gzip", 400),
      (small, "br", 415), (small, "gzip, gzip", 415), (Array(ServiceTests.row.utf8), "identity", 200),
    ] {
      let reply = await Self.send(service, Self.path, body, ["content-encoding": encoding])
      #expect(reply.status == status, "\(encoding): \(reply.text)")
    }
  }

  @Test("A compressed body asks the model that it names")
  func compressedNames() async throws {
    let models = try ["a", "b"].map { name in
      ServedModel(name: name, oracle: PipelineOracle(try Samples.mixed()))
    }
    var options = ServiceOptions()
    options.dialects = [.bigml]
    options.timeout = .seconds(600)
    let service = try PredictionService(models: models, options: options)
    let body = try #require(Gzip.compress(Array(#"{"model":"model/b","input_data":{"age":30}}"#.utf8)))
    let reply = await Self.send(service, "/prediction", body, ["content-encoding": "gzip"])
    #expect(reply.status == 201 && reply.text.contains("model/b"), "\(reply.text)")
    #expect(service.memory.bytes == 0)
  }

  @Test("Answers are compressed where the client takes that and it helps")
  func compressedAnswers() async throws {
    let service = try Samples.service(Samples.softmax())
    let body = Array(ServiceTests.rows(500).utf8)
    let plain = await Self.send(service, Self.path, body).reply
    #expect(plain.headers["content-encoding"] == nil && plain.headers["vary"] == "accept-encoding")
    for accepted in ["gzip", "deflate, gzip;q=0.5", "*"] {
      let reply = await Self.send(service, Self.path, body, ["accept-encoding": accepted]).reply
      #expect(
        reply.headers["content-encoding"] == "gzip" && reply.body.count < plain.body.count, "\(accepted)")
      let text = try Gzip.decompress(reply.body, limit: 1 << 20)
      #expect(try JSONReader.value(of: text)["outputs"] == JSONReader.value(of: plain.body)["outputs"])
    }
    for accepted in ["br", "gzip;q=0", "identity", "gzip;q=0, *"] {
      let reply = await Self.send(service, Self.path, body, ["accept-encoding": accepted]).reply
      #expect(reply.headers["content-encoding"] == nil, "\(accepted)")
    }
    let short = await Self.send(service, Self.path, Array(ServiceTests.row.utf8), ["accept-encoding": "gzip"])
    #expect(short.reply.headers["content-encoding"] == nil)
    // What a service behind says of itself stays.
    for (own, whole) in [
      ("Origin", "Origin, accept-encoding"), ("*", "*"), ("Accept-Encoding", "Accept-Encoding"),
    ] {
      let reply = APIReply(headers: ["vary": own], body: plain.body)
      let request = APIRequest("POST", "/", headers: ["accept-encoding": "gzip"])
      #expect(reply.compressed(for: request).headers["vary"] == whole)
      #expect(reply.compressed(for: APIRequest("POST", "/")).headers["vary"] == whole)
    }
  }

  @Test(
    "Compressed data come back as they were",
    arguments: [
      [], [7], [UInt8](repeating: 3, count: 1 << 20),
      (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 97) },
    ])
  func compression(_ bytes: [UInt8]) throws {
    let small = try #require(Gzip.compress(bytes))
    #expect(try Gzip.decompress(small, limit: bytes.count) == bytes)
    #expect(try Gzip.decompress(small + small, limit: 2 * bytes.count) == bytes + bytes)
    if !bytes.isEmpty {
      #expect(throws: GzipError.tooLarge(limit: bytes.count - 1)) {
        try Gzip.decompress(small, limit: bytes.count - 1)
      }
    }
  }

  @Test("MLflow passes over columns that the model does not take and refuses to go without those it does")
  func columnsOfMLflow() async throws {
    let service = try Samples.service(Samples.mixed(), .mlflow)
    let expected = await Self.send(
      service, "/invocations", Array(#"{"dataframe_records":[{"age":30,"job":"nurse"}]}"#.utf8))
    #expect(expected.status == 200)
    let bodies = [
      "id,age,job,class\n7,30,nurse,good\n", "\u{FEFF}job,age\r\n\"nurse\",\"30\"\r\n\r\n",
      #"{"dataframe_split":{"columns":["id","age","job"],"data":[[7,30,"nurse"]]}}"#,
      #"{"dataframe_records":[{"id":7,"age":30,"job":"nurse"}]}"#,
      #"{"inputs":{"id":[7],"age":[30],"job":["nurse"]}}"#,
      #"{"instances":[{"id":7,"age":30,"job":"nurse"}]}"#,
    ]
    for body in bodies {
      let type = body.hasPrefix("{") ? "application/json" : "text/csv"
      let reply = await Self.send(service, "/invocations", Array(body.utf8), ["content-type": type])
      #expect(reply.text == expected.text, "\(body)")
    }
    for body in [
      "age\n30\n", #"{"dataframe_split":{"columns":["age"],"data":[[30]]}}"#,
      #"{"dataframe_records":[{"age":30}]}"#,
      #"{"inputs":{"age":[30]}}"#, #"{"instances":[{"age":30}]}"#,
      #"{"dataframe_split":{"columns":["age","id"],"data":[[30,1]]}}"#,
    ] {
      let type = body.hasPrefix("{") ? "application/json" : "text/csv"
      let reply = await Self.send(service, "/invocations", Array(body.utf8), ["content-type": type])
      #expect(
        reply.status == 400 && reply.text.contains("input 'job' is not given"), "\(body): \(reply.text)")
    }
    for body in [
      "age,job,age\n30,nurse,40\n",
      #"{"dataframe_split":{"columns":["age","job","age"],"data":[[30,"nurse",40]]}}"#,
      #"{"dataframe_records":[{"age":30,"job":"nurse","age":40}]}"#,
    ] {
      let type = body.hasPrefix("{") ? "application/json" : "text/csv"
      let reply = await Self.send(service, "/invocations", Array(body.utf8), ["content-type": type])
      #expect(
        reply.status == 400 && reply.text.contains("input 'age' is given twice"), "\(body): \(reply.text)")
    }
    // A value that is there and empty is missing, which this model takes.
    let empty = await Self.send(
      service, "/invocations", Array("age,job\nNA,\n".utf8), ["content-type": "text/csv"])
    let null = await Self.send(service, "/invocations", Array(#"{"instances":[[null,null]]}"#.utf8))
    #expect(empty.status == 200 && empty.text == null.text)
  }

  @Test("The other dialects refuse columns that the model does not take, and fill those that are absent")
  func columnsOfOthers() async throws {
    let service = try Samples.service(Samples.mixed(), .kserveV1)
    func status(_ row: String) async -> Int {
      await Self.send(service, "/v1/models/m:predict", Array("{\"instances\":[\(row)]}".utf8)).status
    }
    #expect(await status(#"{"age":30}"#) == 200)
    #expect(await status(#"{"age":30,"id":1}"#) == 400)
    #expect(await status(#"{"age":30,"age":31}"#) == 400)
  }

  @Test("CSV is read with quotes, blanks and all line ends, and its faults have their line")
  func csv() async throws {
    let service = try Samples.service(Samples.mixed(), .mlflow) { $0.maxBatch = 3 }
    func send(_ text: String) async -> (status: Int, text: String, reply: APIReply) {
      await Self.send(service, "/invocations", Array(text.utf8), ["content-type": "text/csv"])
    }
    let expected = await Self.send(
      service, "/invocations", Array(#"{"instances":[[30,"pilot \"x\""],[31.5,"baker"]]}"#.utf8))
    for text in [
      "age,job\n30,\"pilot \"\"x\"\"\"\n31.5,baker\n", "age,job\r30,\"pilot \"\"x\"\"\"\r31.5,baker",
      "age,job\r\n 30 ,\"pilot \"\"x\"\"\"\r\n\r\n\"31.5\",\"baker\"\r\n\r\n",
    ] {
      let reply = await send(text)
      #expect(reply.text == expected.text, "\(text): \(reply.text)")
    }
    for (text, status, words) in [
      ("", 400, "header"), ("\n", 400, "header"), ("age,job\n", 400, "no rows"),
      ("age,job\n30\n", 400, "line 2 has 1 fields and the header 2"),
      // Three line breaks stand within quotes.
      ("age,job,note\n30,nurse,\"a\nb\r\nc\rd\"\n31,nurse\n", 400, "line 6 has 2 fields and the header 3"),
      ("age,job\n30,\"nurse\n\n", 400, "line 2 has a quote that is not closed"),
      ("age,job\n30,\"nurse\"x\n", 400, "line 2 goes on"),
      (String(repeating: "c,", count: 500_000) + "age,job\n", 400, "more than 1002 fields"),
      ("age,job\nold,nurse\n", 400, "finite number"), ("age,job\n1e999,nurse\n", 400, "finite number"),
      ("age,job\n" + String(repeating: "30,nurse\n", count: 4), 413, "at most 3"),
    ] {
      let reply = await send(text)
      #expect(reply.status == status && reply.text.contains(words), "\(text): \(reply.text)")
    }
    let latin = await Self.send(
      service, "/invocations", Array("age,job\n30,".utf8) + [0xE9, 0x0A], ["content-type": "text/csv"])
    #expect(latin.status == 400 && latin.text.contains("line 2 is no UTF-8 text"))
  }

  @Test("What 'curl -d' sends is read as what it is")
  func curl() async throws {
    let service = try Samples.service(Samples.softmax(), .v2, .mlflow, .bigml)
    let form = ["content-type": "application/x-www-form-urlencoded"]
    #expect(await Self.send(service, Self.path, Array(ServiceTests.row.utf8), form).status == 200)
    let rows = Array(#"{"instances":[[1,2,3,4]]}"#.utf8)
    #expect(await Self.send(service, "/invocations", rows, form).status == 200)
    #expect(await Self.send(service, "/invocations", Array("a=1&b=2".utf8), form).status == 400)
  }
}
