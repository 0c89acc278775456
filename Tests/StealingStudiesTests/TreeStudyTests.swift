import Datasets
import Foundation
import Learning
import LinearAlgebra
import Querying
import Tabular
import TestSupport
import Testing

import Experiments
@testable import StealingStudies

/// Rows 6, 7 and 21 of the published figures.
@Suite("Published thefts with bins and with counterfactuals")
struct TreeStudyTests {
  private func table(_ name: String) throws -> Table {
    try DataSource(name, searchPath: TreeTheftTests.folder).table(TableReader())
  }

  /// Two noisy circles, one within the other, as `make_circles(5000, factor=0.5, noise=0.05)` of scikit-learn draws.
  private func circles(_ count: Int) -> Table {
    var random = RandomStream(seed: 20)
    var (x, y, label) = ([Double](), [Double](), [Int]())
    for row in 0..<count {
      let angle = 2 * Double.pi * Double(row / 2) / Double(count / 2)
      let radius = row % 2 == 0 ? 1.0 : 0.5
      x.append(radius * cos(angle) + 0.05 * random.normal())
      y.append(radius * sin(angle) + 0.05 * random.normal())
      label.append(row % 2)
    }
    return Table(columns: [
      .init(name: "x", values: .numeric(x)), .init(name: "y", values: .numeric(y)),
      .init(name: "ring", values: .categorical(codes: label, levels: ["outer", "inner"])),
    ])
  }

  @Test("Ranges are those of the table, and whole numbers and indicators stay what they are")
  func ranges() throws {
    let group = IndicatorGroup(name: "g")
    let columns = [
      InputColumn(name: "x", kind: .number(lower: -1, upper: 1)),
      InputColumn(name: "n", kind: .number(lower: 0, upper: 9), isWhole: true),
      InputColumn(name: "g:a", kind: .number(lower: 0, upper: 1), group: group),
    ]
    let victim = try Pipeline(
      features: FeatureEncoder(inputs: columns), target: .number(name: "y"),
      model: .linear(LinearModel(weights: [1, 2, 3], intercept: 0)))
    let table = Table(columns: [
      .init(name: "x", values: .numeric([-7, .nan, 2.5])), .init(name: "n", values: .numeric([3, 5, 4])),
      .init(name: "g:a", values: .numeric([0, 0, 1])),
    ])
    let found = try TreeAmazonTheft.inputs(of: victim, rangesFrom: table, "rows")
    #expect(
      found == [
        InputColumn(name: "x", kind: .number(lower: -7, upper: 2.5)),
        InputColumn(name: "n", kind: .number(lower: 3, upper: 5), isWhole: true), columns[2],
      ])
  }

  @Test("Circles: queries grow with the bins, and the copy is true whatever their number")
  func binsOfCircles() async throws {
    var queries: [Int] = []
    for bins in [5, 10, 20] {
      let theft = try await TreeAmazonTheft.run("circles", circles(5000), target: "ring", bins: bins, seed: 1)
      #expect(theft.agreementOnOwnRows > 0.999 && theft.agreementOnTestRows > 0.999)
      #expect(theft.agreementOnUniform > 0.999)
      queries.append(theft.queries)
    }
    #expect(queries == queries.sorted() && Set(queries).count == 3)
  }

  @Test("Categories and ends of bins are those of the training rows")
  func trainingRows() async throws {
    let split = HeldOutSplit(Array(0..<200), of: "levels", seed: 1)
    func indicators(rare place: Int?) async throws -> Int {
      var codes = (0..<200).map { $0 % 2 }
      if let place { codes[place] = 2 }
      let table = Table(columns: [
        .init(name: "x", values: .numeric((0..<200).map { Double($0 % 17) })),
        .init(name: "level", values: .categorical(codes: codes, levels: ["a", "b", "rare"])),
        .init(
          name: "ring",
          values: .categorical(codes: (0..<200).map { $0 % 17 < 8 ? 0 : 1 }, levels: ["outer", "inner"])),
      ])
      return try await TreeAmazonTheft.run("levels", table, target: "ring", bins: 4, seed: 1).indicators
    }
    let plain = try await indicators(rare: nil)
    #expect(try await indicators(rare: split.test[0]) == plain)
    #expect(try await indicators(rare: split.training[0]) == plain + 1)
  }

  @Test("Iris: queries grow with the bins, and the copy is true whatever their number")
  func binsOfIris() async throws {
    let iris = try table("iris-fisher")
    var queries: [Int] = []
    for bins in [5, 13] {
      let theft = try await TreeAmazonTheft.run(
        "iris", iris, target: try #require(iris.columns.last).name, bins: bins, seed: 1)
      #expect(theft.agreementOnOwnRows == 1 && theft.agreementOnTestRows == 1)
      #expect(theft.agreementOnUniform > 0.999)
      queries.append(theft.queries)
    }
    #expect(queries[0] < queries[1])
  }

  @Test(
    "Adult: queries grow with the bins; finer ends make the copy exact",
    .needs("adult.csv"), .long)
  func binsOfAdult() async throws {
    let adult = try table("adult")
    // More bins, more ends to find; the published number of bins is not known.
    var queries: [Int] = []
    for bins in [20, 50] {
      let theft = try await TreeAmazonTheft.run("adult", adult, target: "income", bins: bins, seed: 1)
      #expect(theft.agreementOnTestRows > 0.99 && theft.agreementOnUniform > 0.99)
      queries.append(theft.queries)
    }
    #expect(queries[0] < queries[1])
    let fine = try await TreeAmazonTheft.run(
      "adult", adult, target: "income", bins: 50, epsilon: 1e-6, seed: 1)
    #expect(fine.agreementOnOwnRows == 1 && fine.agreementOnTestRows == 1, "\(fine)")
    #expect(fine.agreementOnUniform > 0.999, "\(fine)")
  }

  @Test(
    "A tree is copied with every label from nearest counterfactuals",
    .needs("pima-diabetes.csv"))
  func counterfactuals() async throws {
    let pima = try table("pima-diabetes")
    for trees in TestData.runsLong ? [1, 3] : [1] {
      let theft = try await TreeCounterfactualTheft.run(
        "pima-diabetes", pima, target: try #require(pima.columns.last).name, trees: trees, maximumDepth: 4,
        seed: 1)
      #expect(theft.agreementOnOwnRows == 1 && theft.agreementOnTestRows == 1)
      #expect(theft.agreementOnUniform == 1)
    }
  }
}
