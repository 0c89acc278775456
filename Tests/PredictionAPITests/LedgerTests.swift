import Foundation
import Querying
import Synchronization
import TestSupport
import Testing

@testable import PredictionAPI

@Suite("The ledger of a service", .serialized)
struct LedgerTests {
  @Test("Counts per client and model, once for a named request, and survives a restart")
  func counting() async throws {
    let path = Folder.temporaryPath(".sqlite")
    defer { Self.remove(path) }
    let store = try LedgerStore(path: path)
    let service = try Samples.service(Samples.softmax(), ledger: store) { $0.budget = 6 }
    #expect(try await service.post(ServiceTests.path, ServiceTests.rows(2)).status == 200)
    let name = ["idempotency-key": "k1"]
    for _ in 0..<3 {
      #expect(try await service.post(ServiceTests.path, ServiceTests.rows(3), headers: name).status == 200)
    }
    // Another body under the same name is another request.
    #expect(try await service.post(ServiceTests.path, ServiceTests.rows(1), headers: name).status == 200)
    #expect(try await service.post(ServiceTests.path, ServiceTests.rows(1)).status == 429)
    #expect(try await service.post(ServiceTests.path, ServiceTests.rows(3), headers: name).status == 200)
    #expect(try store.totals() == [LedgerStore.Total(client: "127.0.0.1", model: "m", rows: 6, requests: 3)])
    try store.close()

    let second = try LedgerStore(path: path)
    let later = try Samples.service(Samples.softmax(), ledger: second) { $0.budget = 6 }
    #expect(try await later.post(ServiceTests.path, ServiceTests.rows(1)).status == 429)
    try second.close()
    #expect(throws: ServingError.self) { try LedgerStore(path: "/nowhere/at/all.sqlite") }
  }

  @Test("Names of requests are forgotten after a day, also while the server runs")
  func forgetting() async throws {
    let path = Folder.temporaryPath(".sqlite")
    defer { Self.remove(path) }
    let time = Mutex(1e9)
    let store = try LedgerStore(path: path) { time.withLock { $0 } }
    func record(_ fingerprint: [UInt8]?) async throws {
      _ = try await store.record(.init(client: "a", model: "m", rows: 1, fingerprint: fingerprint))
    }
    try await record([1])
    time.withLock { $0 += 80_000 }
    try await record([2])
    time.withLock { $0 += 10_000 }
    for _ in 0..<LedgerStore.purgeInterval { try await record(nil) }
    #expect(try !store.knows([1]) && store.knows([2]))
    #expect(try store.rows(of: "a") == LedgerStore.purgeInterval + 2)
    try store.close()
  }

  @Test("Many requests at once are all counted")
  func concurrent() async throws {
    let path = Folder.temporaryPath(".sqlite")
    defer { Self.remove(path) }
    let store = try LedgerStore(path: path)
    let service = try Samples.service(Samples.softmax(), ledger: store)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for client in 0..<8 {
        group.addTask {
          for _ in 0..<50 {
            let reply = try await service.post(ServiceTests.path, ServiceTests.rows(2), address: "c\(client)")
            #expect(reply.status == 200)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try store.totals().map(\.rows) == [Int](repeating: 100, count: 8))
    try store.close()
  }

  /// A server in a process of its own is killed again and again while clients ask; unanswered requests are sent
  /// again under the same name.
  @Test("Kill -9 loses and doubles no answered query", .watchesTheClock, .timeLimit(.minutes(25)))
  func killed() async throws {
    let path: String = Folder.temporaryPath(".sqlite")
    let sign: String = Folder.temporaryPath(".port")
    defer {
      Self.remove(path)
      try? FileManager.default.removeItem(atPath: sign)
    }
    let score = Score()
    let clients = Task {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for client in 0..<4 {
          group.addTask { try await Self.ask(client, sign, score) }
        }
        try await group.waitForAll()
      }
    }
    for round in 1...4 {
      try? FileManager.default.removeItem(atPath: sign)
      async let killer: Void = Self.kill(sign, after: round * 60, score)
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, sign = sign as String] in
        let store = try LedgerStore(path: path)
        let server = try await PredictionServer.start(Samples.service(Samples.softmax(), ledger: store))
        try "\(getpid()) \(server.port)".write(toFile: sign, atomically: true, encoding: .utf8)
        try await Task.sleep(for: .seconds(900))
      }
      try await killer
    }
    score.isOver.store(true, ordering: .relaxed)
    try FileManager.default.removeItem(atPath: sign)
    try await Self.finish(path, sign) { try await clients.value }
    let store = try LedgerStore(path: path)
    let rows = try store.totals().reduce(0) { $0 + $1.rows }
    #expect(score.answered.load(ordering: .relaxed) >= 240)
    #expect(rows == score.answered.load(ordering: .relaxed))
    try store.close()
  }

  /// Serves the requests that are still unanswered, so that every one sent has an answer.
  static func finish(_ path: String, _ sign: String, _ clients: () async throws -> Void) async throws {
    let store = try LedgerStore(path: path)
    let server = try await PredictionServer.start(Samples.service(Samples.softmax(), ledger: store))
    try "0 \(server.port)".write(toFile: sign, atomically: true, encoding: .utf8)
    try await clients()
    try await server.stop()
    try store.close()
  }

  /// Asks about one row after another; each is sent until it is answered.
  static func ask(_ client: Int, _ sign: String, _ score: Score) async throws {
    let exchange = try HTTPExchange(timeout: .seconds(5), retries: 0)
    var number = 0
    while !score.isOver.load(ordering: .relaxed) {
      number += 1
      while true {
        guard let port = Self.words(sign)?.last else {
          try await Task.sleep(for: .milliseconds(10))
          continue
        }
        var request = WireRequest(
          url: "http://127.0.0.1:\(port)\(ServiceTests.path)",
          headers: [("content-type", "application/json")],
          body: Array(ServiceTests.row.utf8))
        request.name = "\(client)-\(number)"
        if let reply = try? await exchange.send(request), reply.status == 200 { break }
        try await Task.sleep(for: .milliseconds(10))
      }
      score.answered.add(1, ordering: .relaxed)
    }
  }

  /// Kills the process that wrote the sign after so many more answers.
  static func kill(_ sign: String, after count: Int, _ score: Score) async throws {
    while true {
      if let words = words(sign), let process = Int32(words[0]),
        score.answered.load(ordering: .relaxed) >= count
      {
        Foundation.kill(process, SIGKILL)
        return
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// How far the clients are.
  final class Score: Sendable {
    let answered = Atomic<Int>(0)
    let isOver = Atomic<Bool>(false)
  }

  static func words(_ sign: String) -> [String]? {
    guard let text = try? String(contentsOfFile: sign, encoding: .utf8) else { return nil }
    let words = text.split(separator: " ").map(String.init)
    return words.count == 2 ? words : nil
  }

  static func remove(_ path: String) {
    for ending in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + ending) }
  }
}
