import BezoarTesting
import Testing

@testable import CoreSetExtraction

@Suite("CoreSet")
struct CoreSetTests {
  @Test("keeps to the protocol of an attack that copies a model")
  func conformance() async throws {
    #expect(try await Conformance.problems(of: CoreSet.self) == [])
  }
}
