import BezoarTesting
import Testing

@testable import MarginDetection

@Suite("NarrowMargins")
struct NarrowMarginsTests {
  @Test("keeps to the protocol of a detector of extraction")
  func conformance() throws {
    #expect(try Conformance.problems(of: NarrowMargins.self) == [])
  }
}
