import Foundation
import LinearAlgebra
import Testing

@testable import Tabular

/// Columns with rules of their own for missing values and unknown categories.
@Suite struct ColumnRuleTests {
  private static func number(_ name: String, _ missing: EncodingOptions.MissingValues) -> EncodedFeature {
    EncodedFeature(
      name: name,
      form: .number(.init(scaling: .identity, bounds: nil, fill: 7, decimals: Decimals(unit: nil))),
      rules: .init(missing: missing, unseen: .fail))
  }

  private static func category(
    _ name: String, _ missing: EncodingOptions.MissingValues, _ unseen: EncodingOptions.UnseenLevels
  ) -> EncodedFeature {
    EncodedFeature(
      name: name, form: .levels(.init(levels: ["p", "q"], fill: 1, hasMissingLevel: false)),
      rules: .init(missing: missing, unseen: unseen))
  }

  private static func encoder() throws -> FeatureEncoder {
    try FeatureEncoder(
      [
        number("filled", .impute), number("needed", .fail), category("loose", .zero, .allZero),
        category("strict", .impute, .fail),
      ], options: EncodingOptions(numeric: .none, missing: .fail, unseen: .fail), notes: [])
  }

  private static func table(
    filled: Double = 1, needed: Double = 2, loose: String? = "p", strict: String? = "p"
  ) -> Table {
    func texts(_ text: String?) -> Table.Values {
      .categorical(codes: [text == nil ? -1 : 0], levels: [text ?? "x"])
    }
    return Table(columns: [
      .init(name: "filled", values: .numeric([filled])), .init(name: "needed", values: .numeric([needed])),
      .init(name: "loose", values: texts(loose)), .init(name: "strict", values: texts(strict)),
    ])
  }

  @Test func everyColumnFollowsItsOwnRules() throws {
    let encoder = try Self.encoder()
    func row(_ table: Table) throws -> [Double] { try encoder.features(table).matrix.row(0) }
    #expect(try row(Self.table()) == [1, 2, 1, 0, 1, 0])
    #expect(try row(Self.table(filled: .nan)) == [7, 2, 1, 0, 1, 0])
    #expect(try row(Self.table(loose: nil)) == [1, 2, 0, 0, 1, 0])
    #expect(try row(Self.table(loose: "z")) == [1, 2, 0, 0, 1, 0])
    #expect(try row(Self.table(strict: nil)) == [1, 2, 1, 0, 0, 1])
    #expect(throws: DesignError.missingValue(column: "needed", row: 1)) { try row(Self.table(needed: .nan)) }
    #expect(throws: DesignError.unseenLevel("z", column: "strict", row: 1)) {
      try row(Self.table(strict: "z"))
    }
    #expect(!encoder.takesMissingValues && !encoder.givesMissingValues && encoder.hasColumnRules)
    #expect(encoder.takesUnknownCategories == [false, false, true, false])
  }

  @Test func rowsOfInputsFollowThemToo() throws {
    let encoder = try Self.encoder()
    #expect(try encoder.features(inputs: Matrix([[.nan, 2, .nan, .nan]])) == Matrix([[7, 2, 0, 0, 0, 1]]))
    #expect(try encoder.features(inputs: Matrix([[1, 2, 9, 0]])) == Matrix([[1, 2, 0, 0, 1, 0]]))
    #expect(throws: DesignError.missingValue(column: "needed", row: 1)) {
      try encoder.features(inputs: Matrix([[1, .nan, 0, 0]]))
    }
  }

  @Test func notesNameWhatWasDone() throws {
    let notes = try Self.encoder().features(Self.table(filled: .nan, loose: nil)).notes
    #expect(
      notes == [
        "column 'filled': 1 of 1 values were missing and became 7.0",
        "column 'loose': 1 of 1 values were missing and became zero",
      ])
  }

  @Test func rulesGoThroughAFile() throws {
    let encoder = try Self.encoder()
    let document = try JSONEncoder().encode(encoder)
    #expect(try JSONDecoder().decode(FeatureEncoder.self, from: document) == encoder)
    #expect(encoder.keepingMissing.givesMissingValues)
  }

  @Test func otherNamesAreExplained() throws {
    let table = Table(columns: [.init(name: "a", values: .numeric([1]))])
    do {
      _ = try Self.encoder().features(table)
      Issue.record("a table without the columns was taken")
    } catch let error as DesignError {
      #expect(error.description.contains("takes filled, needed, loose, strict"))
      #expect(error.description.contains("'bezoar model convert model.onnx model.json --columns NAMES'"))
    }
  }
}
