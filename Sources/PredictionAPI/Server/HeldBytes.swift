import Synchronization

/// The bytes that one request holds, among those of all requests.
final class HeldBytes: Sendable {
  private let service: PredictionService
  private let count = Atomic<Int>(0)

  init(_ service: PredictionService) { self.service = service }

  /// - Throws: 503 if all requests together hold too many.
  func add(_ bytes: Int) throws(APIError) {
    count.add(bytes, ordering: .relaxed)
    guard service.buffered.add(bytes, ordering: .relaxed).newValue <= service.options.maxBuffered else {
      service.metrics.shed("memory")
      throw APIError(503, "the server is overloaded; try again later", retryAfter: 1)
    }
  }

  /// Gives all bytes back.
  func release() {
    service.buffered.subtract(count.exchange(0, ordering: .relaxed), ordering: .relaxed)
  }
}
