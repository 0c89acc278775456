/// The published equations for the stable dose of warfarin.
///
/// Both are linear in the square root of the dose:
///
/// ```
/// dose = (intercept + age + height + weight + race + genotypes + drugs)²   mg per week
/// ```
///
/// They are here as reference models of the dosage case, not for the treatment of patients.
///
/// - Source: International Warfarin Pharmacogenetics Consortium, "Estimation of the warfarin dose with
///   clinical and pharmacogenetic data", N. Engl. J. Med. 360 (2009), appendix, sections S1e and S1f.
public enum WarfarinDose: String, Sendable, Hashable, CaseIterable {
  /// The pharmacogenetic algorithm.
  case pharmacogenetic
  /// The clinical algorithm, which knows no genotypes.
  case clinical
  /// The same starting dose of 35 mg per week, 5 mg a day, for everybody.
  case fixed

  /// Dose of the fixed regimen in mg per week.
  public static let fixedWeeklyDose = 35.0

  /// Recommended dose in mg per week.
  public func weekly(for patient: WarfarinPatient) -> Double {
    let root = rootOfWeekly(for: patient)
    return self == .fixed ? Self.fixedWeeklyDose : root * root
  }

  /// Square root of the recommended dose in mg per week: the linear predictor of the equations.
  public func rootOfWeekly(for patient: WarfarinPatient) -> Double {
    switch self {
    case .pharmacogenetic:
      var sum = 5.6044 - 0.2614 * Double(patient.ageDecade)
      sum += 0.0087 * patient.height + 0.0128 * patient.weight
      sum += Self.vkorc1Term(patient.vkorc1) + Self.cyp2c9Term(patient.cyp2c9)
      sum += raceTerm(patient.race)
      if patient.takesInducer { sum += 1.1816 }
      if patient.takesAmiodarone { sum -= 0.5503 }
      return sum
    case .clinical:
      var sum = 4.0376 - 0.2546 * Double(patient.ageDecade)
      sum += 0.0118 * patient.height + 0.0134 * patient.weight
      sum += raceTerm(patient.race)
      if patient.takesInducer { sum += 1.2799 }
      if patient.takesAmiodarone { sum -= 0.5695 }
      return sum
    case .fixed:
      return Self.fixedWeeklyDose.squareRoot()
    }
  }

  private func raceTerm(_ race: WarfarinPatient.Race) -> Double {
    let isClinical = self == .clinical
    return switch race {
    case .white: 0
    case .asian: isClinical ? -0.6752 : -0.1092
    case .black: isClinical ? 0.4060 : -0.2760
    case .unknown: isClinical ? 0.0443 : -0.1032
    }
  }

  private static func vkorc1Term(_ genotype: WarfarinPatient.VKORC1?) -> Double {
    switch genotype {
    case .gg: 0
    case .ag: -0.8677
    case .aa: -1.6974
    case nil: -0.4854
    }
  }

  private static func cyp2c9Term(_ genotype: WarfarinPatient.CYP2C9?) -> Double {
    switch genotype {
    case .wild: 0
    case .oneTwo: -0.5211
    case .oneThree: -0.9357
    case .twoTwo: -1.0616
    case .twoThree: -1.9206
    case .threeThree: -2.3312
    case nil: -0.2188
    }
  }
}
