import Testing
import Workbench

@Suite("Models beside each other")
struct ModelComparisonTests {
  @Test("However few rows are left, all are used, and one of them at least is uniform")
  func fewRows() {
    for left in 1...40 {
      for given in [0, 1, 2, 3, 4, 5, 30, 1000] {
        for uniform in [1, 2, 200] {
          let shares = ModelComparison.shares(of: left, given: given, uniform: uniform)
          #expect((1...uniform).contains(shares.uniform) && (0...given).contains(shares.given))
          #expect(shares.given + shares.uniform == min(left, given + uniform), "\(left) \(given) \(uniform)")
        }
      }
    }
    // A quarter of what is left, where the table would take all.
    #expect(ModelComparison.shares(of: 100, given: 1000, uniform: 200) == (75, 25))
    #expect(ModelComparison.shares(of: 3, given: 3, uniform: 200) == (2, 1))
    #expect(ModelComparison.shares(of: 1, given: 3, uniform: 200) == (0, 1))
  }
}
