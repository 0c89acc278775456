import BezoarTesting
import Testing

@testable import CalibratedMembership

@Suite("CalibratedScore")
struct CalibratedScoreTests {
  @Test("keeps to the protocol of an attack on membership")
  func conformance() async throws {
    #expect(try await Conformance.problems(of: CalibratedScore.self) == [])
  }
}
