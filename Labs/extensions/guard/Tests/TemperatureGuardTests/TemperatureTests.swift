import BezoarTesting
import Testing

@testable import TemperatureGuard

@Suite("Temperature")
struct TemperatureTests {
  @Test("keeps to the protocol of a guard of answers")
  func conformance() throws {
    #expect(try Conformance.problems(of: Temperature.self) == [])
  }
}
