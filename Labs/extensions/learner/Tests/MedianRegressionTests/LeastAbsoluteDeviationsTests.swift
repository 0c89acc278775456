import BezoarTesting
import Testing

@testable import MedianRegression

@Suite("LeastAbsoluteDeviations")
struct LeastAbsoluteDeviationsTests {
  @Test("keeps to the protocol of a learner")
  func conformance() throws {
    #expect(try Conformance.problems(of: LeastAbsoluteDeviations.self) == [])
  }
}
