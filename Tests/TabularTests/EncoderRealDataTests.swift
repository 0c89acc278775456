import Foundation
import LinearAlgebra
import Tabular
import TestSupport
import Testing

/// The encoder on the patients of Jagielski et al. (2018), whose categories are 0/1 columns already.
@Suite struct EncoderRealDataTests {
  @Test(.needs("iwpc-onehot.csv"))
  func groupsAreFoundInTheHeader() throws {
    let table = try TableReader().read(path: try #require(TestData.path("iwpc-onehot.csv")))
    let encoder = try Encoder.fit(table, target: "TherapeuticDoseofWarfarin")
    #expect(encoder.space.groups.count == 39)
    #expect(encoder.space.groups.reduce(0) { $0 + $1.columns.count } == 201)
    #expect(encoder.space.numeric == [0, 1, 2])
    #expect(encoder.space.groups.contains { $0.name == "HerbalMedications,Vitamins,Supplements" })
    let design = try encoder.design(table)
    #expect(design.count == 4683)
    let back = encoder.table(fromDesignRows: design.features, target: design.target)
    #expect(back.columns.map(\.name) == table.columns.map(\.name))
    for (one, other) in zip(back.columns, table.columns) {
      switch (one.values, other.values) {
      case (.numeric(let left), .numeric(let right)):
        #expect(left.count == right.count, "\(one.name)")
        #expect(zip(left, right).allSatisfy { abs($0 - $1) < 1e-12 }, "\(one.name)")
      case (.categorical, .categorical): continue
      default: Issue.record("\(one.name) comes back as another type")
      }
    }
  }
}
