import LinearAlgebra
import Tabular
import Testing

/// Missing values, unknown categories and data that cannot be used.
@Suite struct EncoderMissingTests {
  static let gaps = Table(columns: [
    .init(name: "y", values: .numeric([1, 2, 3, .nan, 5])),
    .init(name: "x", values: .numeric([0, .nan, 10, 3, 2])),
    .init(name: "k", values: .categorical(codes: [0, 0, -1, 1, 1], levels: ["p", "q"])),
  ])

  @Test func missingValuesAreImputedAndCounted() throws {
    let design = try Encoder.fit(Self.gaps, target: "y").design(Self.gaps)
    #expect(design.rowIndex == [0, 1, 2, 4])
    #expect(design.features == Matrix([[0, 1, 0], [0.4, 1, 0], [1, 1, 0], [0.2, 0, 1]]))
    #expect(
      design.notes == [
        "1 of 5 rows have no target and were left out",
        "column 'x': 1 of 4 values were missing and became the mean of the column",
        "column 'k': 1 of 4 values were missing and became the most frequent value",
      ])
  }

  @Test func incompleteRowsAreDropped() throws {
    let encoder = try Encoder.fit(Self.gaps, target: "y", options: .init(missing: .dropRows))
    let design = try encoder.design(Self.gaps)
    #expect(design.rowIndex == [0, 4])
    #expect(design.features == Matrix([[0, 1, 0], [1, 0, 1]]))
    #expect(design.notes.last == "2 of 5 rows lack a feature and were left out")
  }

  @Test func missingIsALevelAndStaysMissingOnTheWayBack() throws {
    let encoder = try Encoder.fit(Self.gaps, target: "y", options: .init(missing: .ownLevel))
    let design = try encoder.design(Self.gaps)
    #expect(design.space.names == ["x", "k:p", "k:q", "k:missing"])
    #expect(design.features.column(3) == [0, 0, 1, 0])
    let back = encoder.table(fromDesignRows: design.features, target: design.target)
    #expect(back.columns[2].values == .categorical(codes: [0, 0, -1, 1], levels: ["p", "q"]))
  }

  @Test func missingValuesMayBeForbidden() {
    #expect(throws: DesignError.missingValue(column: "y", row: 4)) {
      try Encoder.fit(Self.gaps, target: "y", options: .init(missing: .fail))
    }
  }

  @Test func unknownCategories() throws {
    let other = Table(columns: [
      .init(name: "y", values: .numeric([1])), .init(name: "x", values: .numeric([1])),
      .init(name: "k", values: .categorical(codes: [0], levels: ["r"])),
    ])
    #expect(throws: DesignError.unseenLevel("r", column: "k", row: 1)) {
      try Encoder.fit(Self.gaps, target: "y").design(other)
    }
    let design = try Encoder.fit(Self.gaps, target: "y", options: .init(unseen: .allZero)).design(other)
    #expect(design.features == Matrix([[0.1, 0, 0]]))
  }

  @Test func identifiersAreLeftOut() throws {
    let names = (0..<12).map { "patient \($0)" }
    let table = Table(columns: [
      .init(name: "name", values: .categorical(codes: Array(0..<12), levels: names)),
      .init(name: "x", values: .numeric((0..<12).map { Double($0 * $0) })),
      .init(name: "y", values: .numeric((0..<12).map { Double($0) })),
    ])
    let encoder = try Encoder.fit(table, target: "y")
    #expect(encoder.space.names == ["x"])
    #expect(encoder.identifiers == ["name"])
    #expect(encoder.notes == ["column 'name' was left out: nearly every row has a text of its own"])
  }

  @Test func unusableTargets() {
    let patients = EncoderTests.patients
    #expect(
      throws: DesignError.unknownColumn("Dosis", known: patients.columns.map(\.name), nearest: "dose")
    ) { try Encoder.fit(patients, target: "Dosis") }
    #expect(throws: DesignError.targetNotNumeric("site", text: "b", row: 1)) {
      try Encoder.fit(patients, target: "site")
    }
    func table(_ values: [Double]) -> Table {
      Table(columns: [
        .init(name: "x", values: .numeric([1, 2])), .init(name: "y", values: .numeric(values)),
      ])
    }
    #expect(throws: DesignError.targetConstant("y", value: 3)) {
      try Encoder.fit(table([3, 3]), target: "y")
    }
    #expect(throws: DesignError.allMissing(column: "y")) {
      try Encoder.fit(table([.nan, .nan]), target: "y")
    }
    #expect(throws: DesignError.notFinite(column: "y", row: 2)) {
      try Encoder.fit(table([1, .infinity]), target: "y")
    }
  }

  @Test func unusableFeatures() {
    func table(_ values: Table.Values) -> Table {
      Table(columns: [
        .init(name: "x", values: values),
        .init(name: "y", values: .numeric((0..<values.count).map { Double($0) })),
      ])
    }
    #expect(throws: DesignError.allMissing(column: "x")) {
      try Encoder.fit(table(.numeric([.nan, .nan])), target: "y")
    }
    #expect(throws: DesignError.noFeatures(target: "y")) {
      try Encoder.fit(table(.numeric([7, 7])), target: "y")
    }
    let numbers = (0..<40).map { "\($0)" } + ["oops"]
    #expect(throws: DesignError.textAmongNumbers(column: "x", text: "oops", row: 41)) {
      try Encoder.fit(table(.categorical(codes: Array(0..<41), levels: numbers)), target: "y")
    }
    #expect(throws: DesignError.noRows) {
      try Encoder.fit(table(.numeric([])), target: "y")
    }
  }
}
