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

  @Test(
    "Some rows of a table count like a table of these rows", arguments: EncodingOptions.MissingValues.allCases
  )
  func someRows(missing: EncodingOptions.MissingValues) throws {
    let rows = missing == .fail ? [0, 4] : [0, 1, 3, 4]
    let part = Self.gaps.rows(at: rows)
    let options = EncodingOptions(categories: missing == .keep ? .codes : .indicators, missing: missing)
    let one = try Encoder.fit(Self.gaps, target: "y", rows: rows, options: options)
    #expect(try one == Encoder.fit(part, target: "y", options: options))
    let (found, expected) = (try one.design(Self.gaps, rows: rows), try one.design(part))
    #expect(found.features.elements.map(\.bitPattern) == expected.features.elements.map(\.bitPattern))
    #expect(found.target == expected.target && found.notes == expected.notes)
    #expect(found.rowIndex == expected.rowIndex.map { rows[$0] })
    let classes = ["1.0", "5.0", "2", "1", "5"]
    let other = try ClassEncoder.fit(
      Self.gaps, target: "y", classes: classes, rows: rows, options: options)
    #expect(try other == ClassEncoder.fit(part, target: "y", classes: classes, options: options))
    #expect(try other.design(Self.gaps, rows: rows).labels == other.design(part).labels)
  }

  @Test("A mistake in some rows is told by its row in the table")
  func rowOfTheTable() throws {
    let table = Table(columns: [
      .init(name: "y", values: .numeric([1, 2, 3])), .init(name: "x", values: .numeric([0, 1, .infinity])),
    ])
    #expect(throws: DesignError.notFinite(column: "x", row: 3)) {
      try Encoder.fit(table, target: "y", rows: [1, 2])
    }
    #expect(try Encoder.fit(table, target: "y", rows: [0, 1]).space.names == ["x"])
  }

  @Test("Blocks of rows are the rows of the whole", arguments: EncodingOptions.MissingValues.allCases)
  func blocks(missing: EncodingOptions.MissingValues) throws {
    let table = missing == .fail ? Self.gaps.rows(at: [0, 4]) : Self.gaps
    let options = EncodingOptions(categories: missing == .keep ? .codes : .indicators, missing: missing)
    let encoder = try FeatureEncoder.fit(table, without: ["y"], options: options)
    let whole = try encoder.features(table)
    var (elements, index) = ([Double](), [Int]())
    let notes = try encoder.forEachBlock(of: table, size: 2) { block, rows in
      #expect(block.rows == rows.count && rows.count <= 2)
      elements += block.elements
      index += rows
    }
    #expect(elements.map(\.bitPattern) == whole.matrix.elements.map(\.bitPattern))
    #expect(index == whole.rowIndex && notes == whole.notes)
  }

  @Test func missingValuesMayBeForbidden() {
    #expect(throws: DesignError.missingValue(column: "y", row: 4)) {
      try Encoder.fit(Self.gaps, target: "y", options: .init(missing: .fail))
    }
  }

  @Test("an unknown category is refused, or all zero on request")
  func unknownCategories() throws {
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

  @Test("a target that is unknown, no number or constant is refused")
  func unusableTargets() {
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

  @Test("features without any value or of one value are refused")
  func unusableFeatures() {
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
