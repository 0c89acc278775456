import Datasets
import LinearAlgebra
import Tabular
import Testing

/// From tables to designs and back.
@Suite struct EncoderTests {
  static let patients = Table(columns: [
    .init(name: "site", values: .categorical(codes: [0, 1, 2, 0], levels: ["b", "a", "c"])),
    .init(name: "dose", values: .numeric([20, 30, 60, 40])),
    .init(name: "height", values: .numeric([160, 180, 170, 165])),
    .init(name: "sex:m", values: .numeric([1, 0, 1, 0])),
    .init(name: "unit", values: .categorical(codes: [0, 0, 0, 0], levels: ["mg"])),
    .init(name: "sex:f", values: .numeric([0, 1, 0, 1])),
  ])

  @Test("columns and numbers of a small design are those worked by hand")
  func valuesByHand() throws {
    let design = try Encoder.fit(Self.patients, target: "dose").design(Self.patients)
    #expect(design.space.names == ["site:b", "site:a", "site:c", "height", "sex:m", "sex:f"])
    #expect(
      design.space.groups == [.init(name: "site", columns: [0, 1, 2]), .init(name: "sex", columns: [4, 5])])
    #expect(design.space.numeric == [3])
    #expect(
      design.features
        == Matrix([
          [1, 0, 0, 0, 1, 0], [0, 1, 0, 1, 0, 1], [0, 0, 1, 0.5, 1, 0], [1, 0, 0, 0.25, 0, 1],
        ]))
    #expect(design.target == [0, 0.25, 1, 0.5])
    #expect(design.targetScaling == Scaling(offset: 20, scale: 40))
    #expect(design.notes == ["column 'unit' was left out: it is the same in every row"])
    #expect(design.rowIndex == [0, 1, 2, 3])
  }

  @Test func standardisedNumbersHaveMeanZeroAndDeviationOne() throws {
    let design = try Encoder.fit(Self.patients, target: "dose", options: .init(numeric: .standard))
      .design(Self.patients)
    let height = design.features.column(3)
    #expect(abs(height.reduce(0, +)) < 1e-12)
    #expect(abs(height.reduce(0) { $0 + $1 * $1 } - 4) < 1e-12)
    let plain = try Encoder.fit(Self.patients, target: "dose", options: .init(numeric: .none))
      .design(Self.patients)
    #expect(plain.features.column(3) == [160, 180, 170, 165])
  }

  @Test("the target is scaled by a given range, and an empty range is refused")
  func targetByAGivenRange() throws {
    let design = try Encoder.fit(Self.patients, target: "dose", options: .init(targetRange: 0...100))
      .design(Self.patients)
    #expect(design.target == [0.2, 0.3, 0.6, 0.4])
    #expect(throws: DesignError.targetRangeInvalid(lower: 1, upper: 1)) {
      try Encoder.fit(Self.patients, target: "dose", options: .init(targetRange: 1...1))
    }
  }

  @Test(arguments: EncodingOptions.NumericScaling.allCases)
  func theWayBackIsExact(numeric: EncodingOptions.NumericScaling) throws {
    let cohort = WarfarinCohort.table(rows: 300, seed: 5)
    for table in [Self.patients, cohort] {
      let encoder = try Encoder.fit(table, target: "dose", options: .init(numeric: numeric))
      let design = try encoder.design(table)
      #expect(encoder.table(fromDesignRows: design.features, target: design.target) == table)
    }
  }

  @Test func inventedRowsTakeTheUsersForm() throws {
    let encoder = try Encoder.fit(Self.patients, target: "dose")
    let table = encoder.table(
      fromDesignRows: Matrix([[0.2, 0.7, 0.1, 0.333, 0.4, 0.6]]), target: [0.123])
    #expect(table.columns.map(\.name) == Self.patients.columns.map(\.name))
    #expect(table.columns[0].values == .categorical(codes: [1], levels: ["b", "a", "c"]))
    #expect(table.columns[1].values == .numeric([25]))
    #expect(table.columns[2].values == .numeric([167]))
    #expect(table.columns[3].values == .numeric([0]))
    #expect(table.columns[4].values == .categorical(codes: [0], levels: ["mg"]))
    #expect(table.columns[5].values == .numeric([1]))
  }

  @Test func columnsMayComeInAnotherOrder() throws {
    let encoder = try Encoder.fit(Self.patients, target: "dose")
    let turned = Table(columns: Self.patients.columns.reversed())
    #expect(try encoder.design(turned) == encoder.design(Self.patients))
  }

  @Test func splitsShareNoRow() throws {
    var random = RandomStream(seed: 3)
    let split = try Split.split(rows: 10, training: 5, validation: 3, using: &random)
    #expect(split.training.count == 5 && split.validation.count == 3 && split.test.count == 2)
    #expect((split.training + split.validation + split.test).sorted() == Array(0..<10))
    let shares = try Split.split(rows: 10, validationShare: 0.2, testShare: 0.3, using: &random)
    #expect(shares.training.count == 5 && shares.validation.count == 2 && shares.test.count == 3)
  }

  @Test func impossibleSplitsAreErrors() {
    var random = RandomStream(seed: 3)
    #expect(throws: DesignError.splitImpossible(rows: 10, parts: [8, 3, 0])) {
      try Split.split(rows: 10, training: 8, validation: 3, using: &random)
    }
    #expect(throws: DesignError.self) {
      try Split.split(rows: 10, validationShare: .nan, testShare: 0.3, using: &random)
    }
  }
}
