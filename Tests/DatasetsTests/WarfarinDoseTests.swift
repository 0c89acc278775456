import Datasets
import Tabular
import Testing

@Suite struct WarfarinDoseTests {
  private let patient = WarfarinPatient(
    ageDecade: 7, height: 180, weight: 75, race: .white, vkorc1: .ag, cyp2c9: .wild)

  /// Worked by hand from the published coefficients; the first also from two public implementations.
  @Test("the doses of one patient are those worked by hand")
  func dosesOfOnePatient() {
    #expect(abs(WarfarinDose.pharmacogenetic.weekly(for: patient) - 29.51640241) < 1e-8)
    #expect(abs(WarfarinDose.clinical.weekly(for: patient) - 28.99176336) < 1e-8)
    #expect(WarfarinDose.fixed.weekly(for: patient) == 35)
  }

  @Test(arguments: [
    (WarfarinPatient.VKORC1?.some(.gg), 0.8677), (.some(.aa), -0.8297), (.none, 0.3823),
  ])
  func vkorc1(genotype: WarfarinPatient.VKORC1?, change: Double) {
    var other = patient
    other.vkorc1 = genotype
    expectChange(to: other, pharmacogenetic: change, clinical: 0)
  }

  @Test(arguments: [
    (WarfarinPatient.CYP2C9?.some(.oneTwo), -0.5211), (.some(.oneThree), -0.9357),
    (.some(.twoTwo), -1.0616), (.some(.twoThree), -1.9206), (.some(.threeThree), -2.3312),
    (.none, -0.2188),
  ])
  func cyp2c9(genotype: WarfarinPatient.CYP2C9?, change: Double) {
    var other = patient
    other.cyp2c9 = genotype
    expectChange(to: other, pharmacogenetic: change, clinical: 0)
  }

  @Test(arguments: [
    (WarfarinPatient.Race.asian, -0.1092, -0.6752), (.black, -0.2760, 0.4060), (.unknown, -0.1032, 0.0443),
  ])
  func race(race: WarfarinPatient.Race, pharmacogenetic: Double, clinical: Double) {
    var other = patient
    other.race = race
    expectChange(to: other, pharmacogenetic: pharmacogenetic, clinical: clinical)
  }

  @Test("drugs, age and size change the dose by the published coefficients")
  func drugsAgeAndSize() {
    var other = patient
    other.takesInducer = true
    expectChange(to: other, pharmacogenetic: 1.1816, clinical: 1.2799)
    other = patient
    other.takesAmiodarone = true
    expectChange(to: other, pharmacogenetic: -0.5503, clinical: -0.5695)
    other = patient
    other.ageDecade = 8
    expectChange(to: other, pharmacogenetic: -0.2614, clinical: -0.2546)
    other = patient
    other.height += 10
    expectChange(to: other, pharmacogenetic: 0.087, clinical: 0.118)
    other = patient
    other.weight += 10
    expectChange(to: other, pharmacogenetic: 0.128, clinical: 0.134)
  }

  private func expectChange(
    to other: WarfarinPatient, pharmacogenetic: Double, clinical: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for (dose, expected) in [(WarfarinDose.pharmacogenetic, pharmacogenetic), (.clinical, clinical)] {
      let change = dose.rootOfWeekly(for: other) - dose.rootOfWeekly(for: patient)
      #expect(abs(change - expected) < 1e-12, sourceLocation: sourceLocation)
    }
  }
}
