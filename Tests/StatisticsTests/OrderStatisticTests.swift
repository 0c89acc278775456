import Statistics
import LinearAlgebra
import Testing

@Suite("Selection")
struct OrderStatisticTests {
  @Test("equals the sorted array at every rank, ties included", arguments: 0..<20)
  func sorted(seed: UInt64) {
    var random = RandomStream(seed: seed)
    let values = (0..<(1 + Int(seed) * 7)).map { _ in (random.uniform() * 10).rounded() }
    let order = values.sorted()
    for rank in values.indices { #expect(values.orderStatistic(rank) == order[rank]) }
  }
}
