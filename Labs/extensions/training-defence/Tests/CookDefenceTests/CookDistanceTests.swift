import BezoarTesting
import Testing

@testable import CookDefence

@Suite("CookDistance")
struct CookDistanceTests {
  @Test("keeps to the protocol of a defence of training")
  func conformance() throws {
    #expect(try Conformance.problems(of: CookDistance.self) == [])
  }
}
