import NIOPosix

/// When work on a request has to end: at a time, or as soon as its client is gone.
struct Pace: Sendable {
  private let end: ContinuousClock.Instant
  private let time: Duration
  fileprivate let isAbandoned: @Sendable () -> Bool

  /// - Parameter time: what the work may take from now on.
  init(_ time: Duration, isAbandoned: @escaping @Sendable () -> Bool) {
    self.time = time
    self.isAbandoned = isAbandoned
    end = .now + time
  }

  /// - Throws: 499 if the client is gone, 503 if the time is over.
  func check() throws(APIError) {
    try checkClient()
    guard ContinuousClock.now < end else {
      throw APIError(503, "the answer takes longer than \(time); ask about fewer rows at once")
    }
  }
}

extension Pace {
  /// - Throws: 499 if the client is gone.
  func checkClient() throws(APIError) {
    guard !isAbandoned() else { throw APIError(499, "the client went away") }
  }
}

/// Work that may take long, apart from the threads on which all requests are read and answered.
enum LongWork {
  /// Bytes of a body from which its reading is long work.
  static let bytes = 32 << 10
  /// Rows of a request from which its answer is long work.
  static let rows = 256

  /// Does work on a thread of its own if it may be long, else here.
  static func run<Result: Sendable>(
    isLong: Bool, _ work: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    isLong ? try await NIOThreadPool.singleton.runIfActive(work) : try work()
  }
}
