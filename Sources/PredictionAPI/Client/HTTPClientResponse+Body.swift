import AsyncHTTPClient
import NIOCore

extension HTTPClientResponse {
  /// The whole body, which must have come by a deadline, however slowly its bytes drip: that of a request ends with the
  /// head of its response.
  ///
  /// - Throws: `HTTPClientError.deadlineExceeded`, `NIOTooManyBytesError`.
  func body(upTo limit: Int, by deadline: ContinuousClock.Instant) async throws -> ByteBuffer {
    let body = body
    return try await withThrowingTaskGroup(of: ByteBuffer.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await body.collect(upTo: limit) }
      group.addTask {
        try await Task.sleep(until: deadline, clock: .continuous)
        throw HTTPClientError.deadlineExceeded
      }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }
}
