import LinearAlgebra
import Synchronization
import Testing

@Suite("Work on several threads")
struct ConcurrentMapTests {
  struct Failed: Error, Equatable { let index: Int }

  @Test("After a failure no further work begins, and the lowest failure is told", arguments: [1, 2, 4])
  func stops(workers: Int) {
    let calls = Atomic<Int>(0)
    #expect(throws: Failed(index: 7)) {
      _ = try concurrentMap(10_000, workers: workers) { index -> Int in
        calls.wrappingAdd(1, ordering: .relaxed)
        if index >= 7 { throw Failed(index: index) }
        return index
      }
    }
    #expect(calls.load(ordering: .relaxed) <= 8 + workers)
  }

  @Test("Results stand in order", arguments: [1, 2, 3])
  func order(workers: Int) throws {
    #expect(try concurrentMap(100, workers: workers) { $0 * $0 } == (0..<100).map { $0 * $0 })
    #expect(try concurrentMap(0, workers: workers) { $0 }.isEmpty)
  }
}
