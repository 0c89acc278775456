internal import Synchronization

/// Hands out the numbers `0 ..< limit`, each once, to whichever thread asks.
final class WorkCounter: Sendable {
  private let next = Atomic<Int>(0)
  private let isStopped = Atomic<Bool>(false)
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// The next number, or nil when all are taken.
  func take() -> Int? {
    guard !isStopped.load(ordering: .relaxed) else { return nil }
    let value = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return value < limit ? value : nil
  }

  /// Hands out no further numbers.
  func stop() { isStopped.store(true, ordering: .relaxed) }
}
