import BezoarTesting
import Testing

@testable import SubpopulationPoisoning

@Suite("Subpopulation")
struct SubpopulationTests {
  @Test("keeps to the protocol of an attack on training")
  func conformance() throws {
    #expect(try Conformance.problems(of: Subpopulation.self) == [])
  }
}
