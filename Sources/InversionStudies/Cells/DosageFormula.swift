import Datasets
import Experiments
import Learning
import LinearAlgebra
import Tabular

/// The published dosing equations on patients: the raw cohort, or the synthetic one that resembles it.
struct DosageFormula: InversionExperiment {
  /// Whether the patients are made up.
  let isSynthetic: Bool
  let seed: UInt64

  var experiment: Experiment {
    Experiment(dataset: isSynthetic ? "warfarin-synthetic" : "iwpc", seed: seed)
  }

  /// Name of what knows nothing of a patient: the true dose of one far away in the list.
  static let another = "another patient"

  func outcomes(at lab: InversionLab) async throws -> [Outcome] {
    let records: [WarfarinRecord]
    if isSynthetic {
      var random = RandomStream(seed: seed).child("inversion").child("cohort")
      records = (0..<20_000).map { _ in WarfarinCohort.record(using: &random) }
    } else {
      records = try WarfarinRecords.records(from: try lab.table("iwpc"))
    }
    let doses = records.map(\.weeklyDose)
    let predictions =
      WarfarinDose.allCases.map { equation in
        (equation.rawValue, records.map { equation.weekly(for: $0.patient) })
      } + [(Self.another, doses.indices.map { doses[($0 + doses.count / 2) % doses.count] })]
    return try predictions.map { name, predictions in
      let metrics = try RegressionMetrics(predictions: predictions, truth: doses)
      return Outcome(
        experiment.with(model: name),
        metrics: [
          "within_20": metrics.shareWithin20Percent, "mae": metrics.meanAbsoluteError,
          "patients": Double(records.count),
        ])
    }
  }
}

/// The worked patient of the pharmacogenetic equation.
struct WorkedPatient: InversionExperiment {
  var experiment: Experiment {
    Experiment(
      model: WarfarinDose.pharmacogenetic.rawValue, settings: ["patients": "worked patient"], seed: 1)
  }

  func outcomes(at lab: InversionLab) async throws -> [Outcome] {
    let patient = WarfarinPatient(
      ageDecade: 7, height: 180, weight: 75, race: .white, vkorc1: .ag, cyp2c9: .wild)
    return [Outcome(experiment, metrics: ["dose": WarfarinDose.pharmacogenetic.weekly(for: patient)])]
  }
}
