import LinearAlgebra
import Testing

@testable import Inversion

@Suite("Distributions of columns")
struct MarginalTests {
  @Test("Few values stand for themselves")
  func few() {
    let marginal = Marginal(of: [2, 1, 2, .nan, 2])
    #expect(marginal.values == [1, 2] && marginal.shares == [0.25, 0.75])
    #expect(marginal.place(of: 2) == 1 && marginal.place(of: 1.5) == nil)
  }

  @Test("A frequent value is a bin of its own, and everybody lies in some bin")
  func gains() {
    // Nine of ten have nothing, as with capital gains.
    let column = [Double](repeating: 0, count: 900) + (1...100).map { Double($0) * 10 }
    let marginal = Marginal(of: column)
    #expect(marginal.values.first == 0 && marginal.shares.first == 0.9)
    #expect(Set(marginal.values).count == marginal.values.count)
    #expect(column.allSatisfy { marginal.place(of: $0) != nil })
    #expect(marginal.place(of: 0) == 0 && marginal.place(of: 2000) == nil && marginal.place(of: -1) == nil)
    // A value that nobody had, between those of two bins.
    #expect(marginal.place(of: 5) == 1 && marginal.place(of: .nan) == nil)
  }

  @Test("Ages fall into bins of about equal mass, whose means need not occur")
  func ages() {
    let column = (0..<1000).map { Double($0 % 90) + 0.25 * Double($0 % 3) }
    let marginal = Marginal(of: column)
    #expect((5...9).contains(marginal.values.count))
    for (index, value) in marginal.values.enumerated() {
      #expect(marginal.shares[index] > 0.05 && marginal.shares[index] < 0.2)
      #expect(marginal.place(of: value) == index)
    }
    #expect(column.allSatisfy { marginal.place(of: $0) != nil })
  }
}
