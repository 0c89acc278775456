import Datasets
import Tabular

/// How well a dosing rule meets the stable doses of a cohort.
struct WarfarinAccuracy {
  /// Share of patients in percent whose recommended dose is within 20 % of the stable one.
  let within20: Double
  /// Mean absolute error in mg per week.
  let meanAbsoluteError: Double
  /// Squared correlation of the recommended with the stable dose.
  let squaredCorrelation: Double

  init(of rule: WarfarinDose, on records: [WarfarinRecord]) {
    let count = Double(records.count)
    let given = records.map { rule.weekly(for: $0.patient) }
    let doses = records.map(\.weeklyDose)
    let errors = zip(given, doses).map { abs($0 - $1) }
    within20 = 100 * Double(zip(errors, doses).count { $0 <= 0.2 * $1 }) / count
    meanAbsoluteError = errors.reduce(0, +) / count
    let (meanGiven, meanDose) = (given.reduce(0, +) / count, doses.reduce(0, +) / count)
    var (cross, squareGiven, squareDose) = (0.0, 0.0, 0.0)
    for (a, b) in zip(given, doses) {
      cross += (a - meanGiven) * (b - meanDose)
      squareGiven += (a - meanGiven) * (a - meanGiven)
      squareDose += (b - meanDose) * (b - meanDose)
    }
    squaredCorrelation = cross * cross / (squareGiven * squareDose)
  }
}
