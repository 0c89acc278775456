/// Distribution of the features of patients of one race in the warfarin cohort.
///
/// Shares, means and standard deviations were measured on the 5,370 patients with a stable dose and a known
/// age in the public file of the International Warfarin Pharmacogenetics Consortium (PharmGKB; N. Engl. J.
/// Med. 360, 2009).
struct WarfarinCohortProfile: Sendable {
  /// Height and the logarithm of weight, normal with a correlation.
  struct Build: Sendable {
    /// Mean height in centimetres, and its standard deviation.
    let height: (mean: Double, deviation: Double)
    /// Mean of the natural logarithm of the weight in kilograms, and its standard deviation.
    let logWeight: (mean: Double, deviation: Double)
    /// Correlation of height and logarithm of weight.
    let correlation: Double
  }

  /// The race described.
  let race: WarfarinPatient.Race
  /// How many of the 5,370 patients.
  let patients: Double
  /// Share of men.
  let male: Double
  /// Weights of the age decades 1 ... 9.
  let ageDecades: [Double]
  /// Build of women.
  let women: Build
  /// Build of men.
  let men: Build
  /// Weights of the known VKORC1 genotypes, in the order A/A, A/G, G/G.
  let vkorc1: [Double]
  /// Share of patients without a VKORC1 genotype.
  let vkorc1Missing: Double
  /// Weights of the CYP2C9 genotypes in the order of their cases, then of other alleles or none.
  let cyp2c9: [Double]
  /// Share that takes amiodarone.
  let amiodarone: Double
  /// Share that takes an enzyme inducer.
  let inducer: Double
  /// Share of patients without a height.
  let heightMissing: Double
}

extension WarfarinCohortProfile {
  /// The four races, in the order of ``WarfarinPatient/Race``.
  static let all = [white, asian, black, unknown]

  private static let white = WarfarinCohortProfile(
    race: .white, patients: 2902, male: 0.619,
    ageDecades: [0.2, 2.3, 3.2, 7.1, 16.3, 22.4, 31.9, 15.8, 0.8],
    women: Build(height: (162.2, 7.3), logWeight: (4.306, 0.238), correlation: 0.26),
    men: Build(height: (176.7, 7.6), logWeight: (4.474, 0.203), correlation: 0.43),
    vkorc1: [0.148, 0.484, 0.368], vkorc1Missing: 0.019,
    cyp2c9: [0.630, 0.202, 0.112, 0.0159, 0.0210, 0.0048, 0.015],
    amiodarone: 0.063, inducer: 0.013, heightMissing: 0.145)

  private static let asian = WarfarinCohortProfile(
    race: .asian, patients: 1532, male: 0.573,
    ageDecades: [0.2, 1.3, 3.8, 11.6, 22.1, 29.7, 25.9, 5.4, 0.1],
    women: Build(height: (154.1, 6.3), logWeight: (3.998, 0.173), correlation: 0.41),
    men: Build(height: (165.6, 6.7), logWeight: (4.170, 0.166), correlation: 0.53),
    vkorc1: [0.788, 0.177, 0.035], vkorc1Missing: 0.009,
    cyp2c9: [0.902, 0.001, 0.065, 0, 0, 0.0013, 0.031],
    amiodarone: 0.009, inducer: 0.003, heightMissing: 0.253)

  private static let black = WarfarinCohortProfile(
    race: .black, patients: 458, male: 0.489,
    ageDecades: [0.4, 3.1, 6.1, 17.3, 25.1, 24.2, 16.6, 6.6, 0.7],
    women: Build(height: (164.0, 7.0), logWeight: (4.452, 0.281), correlation: 0.33),
    men: Build(height: (178.4, 7.7), logWeight: (4.535, 0.253), correlation: 0.40),
    vkorc1: [0.016, 0.176, 0.808], vkorc1Missing: 0.044,
    cyp2c9: [0.847, 0.050, 0.020, 0, 0, 0, 0.083],
    amiodarone: 0.048, inducer: 0.018, heightMissing: 0.026)

  private static let unknown = WarfarinCohortProfile(
    race: .unknown, patients: 478, male: 0.469,
    ageDecades: [0.6, 3.1, 6.3, 11.5, 21.8, 20.9, 20.7, 14.4, 0.6],
    women: Build(height: (159.5, 7.6), logWeight: (4.221, 0.228), correlation: 0.42),
    men: Build(height: (171.1, 8.4), logWeight: (4.414, 0.232), correlation: 0.48),
    vkorc1: [0.119, 0.471, 0.410], vkorc1Missing: 0.031,
    cyp2c9: [0.701, 0.190, 0.075, 0.0126, 0.0084, 0.0063, 0.006],
    amiodarone: 0.057, inducer: 0.006, heightMissing: 0.458)
}
