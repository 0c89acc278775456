import Synchronization

/// The bytes of bodies that are held at the same time, in all and by address.
final class BodyMemory: Sendable {
  private struct State {
    var bytes = 0
    var byAddress: [String: Int] = [:]
  }

  private let limit: Int
  private let share: Int
  private let state = Mutex(State())

  /// - Parameters:
  ///   - limit: most bytes in all; one address holds a quarter of them at most, so that slow bodies of one client leave
  ///     room for those of others.
  ///   - largest: most bytes of one body, for which there is always room beside an address's other bodies.
  init(limit: Int, largest: Int) {
    self.limit = limit
    share = max(limit / 4, largest)
  }

  /// Bytes that are held.
  var bytes: Int { state.withLock { $0.bytes } }

  /// Takes room; false if there is none.
  fileprivate func take(_ bytes: Int, for address: String) -> Bool {
    state.withLock { state in
      let own = state.byAddress[address] ?? 0
      guard bytes <= limit - state.bytes, bytes <= share - own else { return false }
      state.bytes += bytes
      state.byAddress[address] = own + bytes
      return true
    }
  }

  fileprivate func give(_ bytes: Int, of address: String) {
    state.withLock { state in
      state.bytes -= bytes
      let left = (state.byAddress[address] ?? 0) - bytes
      state.byAddress[address] = left > 0 ? left : nil
    }
  }
}

/// The bytes that one request holds, among those of all requests.
final class HeldBytes: Sendable {
  private let service: PredictionService
  private let address: String
  private let count = Atomic<Int>(0)

  init(_ service: PredictionService, _ address: String) {
    self.service = service
    self.address = address
  }

  /// - Throws: 503 if all requests together, or those of the address, hold too many.
  func add(_ bytes: Int) throws(APIError) {
    guard service.memory.take(bytes, for: address) else {
      service.metrics.shed("memory")
      throw APIError(503, "the server is overloaded; try again later", retryAfter: 1)
    }
    count.add(bytes, ordering: .relaxed)
  }

  /// Gives all bytes back.
  func release() {
    let bytes = count.exchange(0, ordering: .relaxed)
    if bytes > 0 { service.memory.give(bytes, of: address) }
  }
}
