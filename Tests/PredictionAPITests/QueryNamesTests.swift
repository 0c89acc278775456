import Foundation
import LinearAlgebra
import Querying
import TestSupport
import Testing

@testable import PredictionAPI

@Suite("Names of requests", .serialized)
struct QueryNamesTests {
  private static let rows = Matrix([[1, 2], [3, 4], [5, 6]])

  private static func request(_ body: String = "{}") -> WireRequest {
    WireRequest(url: "http://u/p", body: Array(body.utf8))
  }

  private static func known(_ rows: Matrix) -> [QuerySession.Exchange] {
    (0..<rows.rows).map { .init(query: rows.row($0), details: [], answer: Answer()) }
  }

  @Test("A run that goes on gives a request the name it had; another run, body or repetition another")
  func names() {
    let (rows, request) = (Self.rows, Self.request())
    let first = QueryNames(run: "r")
    let begun = first.take(request, about: rows)
    let repeated = first.take(request, about: rows)
    #expect(begun != repeated && begun.count == 32)
    #expect(QueryNames(run: "r").take(request, about: rows) == begun)
    #expect(QueryNames(run: "r", known: Self.known(rows)).take(request, about: rows) == repeated)
    // One of the rows is on record, so this is another request than the first.
    let partly = QueryNames(run: "r", known: Self.known(Matrix([[3, 4]])))
    #expect(![begun, repeated].contains(partly.take(request, about: rows)))
    #expect(QueryNames(run: "s").take(request, about: rows) != begun)
    #expect(QueryNames(run: "r").take(Self.request("{\"a\":1}"), about: rows) != begun)
    #expect(QueryNames().take(request, about: rows) != QueryNames().take(request, about: rows))
  }

  @Test("Rows without an answer do not count as asked about")
  func unanswered() {
    let names = QueryNames(run: "r")
    let name = names.take(Self.request(), about: Self.rows)
    names.giveBack(Self.rows)
    #expect(names.take(Self.request(), about: Self.rows) == name)
  }

  /// A theft of four single rows and a batch, killed while its last request is under way; the same again, going on from
  /// what is on record.
  @Test(
    "A service charges a killed theft that goes on once for every row, and for a row asked twice on purpose twice"
  )
  func ledger() async throws {
    let path = Folder.temporaryPath(".sqlite")
    defer { LedgerTests.remove(path) }
    let store = try LedgerStore(path: path)
    let service = try Samples.service(Samples.softmax(), ledger: store)
    func charged() throws -> Int { try store.totals().reduce(0) { $0 + $1.rows } }
    let rows = Matrix([[1, 2, 3, 4], [2, 2, 2, 2], [0, 9, 1, 1], [5, 5, 5, 5]])
    try await ServerSecurityTests.with(service) { port in
      let url = "http://127.0.0.1:\(port)"
      var options = HTTPOracleOptions()
      options.probes = 8
      options.names = QueryNames(run: "r")
      let first = try await HTTPOracle.connect(url: url, options: options)
      let probed = try charged()
      #expect(probed == first.probedRows)
      var record = first.probes
      for row in 0..<3 {
        let answer = try await first.answer(rows.rows(at: [row]), details: [])[0]
        record.append(.init(query: rows.row(row), details: [], answer: answer))
      }
      // Its answers are on their way when the thief is killed.
      _ = try await first.answer(rows.rows(at: [3, 0]), details: [])
      #expect(try charged() == probed + 5)

      options.names = QueryNames(run: "r", known: record)
      options.earlier = .init(target: url, schema: first.schema, capabilities: first.capabilities)
      let second = try await HTTPOracle.connect(url: url, options: options)
      #expect(try charged() == probed + 5)
      _ = try await second.answer(rows.rows(at: [3, 0]), details: [])
      #expect(try charged() == probed + 5)
      _ = try await second.answer(rows.rows(at: [3, 0]), details: [])
      #expect(try charged() == probed + 7)

      // Killed before anything was on record.
      options.names = QueryNames(run: "r")
      options.earlier = nil
      _ = try await HTTPOracle.connect(url: url, options: options)
      #expect(try charged() == probed + 7)
      options.names = QueryNames(run: "s")
      _ = try await HTTPOracle.connect(url: url, options: options)
      #expect(try charged() == 2 * probed + 7)
    }
    try store.close()
  }

  @Test(
    "A theft that is killed while it finds out how to ask and goes on at another speed is charged no row twice",
    arguments: [DialectName.v2, .mlflow])
  func speed(_ dialect: DialectName) async throws {
    let path = Folder.temporaryPath(".sqlite")
    defer { LedgerTests.remove(path) }
    let store = try LedgerStore(path: path)
    let service = try Samples.service(Samples.softmax(), dialect, ledger: store) {
      $0.latency = .milliseconds(150)
    }
    try await ServerSecurityTests.with(service) { port in
      var options = HTTPOracleOptions()
      var (limits, charged) = ([Int](), [Int]())
      // Half of ten minutes is enough for the 40 rows of the sample at 150 ms each, on a busy machine too; half of ten
      // seconds is not.
      for timeout in [Duration.seconds(600), .seconds(10)] {
        // Names that know of nothing, as after a kill before the first line of the record.
        options.names = QueryNames(run: "r")
        options.timeout = timeout
        let oracle = try await HTTPOracle.connect(url: "http://127.0.0.1:\(port)", options: options)
        limits.append(oracle.capabilities.batchLimit)
        charged.append(try store.totals().reduce(0) { $0 + $1.rows })
        // Requests of a wrong form are sent and not charged.
        #expect(oracle.probedRows >= charged[0])
      }
      #expect(limits[0] >= 40 && limits[1] < 40, "\(limits)")
      #expect(charged[0] > 40 && charged[1] == charged[0], "\(charged)")
    }
    try store.close()
  }

  @Test("A run that goes on keeps to the rows of a request, unless the user has a wish")
  func batches() async throws {
    let service = try Samples.service(Samples.softmax()) { $0.maxBatch = 30 }
    let told = AsyncStream<Int>.makeStream()
    try await ServerSecurityTests.with(service) { port in
      let url = "http://127.0.0.1:\(port)"
      var options = HTTPOracleOptions()
      options.probes = 8
      options.narrows = { told.continuation.yield($0) }
      let first = try await HTTPOracle.connect(url: url, options: options)
      let limit = first.capabilities.batchLimit
      #expect(limit == 1000 || limit.nonzeroBitCount == 1)
      _ = try await first.answer(Matrix(rows: 40, columns: 4), details: [])
      options.earlierBatch = 20
      #expect(try await HTTPOracle.connect(url: url, options: options).capabilities.batchLimit == 20)
      options.batchLimit = 7
      #expect(try await HTTPOracle.connect(url: url, options: options).capabilities.batchLimit == 7)
    }
    told.continuation.finish()
    var sizes: [Int] = []
    for await size in told.stream { sizes.append(size) }
    #expect(sizes == [20])
  }
}
