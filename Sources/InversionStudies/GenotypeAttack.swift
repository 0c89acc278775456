public import Learning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What an attacker makes of a dosage model: the share of patients whose genotype is guessed.
public typealias GenotypeAttack = @Sendable (LinearModel, PrivateDosageCohort) throws -> Double

extension PrivateDosageCohort {
  /// Standard deviation of the standardised dose around the dose of a linear model that is not private, which the
  /// attacker takes as the published accuracy.
  private static let errorDeviation = 0.715

  /// The most probable genotype by its frequency and a normal error, everything else of a patient being known.
  ///
  /// - Source: Fredrikson et al., "Privacy in pharmacogenetics", USENIX Security 2014, section 3, with all other
  ///   features known, so that their marginals cancel.
  public static let mostProbableGenotype: GenotypeAttack = { model, patients in
    let (genotypes, doses) = (patients.genotype, patients.rows.target)
    guard !genotypes.isEmpty else { return 0 }
    var frequencies = [Double](repeating: 0, count: Self.genotypes.count)
    for genotype in genotypes { frequencies[genotype] += 1 / Double(genotypes.count) }
    let predictions = frequencies.indices.map { model.predict(patients.features(withGenotype: $0)) }
    let right = genotypes.indices.count { row in
      let likelihoods = frequencies.indices.map { level in
        let error = (doses[row] - predictions[level][row]) / errorDeviation
        return -error * error / 2 + log(frequencies[level])
      }
      return likelihoods.firstIndex(of: likelihoods.max() ?? 0) == genotypes[row]
    }
    return Double(right) / Double(genotypes.count)
  }
}
