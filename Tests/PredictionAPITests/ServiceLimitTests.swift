import Foundation
import GRDB
import LinearAlgebra
import Querying
import Synchronization
import Tabular
import TestSupport
import Testing

@testable import PredictionAPI

@Suite("What a service does not give away")
struct ServiceLimitTests {
  private static let path = ServiceTests.path

  /// A body that is one row as JSON and `rows` rows as CSV.
  private static func polyglot(_ rows: Int) -> String {
    #"{"inputs":[[1,2,3,4]],"k\"":[",x0,x1,x2,x3,z""# + "\n"
      + [String](repeating: ",1,1,1,1,5,3,1,2,0", count: rows).joined(separator: "\n") + "]}"
  }

  private static func ledger(_ body: (String) async throws -> Void) async throws {
    let path = Folder.temporaryPath(".sqlite")
    defer { LedgerTests.remove(path) }
    try await body(path)
  }

  @Test("A name is good for the same type of body only, whatever answer the client takes")
  func fingerprints() async throws {
    try await Self.ledger { path in
      let store = try LedgerStore(path: path)
      let service = try Samples.service(Samples.softmax(), .v2, .mlflow, ledger: store) { $0.budget = 5 }
      let body = Self.polyglot(90)
      func ask(_ type: String) async throws -> Int {
        try await service.post(
          "/invocations", body, headers: ["content-type": type, "idempotency-key": "k"]
        ).status
      }
      #expect(try await ask("application/json") == 200)
      #expect(try await ask("application/json") == 200)
      #expect(try store.totals().map(\.rows) == [1])
      for type in ["text/csv", "TEXT/CSV; charset=utf-8", "text/csv;x=1"] {
        #expect(try await ask(type) == 429, "\(type)")
      }
      #expect(try store.totals().map(\.rows) == [1])
      // What does not decide the answer does not make another request.
      let again = try await service.post(
        "/invocations", body, headers: ["idempotency-key": "k", "accept-encoding": "gzip"])
      #expect(again.status == 200)
      #expect(try store.totals().map(\.rows) == [1])
      try store.close()
    }
  }

