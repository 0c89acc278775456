import BezoarTesting
import Testing

@testable import BestFitInversion

@Suite("BestFit")
struct BestFitTests {
  @Test("keeps to the protocol of an attack on an attribute")
  func conformance() async throws {
    #expect(try await Conformance.problems(of: BestFit.self) == [])
  }
}
