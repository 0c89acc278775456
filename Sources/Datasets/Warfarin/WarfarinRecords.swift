public import Tabular

/// Reads the raw cohort of the International Warfarin Pharmacogenetics Consortium: 5,699 patients and 63
/// columns, published by PharmGKB.
///
/// A patient counts if the dose is stable and known, and age, height and weight are known: 4,301 patients.
/// A drug that is not recorded counts as not taken.
///
/// A missing VKORC1 −1639 genotype is imputed from the linked positions, in this order:
///
/// | position | A/A | A/G | G/G | for |
/// | --- | --- | --- | --- | --- |
/// | 1173 C>T | T/T | C/T | C/C | everybody |
/// | 2255 C>T | T/T | C/T | C/C | white and asian |
/// | 1542 G>C | C/C | C/G | G/G | white and asian |
///
/// - Source: International Warfarin Pharmacogenetics Consortium, N. Engl. J. Med. 360 (2009), appendix.
public enum WarfarinRecords {
  /// The patients with a stable dose, in the order of the file.
  ///
  /// - Parameter raw: the file as read, each column numeric or categorical; `NA` may stand for missing.
  /// - Throws: ``WarfarinError`` if a column is absent or a cell holds what its column never holds.
  public static func records(from raw: Table) throws -> [WarfarinRecord] {
    let source = try WarfarinRawColumns(raw)
    return try (0..<raw.rowCount).compactMap { try source.record(row: $0) }
  }

  /// The patients of ``records(from:)`` as a table with the columns of the synthetic cohort.
  ///
  /// - Throws: ``WarfarinError`` if a column is absent or a cell holds what its column never holds.
  public static func table(from raw: Table) throws -> Table {
    Table(warfarin: try records(from: raw))
  }
}

/// The columns of the raw file that the dosing algorithms need.
private struct WarfarinRawColumns {
  let gender, race, age, height, weight, stable, dose: WarfarinRawColumn
  let amiodarone: WarfarinRawColumn
  let inducers: [WarfarinRawColumn]
  let cyp2c9, position1639, position1173, position1542, position2255: WarfarinRawColumn

  init(_ raw: Table) throws {
    func column(_ name: String) throws -> WarfarinRawColumn { try WarfarinRawColumn(name, of: raw) }
    gender = try column("Gender")
    race = try column("Race.OMB")
    age = try column("Age")
    height = try column("Height")
    weight = try column("Weight")
    stable = try column("Reached.Stable.Dose")
    dose = try column("Therapeutic.Dose")
    amiodarone = try column("Amiodarone")
    inducers = try ["Carbamazepine", "Phenytoin", "Rifam"].map(column)
    cyp2c9 = try column("CYP2C9_consensus")
    position1639 = try column("VKORC1.1_consensus")
    position1173 = try column("VKORC1.3_consensus")
    position1542 = try column("VKORC1.4_consensus")
    position2255 = try column("VKORC1.6_consensus")
  }

  func record(row: Int) throws -> WarfarinRecord? {
    guard try stable.flag(row), let dose = try dose.positive(row), let decade = try ageDecade(row),
      let height = try height.positive(row), let weight = try weight.positive(row)
    else { return nil }
    let race = try race(row)
    let patient = WarfarinPatient(
      ageDecade: decade, height: height, weight: weight, race: race,
      vkorc1: try vkorc1(row, race: race),
      cyp2c9: cyp2c9.text(row).flatMap(WarfarinPatient.CYP2C9.init(rawValue:)),
      takesInducer: try inducers.contains { try $0.flag(row) },
      takesAmiodarone: try amiodarone.flag(row),
      gender: try gender.level(row, of: ["female": .female, "male": .male]))
    return WarfarinRecord(patient: patient, weeklyDose: dose)
  }

  private func race(_ row: Int) throws -> WarfarinPatient.Race {
    try race.level(
      row,
      of: [
        "White": .white, "Asian": .asian, "Black or African American": .black, "Unknown": .unknown,
      ]) ?? .unknown
  }

  /// Ranges such as "60 - 69" and "90+"; the spreadsheet that wrote the file made "19-Oct" of "10 - 19".
  private func ageDecade(_ row: Int) throws -> Int? {
    guard let text = age.text(row) else { return nil }
    if text == "19-Oct" { return 1 }
    guard let decade = text.first?.wholeNumberValue, (1...9).contains(decade),
      text == (decade == 9 ? "90+" : "\(decade)0 - \(decade)9")
    else { throw age.unexpected(text, row) }
    return decade
  }

  private func vkorc1(_ row: Int, race: WarfarinPatient.Race) throws -> WarfarinPatient.VKORC1? {
    typealias Genotypes = [String: WarfarinPatient.VKORC1]
    let own: Genotypes = ["A/A": .aa, "A/G": .ag, "G/G": .gg]
    let thymine: Genotypes = ["T/T": .aa, "C/T": .ag, "C/C": .gg]
    let cytosine: Genotypes = ["C/C": .aa, "C/G": .ag, "G/G": .gg]
    if let known = try position1639.level(row, of: own) { return known }
    if let linked = try position1173.level(row, of: thymine) { return linked }
    guard race == .white || race == .asian else { return nil }
    if let linked = try position2255.level(row, of: thymine) { return linked }
    return try position1542.level(row, of: cytosine)
  }
}
