import Inversion
public import Learning

/// What an attacker makes of a dosage model: the share of patients whose genotype is guessed, by a population in which the
/// genotypes are counted.
public typealias GenotypeAttack =
  @Sendable (
    LinearModel, _ patients: PrivateDosageCohort, _ population: PrivateDosageCohort
  ) throws -> Double

extension PrivateDosageCohort {
  /// Standard deviation of the standardised dose around that of a linear model that is not private, which the attacker
  /// takes as the published accuracy.
  private static let errorDeviation = 0.715

  /// The most probable genotype by its frequency and a normal error, everything else of a patient being known.
  ///
  /// - Source: Fredrikson et al., "Privacy in pharmacogenetics", USENIX Security 2014, with all other
  ///   features known, so that their marginals cancel.
  public static let mostProbableGenotype: GenotypeAttack = { model, patients, population in
    let genotypes = patients.genotype
    guard !genotypes.isEmpty else { return 0 }
    let levels = Self.genotypes.indices
    let guesses = MarginalInversion.guesses(
      predictions: levels.map { model.predict(patients.features(withGenotype: $0)) },
      truths: patients.rows.target,
      prior: Marginal(
        values: levels.map(Double.init),
        shares: levels.map { level in Double(population.genotype.count { $0 == level }) }),
      deviation: errorDeviation)
    return Double(zip(guesses.places, genotypes).count { $0 == $1 }) / Double(genotypes.count)
  }
}
