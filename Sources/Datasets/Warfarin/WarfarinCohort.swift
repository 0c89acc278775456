public import LinearAlgebra
import RealModule
public import Tabular

/// A synthetic cohort of warfarin patients, calibrated on the public cohort of the International Warfarin
/// Pharmacogenetics Consortium (N. Engl. J. Med. 360, 2009). No row is a real patient.
///
/// Race, gender and age follow the shares of the real cohort; height and the logarithm of weight are normal
/// within race and gender; genotypes and drugs are independent within race. The dose scatters about the
/// pharmacogenetic equation with the heavy tails seen in the real residuals:
///
/// ```
/// dose = max(1, PG(patient) + 0.8214 · t)²     t ~ Student(6.37)
/// ```
///
/// Real doses are heaped on tablet sizes and older patients are lighter; the generator models neither.
public enum WarfarinCohort {
  /// Scale of the residual of the square root of the dose.
  static let residualScale = 0.8214
  /// Degrees of freedom of that residual.
  static let residualFreedom = 6.37

  /// A table of invented patients with the columns of ``WarfarinRecords/table(from:)``; row `i` depends on the
  /// seed and on `i` only.
  ///
  /// - Parameters:
  ///   - rows: number of patients; the default is the size of the cohort of Jagielski et al. (2018).
  ///   - seed: the seed of all randomness.
  ///   - keepMissingHeights: whether heights are missing (NaN) as often as in the real cohort.
  public static func table(rows: Int = 4683, seed: UInt64, keepMissingHeights: Bool = false) -> Table {
    precondition(rows >= 0, "a cohort of \(rows) patients")
    let root = RandomStream(seed: seed).child("warfarin cohort")
    let records = (0..<rows).map { row in
      var random = root.child(row)
      var record = record(using: &random)
      if keepMissingHeights, random.bernoulli(profile(of: record.patient.race).heightMissing) {
        record.patient.height = .nan
      }
      return record
    }
    return Table(warfarin: records)
  }

  /// One patient with a stable dose.
  ///
  /// The height is rounded to 0.1 cm, the weight to 0.1 kg and the dose to 0.01 mg, as a data file would.
  public static func record(using random: inout RandomStream) -> WarfarinRecord {
    let patient = patient(using: &random)
    let predictor = WarfarinDose.pharmacogenetic.rootOfWeekly(for: patient)
    let residual = residualScale * random.studentT(degreesOfFreedom: residualFreedom)
    let root = max(1, predictor + residual)
    return WarfarinRecord(patient: patient, weeklyDose: (100 * root * root).rounded() / 100)
  }

  private static func patient(using random: inout RandomStream) -> WarfarinPatient {
    let profiles = WarfarinCohortProfile.all
    let profile = profiles[random.weightedChoice(weights: profiles.map(\.patients))]
    let isMale = random.bernoulli(profile.male)
    let decade = 1 + random.weightedChoice(weights: profile.ageDecades)
    let (height, weight) = build(isMale ? profile.men : profile.women, using: &random)
    let hasNoVKORC1 = random.bernoulli(profile.vkorc1Missing)
    let vkorc1 = WarfarinPatient.VKORC1.allCases[random.weightedChoice(weights: profile.vkorc1)]
    let cyp2c9 = random.weightedChoice(weights: profile.cyp2c9)
    let known = WarfarinPatient.CYP2C9.allCases
    return WarfarinPatient(
      ageDecade: decade, height: height, weight: weight, race: profile.race,
      vkorc1: hasNoVKORC1 ? nil : vkorc1, cyp2c9: cyp2c9 < known.count ? known[cyp2c9] : nil,
      takesInducer: random.bernoulli(profile.inducer),
      takesAmiodarone: random.bernoulli(profile.amiodarone), gender: isMale ? .male : .female)
  }

  /// Height in centimetres and weight in kilograms.
  private static func build(
    _ build: WarfarinCohortProfile.Build, using random: inout RandomStream
  ) -> (height: Double, weight: Double) {
    let first = random.normal()
    let own = (1 - build.correlation * build.correlation).squareRoot()
    let second = build.correlation * first + own * random.normal()
    let height = build.height.mean + build.height.deviation * first
    let weight = Double.exp(build.logWeight.mean + build.logWeight.deviation * second)
    return ((10 * height).rounded() / 10, (10 * weight).rounded() / 10)
  }

  private static func profile(of race: WarfarinPatient.Race) -> WarfarinCohortProfile {
    WarfarinCohortProfile.all.first { $0.race == race } ?? WarfarinCohortProfile.all[0]
  }
}
