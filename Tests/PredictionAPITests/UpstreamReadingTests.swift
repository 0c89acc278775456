import Foundation
import Querying
import Tabular
import Testing

@testable import PredictionAPI

@Suite("Requests that two programs may read in two ways")
struct UpstreamReadingTests {
  private static let path = "/v1/models/m:predict"

  @Test("Before a service of KServe's first protocol no body passes that the service may read as another one")
  func kserve() async throws {
    let columns = (0..<4).map { Table.Column(name: "x\($0)", values: .numeric([0, 3, 7, 10])) }
    try await ServerSecurityTests.with(Samples.service(Samples.softmax(), .kserveV1)) { port in
      var options = HTTPOracleOptions()
      options.examples = [.init(Table(columns: columns), name: "rows")]
      let upstream = try await UpstreamService.connect(
        url: "http://127.0.0.1:\(port)/v1/models/m", options: options)
      let service = try PredictionService(models: [ServedModel(name: "m", upstream: upstream)])
      let form = "application/x-www-form-urlencoded"
      for (body, type, status) in [
        (#"{"instances":[[1,2,3,4]]}"#, "application/json", 200),
        (#"{"instances":[[1,2,3,4]],"id":"a"}"#, "application/json", 200),
        (#"{"instances":[[1,2,3,4]],"inputs":[[4,3,2,1]]}"#, "application/json", 422),
        (#"{"instances":[[1,2,3,4]],"parameters":{"a":1}}"#, "application/json", 422),
        (#"{"instances":[[1,2,3,4]],"instances":[[4,3,2,1]]}"#, "application/json", 422),
        (#"{"instances":[[1,2,3,4]],"instances":[[4,3,2,1]]}"#, form, 422),
        (#"{"instances":[[1,2,3,4]],"inputs":[[4,3,2,1]]}"#, form, 422),
      ] {
        let reply = await service.reply(
          to: APIRequest("POST", Self.path, headers: ["content-type": type], body: Array(body.utf8)))
        #expect(reply.status == status, "\(body): \(String(decoding: reply.body, as: UTF8.self))")
      }
      #expect(service.answered.rows == 2)
    }
  }

  @Test("A long array is read in the time of its length, and refused")
  func longArrays() throws {
    let request = try RequestTemplate(#"{"r":[{*}]}"#)
    let pattern = try BodyPattern(request, batch: nil)
    let numbers = [JSON](repeating: .number(0), count: 500_000)
    let found = try pattern.values(
      .object([.init(name: "r", value: .array(numbers))]), limit: 10, passed: .none)
    #expect(found.first?.all?.count == numbers.count)
    let batch = try ServiceTemplate(request: "[{*}]", batch: #"{"rows":[{rows}]}"#)
    let rows = try BodyPattern(#require(batch.request), batch: batch.batch)
    let body = JSON.object([
      .init(name: "rows", value: .array([JSON](repeating: .array([.number(1)]), count: 300_000)))
    ])
    #expect(throws: APIError.self) { try rows.values(body, limit: 10, passed: .none) }
  }

  @Test(
    "A name in other characters than the template's, or a constant that is another, is refused without a word of it"
  )
  func namesAndConstants() throws {
    let pattern = try BodyPattern(RequestTemplate(#"{"token":"s3cret","größe":{a}}"#), batch: nil)
    func refusal(_ text: String) throws -> String? {
      let json = try JSONReader.value(of: Array(text.utf8))
      do {
        _ = try pattern.values(json, limit: 1, passed: .none)
        return nil
      } catch {
        return error.message
      }
    }
    #expect(try refusal(#"{"token":"s3cret","größe":1}"#) == nil)
    let other = try #require(try refusal(#"{"token":"x","größe":1}"#))
    #expect(other.contains("another value") && !other.contains("s3cret"))
    #expect(
      try refusal("{\"token\":\"s3cret\",\"gr\u{6F}\u{308}\u{DF}e\":1}")?.contains("other characters") == true
    )
  }

  @Test(
    "What every request carries is taken off an address, and places stay",
    arguments: [
      ("http://h/p?key=s3cret&age={age}", "http://h/p?age={age}", "key=s3cret"),
      ("http://h/p?age={age}", "http://h/p?age={age}", nil),
      ("http://h/p?key=s3cret", "http://h/p", "key=s3cret"),
      ("http://h/p?a={x&y}&b=1", "http://h/p?a={x&y}&b=1", nil), ("http://h/p", "http://h/p", nil),
    ] as [(String, String, String?)])
  func queries(_ address: String, _ rest: String, _ query: String?) {
    var (connection, url) = (HTTPConnection(), address)
    connection.takeQuery(of: &url)
    #expect(url == rest && connection.address("http://h") == "http://h" + (query.map { "?" + $0 } ?? ""))
    #expect(HTTPConnection.withoutSecrets(address) == rest)
  }
}
