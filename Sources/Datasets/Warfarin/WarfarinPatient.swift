/// What the dosing algorithms of the International Warfarin Pharmacogenetics Consortium need to know of a
/// patient.
public struct WarfarinPatient: Sendable, Hashable {
  /// Race in the categories of the consortium; mixed and missing are `unknown`.
  public enum Race: String, Sendable, Hashable, CaseIterable {
    case white, asian, black, unknown
  }

  /// Gender as recorded.
  public enum Gender: String, Sendable, Hashable, CaseIterable {
    case female, male
  }

  /// Genotype of VKORC1 at −1639 G>A (rs9923231); each A lowers the dose.
  public enum VKORC1: String, Sendable, Hashable, CaseIterable {
    case aa = "A/A"
    case ag = "A/G"
    case gg = "G/G"
  }

  /// Genotype of CYP2C9; the variants *2 and *3 lower the dose.
  public enum CYP2C9: String, Sendable, Hashable, CaseIterable {
    case wild = "*1/*1"
    case oneTwo = "*1/*2"
    case oneThree = "*1/*3"
    case twoTwo = "*2/*2"
    case twoThree = "*2/*3"
    case threeThree = "*3/*3"
  }

  /// Age in decades: 1 for 10 to 19 years, ..., 9 for 90 and over.
  public var ageDecade: Int
  /// Height in centimetres.
  public var height: Double
  /// Weight in kilograms.
  public var weight: Double
  /// Race.
  public var race: Race
  /// VKORC1 genotype; nil if not known.
  public var vkorc1: VKORC1?
  /// CYP2C9 genotype; nil if not known or with another allele than *1, *2 and *3.
  public var cyp2c9: CYP2C9?
  /// Whether the patient takes an enzyme inducer: carbamazepine, phenytoin or rifampicin.
  public var takesInducer: Bool
  /// Whether the patient takes amiodarone.
  public var takesAmiodarone: Bool
  /// Gender, which no dosing equation uses; nil if not recorded.
  public var gender: Gender?

  /// A patient.
  ///
  /// - Parameters:
  ///   - ageDecade: 1 ... 9.
  ///   - height: centimetres.
  ///   - weight: kilograms.
  public init(
    ageDecade: Int, height: Double, weight: Double, race: Race, vkorc1: VKORC1?, cyp2c9: CYP2C9?,
    takesInducer: Bool = false, takesAmiodarone: Bool = false, gender: Gender? = nil
  ) {
    precondition((1...9).contains(ageDecade), "an age decade of \(ageDecade)")
    self.ageDecade = ageDecade
    self.height = height
    self.weight = weight
    self.race = race
    self.vkorc1 = vkorc1
    self.cyp2c9 = cyp2c9
    self.takesInducer = takesInducer
    self.takesAmiodarone = takesAmiodarone
    self.gender = gender
  }
}

/// A patient together with the warfarin dose that proved stable.
public struct WarfarinRecord: Sendable, Hashable {
  /// The patient.
  public var patient: WarfarinPatient
  /// Stable dose in mg per week.
  public var weeklyDose: Double

  /// A patient with a dose in mg per week.
  public init(patient: WarfarinPatient, weeklyDose: Double) {
    self.patient = patient
    self.weeklyDose = weeklyDose
  }
}