  @Test("A name is good for the same path, query and body only, compressed or not")
  func fingerprintsOfPlaces() async throws {
    try await Self.ledger { path in
      let store = try LedgerStore(path: path)
      let service = try Samples.service(Samples.softmax(), .kserveV1, .mlflow, ledger: store)
      let rows = Array(#"{"instances":[[1,2,3,4]]}"#.utf8)
      let packed = try #require(Gzip.compress(rows))
      let (first, other) = ("/v1/models/m:predict", "/invocations")
      for (path, query, encoding, body, charged) in [
        (first, "", nil, rows, 1), (first, "", nil, rows, 1), (first, "", "gzip", packed, 1),
        (other, "", nil, rows, 2), (other, "", nil, rows, 2), (other, "a=1", nil, rows, 3),
        (first, "", nil, Array(#"{"instances":[[1,2,3,5]]}"#.utf8), 4), (first, "", nil, rows, 4),
      ] as [(String, String, String?, [UInt8], Int)] {
        var headers = ["content-type": "application/json", "idempotency-key": "k"]
        headers["content-encoding"] = encoding
        let reply = await service.reply(
          to: APIRequest("POST", path, query: query, headers: headers, body: body))
        #expect(reply.status == 200, "\(String(decoding: reply.body, as: UTF8.self))")
        #expect(try store.totals().reduce(0) { $0 + $1.rows } == charged, "\(path) \(query)")
      }
      try store.close()
    }
  }

  @Test("A named request that was counted costs as much of the rate as before")
  func rateOfNamedRequests() async throws {
    try await Self.ledger { path in
      let store = try LedgerStore(path: path)
      let service = try Samples.service(Samples.softmax(), ledger: store) {
        $0.budget = 3
        $0.rate = 0.001
      }
      let name = ["idempotency-key": "k"]
      #expect(try await service.post(Self.path, ServiceTests.rows(3), headers: name).status == 200)
      let again = try await service.post(Self.path, ServiceTests.rows(3), headers: name)
      #expect(again.status == 429 && again.json["error"]?.string?.contains("per second") == true)
      try store.close()
    }
  }

  @Test("Two servers on one ledger have one budget, however many ask at once")
  func sharedBudget() async throws {
    try await Self.ledger { path in
      let stores = try [LedgerStore(path: path), LedgerStore(path: path)]
      let services = try stores.map { store in
        try Samples.service(Samples.softmax(), ledger: store) { $0.budget = 50 }
      }
      let granted = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<200 {
          group.addTask {
            try await services[number % 2].post(Self.path, ServiceTests.rows(1 + number % 3)).status == 200
              ? 1 + number % 3 : 0
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(granted <= 50 && granted >= 48)
      #expect(try stores[0].totals().map(\.rows) == [granted])
      // What is left is told as the ledger has it.
      let reply = try await services[0].post(Self.path, ServiceTests.rows(3))
      #expect(reply.status == 429)
      #expect(reply.json["error"]?.string?.contains("\(50 - granted) are left") == true)
      for store in stores { try store.close() }
    }
  }

  @Test("A budget outlives any number of other clients, in memory that does not grow")
  func manyClients() throws {
    let accounts = ClientAccounts(budget: 5, rate: nil, limit: 1000)
    func use(_ client: String, _ rows: Int) throws {
      accounts.settle(try accounts.reserve(rows, for: client), counted: rows)
    }
    try use("first", 5)
    for number in 0..<100_000 { try? use("other \(number)", 1) }
    #expect(throws: APIError.self) { try use("first", 1) }
    #expect(accounts.count <= 1001)
    // Those for whom there is no room share one budget.
    #expect(throws: APIError.self) { try use("one more", 1) }
  }

  @Test("Clients that the ledger knows are forgotten where room is needed, and known again")
  func forgottenClients() throws {
    let used = Mutex<[String: Int]>([:])
    let accounts = ClientAccounts(budget: 5, rate: nil, limit: 100) { client in
      used.withLock { $0[client] ?? 0 }
    }
    let start = ContinuousClock.now
    for number in 0..<1000 {
      let client = "c\(number)"
      let reservation = try accounts.reserve(5, for: client, now: start + .seconds(number * 20))
      used.withLock { $0[client] = 5 }
      accounts.settle(reservation, counted: 5)
    }
    #expect(accounts.count <= 101)
    for number in [0, 500, 999] {
      #expect(throws: APIError.self) {
        try accounts.reserve(1, for: "c\(number)", now: start + .seconds(30_000))
      }
    }
  }

  @Test(
    "A client without a key is an IPv4 address, or the network of an IPv6 address",
    arguments: [
      ("127.0.0.1", "127.0.0.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
      ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"), ("::ffff:10.1.2.3", "10.1.2.3"), ("::1", "0:0:0:0::/64"),
    ])
  func addresses(_ text: String, _ name: String) throws {
    #expect(ClientAddress.name(of: text) == name)
  }

  @Test("Counterfactuals are bounded in number, and end when nobody waits for them")
  func counterfactuals() async throws {
    let service = try Samples.service(Samples.tree(), details: .counterfactuals) {
      $0.maxCounterfactuals = 3
    }
    func body(_ rows: Int) -> String {
      let ages = [String](repeating: "30", count: rows).joined(separator: ",")
      let jobs = [String](repeating: "\"nurse\"", count: rows).joined(separator: ",")
      return #"""
        {"inputs":[{"name":"age","shape":[\#(rows)],"datatype":"FP64","data":[\#(ages)]},
        {"name":"job","shape":[\#(rows)],"datatype":"BYTES","data":[\#(jobs)]}],"outputs":[{"name":"counterfactual"}]}
        """#
    }
    #expect(try await service.post(Self.path, body(3)).status == 200)
    #expect(try await service.post(Self.path, body(4)).status == 413)
    let abandoned = await service.reply(
      to: APIRequest("POST", Self.path, body: Array(body(3).utf8)), isAbandoned: { true })
    #expect(abandoned.status == 499)
  }

  @Test("Those who may not know the inputs are told no name, bound or category, whatever they ask")
  func undescribed() async throws {
    let secrets = ["age", "job", "baker", "nurse", "18", "90", "risk"]
    let paths = [
      "/v2", "/v2/models/m", "/v1/models", "/v1/models/m", "/v1/models/m/metadata", "/model", "/model/m",
      "/openapi.json", "/metrics", "/nothing",
    ]
    let bodies = [
      #"{"inputs":[]}"#, #"{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[1,2]}]}"#,
      #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]}]}"#,
      #"{"instances":[{}]}"#, #"{"instances":[[1,2]]}"#, #"{"instances":[["a","b"]]}"#,
      #"{"instances":[[1]]}"#, #"{"dataframe_records":[{}]}"#,
      #"{"dataframe_split":{"columns":["z"],"data":[[1]]}}"#,
      #"{"inputs":{"z":[1]}}"#, #"{"model":"model/m","input_data":{}}"#,
      #"{"model":"model/m","input_data":{"z":1}}"#,
      #"{"model":"model/m","input_data":{"000000":"z"}}"#, #"{"MLModelId":"m","Record":{}}"#,
      #"{"MLModelId":"m","Record":{"z":"1"}}"#, #"{"MLModelId":"m"}"#, "z\n1\n",
    ]
    for dialects: [DialectName] in [[.v2, .tfserving, .mlflow, .bigml, .amazon], [.kserveV1]] {
      for pipeline in [try Samples.mixed(), try Samples.tree()] {
        let service = try Samples.service(pipeline, describes: false) { $0.dialects = dialects }
        for path in paths {
          let text = await service.get(path).text
          for secret in secrets { #expect(!Self.tells(text, secret), "\(path): \(text)") }
        }
        for path in [
          Self.path, "/v1/models/m:predict", "/v1/models/m:classify", "/invocations", "/prediction", "/",
        ] {
          for body in bodies {
            for operation in ["Predict", "GetMLModel"] {
              let reply = await service.reply(
                to: APIRequest(
                  "POST", path,
                  headers: [
                    "content-type": body.hasPrefix("{") ? "application/json" : "text/csv",
                    "x-amz-target": "AmazonML_20141212." + operation,
                  ], body: Array(body.utf8)))
              let text = String(decoding: reply.body, as: UTF8.self)
              for secret in secrets { #expect(!Self.tells(text, secret), "\(path) \(body): \(text)") }
            }
          }
        }
      }
    }
  }

  /// Whether a text has a word on its own: "age" stands in "message" and "18" in an id.
  private static func tells(_ text: String, _ word: String) -> Bool {
    text.split { !$0.isLetter && !$0.isNumber }.contains { $0 == word }
  }

  @Test("Without a key nothing is told but whether the server is well: not even what is there")
  func keysFirst() async throws {
    let service = try Samples.service(Samples.softmax(), .v2, .mlflow) {
      $0.keys = APIKeys([("alice", "s3cret")])
    }
    for path in [
      "/metrics", "/openapi.json", "/nothing", "/v2/models/other", "/v2", "/v2/models/m/versions/7",
    ] {
      #expect(await service.get(path).status == 401, "\(path)")
    }
    for path in ["/v2/models/other/infer", "/invocations", "/nothing"] {
      #expect(try await service.post(path, "{}").status == 401, "\(path)")
    }
    for path in ["/v2/health/live", "/v2/health/ready", "/v2/models/m/ready", "/ping"] {
      #expect(await service.get(path).status == 200, "\(path)")
    }
    let metrics = await service.reply(
      to: APIRequest("GET", "/metrics", headers: ["x-api-key": "s3cret"]))
    #expect(metrics.status == 200)
    #expect(String(decoding: metrics.body, as: UTF8.self).contains("reason=\"key\""))
  }

  @Test("A ledger whose counts nobody can have written is refused, with what to do")
  func damagedLedger() async throws {
    for line in [
      "('a', 'm', 'many', 1, 0)", "('a', 'm', -5, 1, 0)", "('a', 'm', 9e18, 1, 0)", "('a', 'm', 1.5, 1, 0)",
      "(x'00ff', 'm', 1, 1, 0)", "('a', 'm', 1, 9223372036854775807, 0)",
    ] {
      try await Self.ledger { path in
        try LedgerStore(path: path).close()
        let database = try DatabaseQueue(path: path)
        try await database.write { try $0.execute(sql: "INSERT INTO usage VALUES \(line)") }
        try database.close()
        let error = #expect(throws: ServingError.self, "\(line)") { try LedgerStore(path: path) }
        #expect(error?.description.contains("correct the table 'usage'") == true)
      }
    }
    try await Self.ledger { path in
      let store = try LedgerStore(path: path)
      let faults = Mutex<[String?]>([])
      var events = ServiceEvents()
      events.fault = { fault in faults.withLock { $0.append(fault) } }
      let service = try Self.service(store, events)
      let database = try DatabaseQueue(path: path)
      try await database.write {
        try $0.execute(sql: "INSERT INTO usage VALUES ('127.0.0.1', 'm', 'x', 1, 0)")
      }
      #expect(try await service.post(Self.path, ServiceTests.row).status == 503)
      #expect(faults.withLock { $0.count } == 1)
      try await database.write { try $0.execute(sql: "DELETE FROM usage") }
      #expect(try await service.post(Self.path, ServiceTests.row).status == 200)
      try database.close()
      try store.close()
    }
  }

  private static func service(_ store: LedgerStore, _ events: ServiceEvents) throws -> PredictionService {
    var options = ServiceOptions()
    options.budget = 5
    options.dialects = [.v2, .mlflow, .kserveV1]
    return try PredictionService(
      models: [ServedModel(name: "m", oracle: PipelineOracle(Samples.softmax()))], options: options,
      ledger: store, events: events)
  }

  @Test("What a full disk cannot count is not answered nor charged, said once, and over when there is room")
  func fullDisk() async throws {
    try await Self.ledger { path in
      let store = try LedgerStore(path: path)
      let faults = Mutex<[String?]>([])
      var events = ServiceEvents()
      events.fault = { fault in faults.withLock { $0.append(fault) } }
      let service = try Self.service(store, events)
      #expect(try await service.post(Self.path, ServiceTests.row).status == 200)
      try store.refusesWrites(true)
      for _ in 0..<3 {
        let reply = try await service.post(Self.path, ServiceTests.row)
        #expect(reply.status == 503)
        #expect(
          reply.json["error"]?.string == "the request cannot be counted at present, so it is not answered")
      }
      for path in ["/v2/health/ready", "/v2/models/m/ready", "/v1/models/m", "/ping", "/health"] {
        #expect(await service.get(path).status == 503, "\(path)")
      }
      for path in ["/v2/health/live", "/"] { #expect(await service.get(path).status == 200, "\(path)") }
      #expect(faults.withLock { $0.count } == 1)
      try store.refusesWrites(false)
      // Nobody sends predictions to a server that is not ready: it finds out by itself.
      try await Task.sleep(for: .milliseconds(250))
      #expect(await service.get("/v2/health/ready").status == 200)
      #expect(try await service.post(Self.path, ServiceTests.row).status == 200)
      #expect(faults.withLock { $0.count == 2 && $0[1] == nil })
      #expect(try store.totals().map(\.rows) == [2])
      try store.close()
    }
  }
}

extension LedgerStore {
  /// Makes every write fail, or stops that.
  fileprivate func refusesWrites(_ refuses: Bool) throws {
    try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = \(refuses)") }
  }
}
