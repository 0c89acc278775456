import Datasets
import Foundation
import Tabular
import Testing

@Suite struct WarfarinRecordsTests {
  @Test func imputesFromLinkedPositionsByRace() throws {
    let table = try WarfarinRecords.table(
      from: raw([
        ["Race.OMB": "White", "VKORC1.1_consensus": "A/G", "VKORC1.3_consensus": "T/T"],
        ["Race.OMB": "Black or African American", "VKORC1.3_consensus": "T/T"],
        ["Race.OMB": "Black or African American", "VKORC1.6_consensus": "T/T"],
        ["Race.OMB": "Asian", "VKORC1.6_consensus": "T/T", "VKORC1.4_consensus": "G/G"],
        ["Race.OMB": "Asian", "VKORC1.4_consensus": "C/G"],
        ["Race.OMB": "Unknown", "VKORC1.4_consensus": "C/G"],
      ]))
    #expect(texts(table, "vkorc1") == ["A/G", "A/A", "unknown", "A/A", "A/G", "unknown"])
  }

  @Test func readsAgesDrugsAndStarAlleles() throws {
    let records = try WarfarinRecords.records(
      from: raw([
        ["Age": "19-Oct", "Rifam": "1", "CYP2C9_consensus": "*1/*5", "Gender": "NA"],
        ["Age": "10 - 19", "Amiodarone": "1", "CYP2C9_consensus": "*1/*3", "Gender": "female"],
        ["Age": "90+"],
      ]))
    #expect(records.map(\.patient.ageDecade) == [1, 1, 9])
    #expect(records.map(\.patient.takesInducer) == [true, false, false])
    #expect(records.map(\.patient.takesAmiodarone) == [false, true, false])
    #expect(records.map(\.patient.cyp2c9) == [nil, .oneThree, .wild])
    #expect(records.map(\.patient.gender) == [nil, .female, .male])
  }

  @Test func leavesOutIncompletePatients() throws {
    let records = try WarfarinRecords.records(
      from: raw([
        ["Reached.Stable.Dose": "0"], ["Reached.Stable.Dose": "NA"], ["Therapeutic.Dose": "NA"],
        ["Age": "NA"], ["Height": "NA"], ["Weight": ""], ["Therapeutic.Dose": "17.5"],
      ]))
    #expect(records.map(\.weeklyDose) == [17.5])
  }

  @Test(arguments: [
    ("Race.OMB", "Martian"), ("Age", "70"), ("Age", "95 - 99"), ("Weight", "heavy"), ("Weight", "-3"),
    ("Amiodarone", "2"), ("VKORC1.1_consensus", "A/T"), ("Gender", "x"), ("Therapeutic.Dose", "inf"),
  ])
  func refusesForeignValues(column: String, text: String) throws {
    let table = raw([[:], [column: text]])
    let error = try #require(throws: WarfarinError.self) { try WarfarinRecords.records(from: table) }
    guard case .unexpectedValue(_, let found, let row) = error else {
      Issue.record("wrong error: \(error)")
      return
    }
    #expect(found == column)
    #expect(row == 2)
    #expect(error.description.contains("column \(column), row 2"))
  }

  @Test func refusesAnotherTable() {
    let other = Table(columns: [.init(name: "Gender", values: .numeric([1]))])
    #expect(throws: WarfarinError.missingColumn("Race.OMB")) {
      try WarfarinRecords.records(from: other)
    }
  }

  /// A raw table with one ordinary patient per entry, changed as the entry says; heights are numeric.
  private func raw(_ patients: [[String: String]]) -> Table {
    let ordinary = [
      ("Gender", "male"), ("Race.OMB", "White"), ("Age", "60 - 69"), ("Height", "175"), ("Weight", "80"),
      ("Amiodarone", "0"), ("Carbamazepine", "NA"), ("Phenytoin", "NA"), ("Rifam", "NA"),
      ("Reached.Stable.Dose", "1"), ("Therapeutic.Dose", "35"), ("CYP2C9_consensus", "*1/*1"),
      ("VKORC1.1_consensus", "NA"), ("VKORC1.3_consensus", "NA"), ("VKORC1.4_consensus", "NA"),
      ("VKORC1.6_consensus", "NA"),
    ]
    return Table(
      columns: ordinary.map { name, usual in
        let texts = patients.map { $0[name] ?? usual }
        if name == "Height" {
          return .init(name: name, values: .numeric(texts.map { Double($0) ?? .nan }))
        }
        let title = name == "Reached.Stable.Dose" ? name + " " : name
        return .init(name: title, values: .categorical(codes: Array(texts.indices), levels: texts))
      })
  }

  private func texts(_ table: Table, _ name: String) -> [String] {
    guard let index = table.index(of: name),
      case .categorical(let codes, let levels) = table.columns[index].values
    else { return [] }
    return codes.map { levels[$0] }
  }
}
