import Learning
import LinearAlgebra
import Poisoning
import Tabular
import Testing

@testable import Experiments

/// Four patients with doses of 10, 20, 40 and 100 mg per week and one feature, worked out by hand.
@Suite("Changes of doses")
struct DosageMetricsTests {
  private static let cohort = DosageCohort(
    name: "four", summary: "", isSynthetic: false,
    patients: RegressionData(features: Matrix([[0.1], [0.2], [0.4], [1]]), target: [0.1, 0.2, 0.4, 1]),
    space: FeatureSpace(names: ["x"], groups: [], lower: [0], upper: [1]), doseOffset: 0, doseScale: 100,
    sha256: "")

  @Test("The clean model is exact, the poisoned one adds 10 mg")
  func shifted() throws {
    let metrics = DosageMetrics(
      cohort: Self.cohort, test: Self.cohort.patients, clean: LinearModel(weights: [1], intercept: 0.001),
      model: LinearModel(weights: [1], intercept: 0.101)
    ).values
    func expect(_ name: String, _ value: Double, _ location: SourceLocation = #_sourceLocation) throws {
      let found = try #require(metrics[name], "\(name)", sourceLocation: location)
      #expect(abs(found - value) < 1e-9, "\(name): \(found)", sourceLocation: location)
    }
    // Clean doses 10.1, 20.1, 40.1, 100.1; poisoned 20.1, 30.1, 50.1, 110.1; relative changes below.
    let changes = [10 / 100.1, 10 / 40.1, 10 / 20.1, 10 / 10.1]
    try expect("clean_test_mse", 1e-6)
    try expect("test_mse", 0.101 * 0.101)
    try expect("mse_ratio", 0.101 * 0.101 / 1e-6)
    try expect("clean_mae_mg", 0.1)
    try expect("mae_mg", 10.1)
    try expect("dose_change_mean", changes.reduce(0, +) / 4)
    try expect("dose_change_median", (changes[1] + changes[2]) / 2)
    try expect("dose_change_q25", changes[0] + 0.75 * (changes[1] - changes[0]))
    try expect("dose_change_q90", changes[2] + 0.7 * (changes[3] - changes[2]))
    try expect("dose_change_median_mg", 10)
    try expect("share_changed_10", 0.75)
    try expect("share_changed_20", 0.75)
    try expect("share_changed_50", 0.25)
    try expect("clean_within_20", 1)
    try expect("within_20", 0.25)
    try expect("clean_overdosed", 0)
    try expect("overdosed", 0.75)
    try expect("underdosed", 0)
    try expect("outside_range", 0.25)
  }

  @Test("A model that halves the doses underdoses, and overdoses nobody")
  func halved() {
    let metrics = DosageMetrics(
      cohort: Self.cohort, test: Self.cohort.patients, clean: LinearModel(weights: [1], intercept: 0),
      model: LinearModel(weights: [0.5], intercept: 0)
    ).values
    #expect(metrics["underdosed"] == 1 && metrics["overdosed"] == 0 && metrics["within_20"] == 0)
    #expect(metrics["dose_change_median"] == 0.5)
  }

  @Test("A file that is not the card's is no paper data: the setting says so")
  func otherFile() {
    #expect(!Self.cohort.isAsCarded)
    let disguised = DosageCohort(
      name: "iwpc-onehot", summary: "", isSynthetic: false, patients: Self.cohort.patients,
      space: Self.cohort.space, doseOffset: 0, doseScale: 100, sha256: "00")
    #expect(!disguised.isAsCarded)
    let headline = DosageStatements(cohort: disguised).all.first { $0.id == "dose-wrong-for-half" }
    #expect(headline?.claim([]).setting?.contains("the paper's patients") == true)
  }
}
