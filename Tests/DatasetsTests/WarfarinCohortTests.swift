import Datasets
import LinearAlgebra
import Tabular
import Testing

/// The generator against figures of 50,000 patients from an independent NumPy implementation of the same
/// recipe, and of the real cohort.
@Suite struct WarfarinCohortTests {
  private static let records = {
    var random = RandomStream(seed: 20).child("cohort test")
    return (0..<50_000).map { _ in WarfarinCohort.record(using: &random) }
  }()

  @Test func doses() {
    let doses = Self.records.map(\.weeklyDose).sorted()
    let count = Double(doses.count)
    let mean = doses.reduce(0, +) / count
    let variance = doses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    #expect(abs(mean - 30.9) < 0.4)
    #expect(abs(variance.squareRoot() - 15.4) < 0.4)
    for (level, expected) in [(0.05, 10.0), (0.25, 19.8), (0.5, 28.8), (0.75, 39.8), (0.95, 58.5)] {
      #expect(abs(doses[Int(level * count)] - expected) < 0.7, "quantile \(level)")
    }
    #expect(abs(Double(doses.count { $0 <= 21 }) / count - 0.284) < 0.01)
    #expect(abs(Double(doses.count { $0 >= 49 }) / count - 0.120) < 0.008)
    #expect((doses.first ?? 0) >= 1)
  }

  @Test(arguments: [(WarfarinPatient.VKORC1.aa, 21.1), (.ag, 30.4), (.gg, 41.3)])
  func dose(genotype: WarfarinPatient.VKORC1, expected: Double) {
    let doses = Self.records.filter { $0.patient.vkorc1 == genotype }.map(\.weeklyDose)
    #expect(abs(doses.reduce(0, +) / Double(doses.count) - expected) < 0.6)
  }

  @Test(arguments: [
    (WarfarinDose.pharmacogenetic, 47.2, 8.01, 0.482), (.clinical, 38.6, 9.81, 0.276),
  ])
  func accuracy(rule: WarfarinDose, within20: Double, error: Double, squaredCorrelation: Double) {
    let accuracy = WarfarinAccuracy(of: rule, on: Self.records)
    #expect(abs(accuracy.within20 - within20) < 1)
    #expect(abs(accuracy.meanAbsoluteError - error) < 0.2)
    #expect(abs(accuracy.squaredCorrelation - squaredCorrelation) < 0.03)
  }

  @Test func accuracyOfTheFixedDose() {
    let accuracy = WarfarinAccuracy(of: .fixed, on: Self.records)
    #expect(abs(accuracy.within20 - 30.7) < 1)
    #expect(abs(accuracy.meanAbsoluteError - 12.84) < 0.2)
  }

  /// Shares of all patients of the real cohort.
  @Test("shares of races, genotypes and drugs are those published, within chance")
  func shares() {
    let patients = Self.records.map(\.patient)
    func share(_ expected: Double, _ isCounted: (WarfarinPatient) -> Bool, _ what: Comment) {
      let share = Double(patients.count(where: isCounted)) / Double(patients.count)
      let deviation = (expected * (1 - expected) / Double(patients.count)).squareRoot()
      #expect(abs(share - expected) < 0.001 + 4 * deviation, what)
    }
    share(2902.0 / 5370, { $0.race == .white }, "white")
    share(1532.0 / 5370, { $0.race == .asian }, "asian")
    share(458.0 / 5370, { $0.race == .black }, "black")
    share(0.581, { $0.gender == .male }, "male")
    share(0.319 * 0.981, { $0.vkorc1 == .aa }, "VKORC1 A/A")
    share(0.369 * 0.981, { $0.vkorc1 == .ag }, "VKORC1 A/G")
    share(0.019, { $0.vkorc1 == nil }, "VKORC1 unknown")
    share(0.732, { $0.cyp2c9 == .wild }, "CYP2C9 *1/*1")
    share(0.0035, { $0.cyp2c9 == .threeThree }, "CYP2C9 *3/*3")
    share(0.024, { $0.cyp2c9 == nil }, "CYP2C9 unknown")
    share(0.046, \.takesAmiodarone, "amiodarone")
    share(0.010, \.takesInducer, "inducer")
    for (index, percent) in [0.3, 2.2, 3.9, 9.6, 19.2, 24.5, 27.9, 11.9, 0.6].enumerated() {
      share(percent / 100, { $0.ageDecade == index + 1 }, "age decade \(index + 1)")
    }
  }

  @Test("height and weight of white men are those published")
  func buildOfWhiteMen() {
    let men = Self.records.map(\.patient).filter { $0.race == .white && $0.gender == .male }
    let mean = men.map(\.height).reduce(0, +) / Double(men.count)
    #expect(abs(mean - 176.7) < 0.3)
    let median = men.map(\.weight).sorted()[men.count / 2]
    #expect(abs(median - 87.7) < 0.7, "exp(4.474) kg")
  }

  @Test func sameSeedSameTable() {
    let table = WarfarinCohort.table(rows: 300, seed: 5)
    #expect(table == WarfarinCohort.table(rows: 300, seed: 5))
    #expect(table != WarfarinCohort.table(rows: 300, seed: 6))
  }

  @Test func columnsAreComplete() throws {
    let table = WarfarinCohort.table(seed: 1)
    #expect(table.rowCount == 4683)
    #expect(
      table.columns.map(\.name) == [
        "race", "gender", "age", "height", "weight", "vkorc1", "cyp2c9", "amiodarone", "inducer", "dose",
      ])
    #expect(table.columns.allSatisfy { $0.values.missing == 0 })
    guard case .categorical(_, let levels) = table.columns[6].values else {
      Issue.record("CYP2C9 is not categorical")
      return
    }
    #expect(levels == ["*1/*1", "*1/*2", "*1/*3", "*2/*2", "*2/*3", "*3/*3", "unknown"])
  }

  @Test func missingHeightsChangeNothingElse() throws {
    let complete = WarfarinCohort.table(rows: 2000, seed: 3)
    let gaps = WarfarinCohort.table(rows: 2000, seed: 3, keepMissingHeights: true)
    let height = try #require(gaps.index(of: "height"))
    #expect(abs(Double(gaps.columns[height].values.missing) / 2000 - 0.193) < 0.03)
    for index in gaps.columns.indices where index != height {
      #expect(gaps.columns[index] == complete.columns[index])
    }
  }

  @Test("a cohort of no patients is an empty table")
  func emptyCohort() {
    #expect(WarfarinCohort.table(rows: 0, seed: 1).rowCount == 0)
  }
}
