import Foundation
import LinearAlgebra
import Tabular
import Testing

/// Rows of inputs, as a service takes them, against the same rows read from a table.
@Suite struct EncoderInputsTests {
  static let table = Table(columns: [
    .init(name: "y", values: .numeric([1, 2, 3, 4, 5])),
    .init(name: "x", values: .numeric([0, .nan, 10, 3, 2])),
    .init(name: "k", values: .categorical(codes: [0, 0, -1, 1, 1], levels: ["p", "q"])),
    .init(name: "always", values: .numeric([7, 7, 7, 7, 7])),
  ])
  static let inputs = Matrix([[0, 0], [.nan, 0], [10, .nan], [3, 1], [2, 1]])

  @Test(
    "Both ways give the same numbers",
    arguments: [EncodingOptions.MissingValues.impute, .ownLevel, .keep, .zero], [nil, 2])
  func sameNumbers(missing: EncodingOptions.MissingValues, bins: Int?) throws {
    for categories in EncodingOptions.Categories.allCases {
      let options = EncodingOptions(
        numeric: .standard, bins: bins, categories: categories, missing: missing)
      let encoder = try FeatureEncoder.fit(Self.table, without: ["y"], options: options)
      #expect(encoder.inputColumns.map(\.name) == ["x", "k"])
      #expect(encoder.inputColumns[1].levels == ["p", "q"])
      let one = try encoder.features(Self.table).matrix.elements
      let other = try encoder.features(inputs: Self.inputs).elements
      #expect(one.map(\.bitPattern) == other.map(\.bitPattern))
    }
  }

  @Test("Ends of the range come back in the user's unit")
  func ranges() throws {
    let encoder = try FeatureEncoder.fit(Self.table, without: ["y"])
    #expect(encoder.inputColumns[0].kind == .number(lower: 0, upper: 10))
    #expect(encoder.inputOfColumn == [0, 1, 1])
    #expect(encoder.numberScales == nil)
  }

  @Test("Gaps, infinite numbers and unknown categories are refused where they are forbidden")
  func mistakes() throws {
    let strict = try FeatureEncoder.fit(Self.table, without: ["y"], options: .init(missing: .dropRows))
    #expect(throws: DesignError.missingValue(column: "x", row: 2)) {
      try strict.features(inputs: Self.inputs)
    }
    let encoder = try FeatureEncoder.fit(Self.table, without: ["y"])
    #expect(throws: DesignError.notFinite(column: "x", row: 1)) {
      try encoder.features(inputs: Matrix([[.infinity, 0]]))
    }
    #expect(throws: DesignError.unseenLevel("2.0", column: "k", row: 1)) {
      try encoder.features(inputs: Matrix([[1, 2]]))
    }
    #expect(throws: DesignError.unseenLevel("0.5", column: "k", row: 1)) {
      try encoder.features(inputs: Matrix([[1, 0.5]]))
    }
  }

  @Test("An encoder from the columns alone scales to [-1, 1] and leaves gaps zero")
  func fromColumns() throws {
    let encoder = FeatureEncoder(inputs: [
      InputColumn(name: "x", kind: .number(lower: 0, upper: 10)),
      InputColumn(name: "c", kind: .number(lower: 3, upper: 3)),
      InputColumn(name: "k", kind: .category(levels: ["p", "q"])),
    ])
    #expect(
      try encoder.features(inputs: Matrix([[0, 3, 1], [10, 4, 0], [.nan, .nan, .nan], [5, 3, 9]]))
        == Matrix([[-1, 3, 0, 1], [1, 4, 1, 0], [0, 0, 0, 0], [0, 3, 0, 0]]))
    let codes = FeatureEncoder(inputs: encoder.inputColumns, isScaled: false, categories: .codes)
    #expect(try codes.features(inputs: Matrix([[7, 3, 1]])) == Matrix([[7, 3, 1]]))
    #expect(codes.codedColumns == [2])
  }

  @Test("Bounds are finite in the user's unit, or the encoder is refused")
  func bounds() throws {
    let encoder = try FeatureEncoder.fit(
      Table(columns: [.init(name: "x", values: .numeric([1, 2, 4]))]), without: [],
      options: EncodingOptions(numeric: .standard))
    let text = String(decoding: try JSONEncoder().encode(encoder), as: UTF8.self)
    for (name, value) in [("lower", "9"), ("upper", "-9"), ("upper", "1.7e308"), ("scale", "1.7e308")] {
      let pattern = try Regex("\"\(name)\":-?[0-9.e+]+")
      let changed = text.replacing(pattern) { _ in "\"\(name)\":\(value)" }
      #expect(changed != text)
      #expect(throws: DecodingError.self, "\(name)") {
        let decoded = try JSONDecoder().decode(FeatureEncoder.self, from: Data(changed.utf8))
        // Refused, or of use: this must not trap.
        _ = decoded.inputColumns
      }
    }
    // Numbers at the limits of Double, whose ranges overflow.
    for options in [EncodingOptions.NumericScaling.unitRange, .standard, .symmetricRange, .none] {
      for bins in [nil, 2] {
        let wide = try FeatureEncoder.fit(
          Table(columns: [.init(name: "x", values: .numeric([-1.7e308, 0, 1.7e308]))]), without: [],
          options: EncodingOptions(numeric: options, bins: bins))
        #expect(wide.inputColumns.count == 1)
      }
    }
  }

  @Test("Features count as values only if they are not scaled, whatever the options say")
  func values() {
    let number = [InputColumn(name: "x", kind: .number(lower: 0, upper: 10))]
    #expect(FeatureEncoder(inputs: number, isScaled: false).takesValues)
    #expect(!FeatureEncoder(inputs: number).takesValues)
    #expect(FeatureEncoder(inputs: number, encodings: [.number(zero: 0, scale: 1)]).takesValues)
    #expect(!FeatureEncoder(inputs: number, encodings: [.number(zero: 5, scale: 2)]).takesValues)
    let category = [InputColumn(name: "k", kind: .category(levels: ["a", "b"]))]
    #expect(!FeatureEncoder(inputs: category).takesValues)
    #expect(FeatureEncoder(inputs: category, isScaled: false, categories: .codes).takesValues)
  }

  @Test("The largest numbers of an old file are no range, in the features and in their space")
  func oldRanges() throws {
    let number = EncodedFeature(
      name: "x",
      form: .number(.init(scaling: .identity, bounds: nil, fill: 0, decimals: Decimals(unit: nil))))
    let known = EncodedFeature(
      name: "z",
      form: .number(.init(scaling: .identity, bounds: -1...3, fill: 0, decimals: Decimals(unit: nil))))
    let encoder = try FeatureEncoder([number, known], options: .init(numeric: .none), notes: [])
    let data = try JSONEncoder().encode(encoder)
    var document = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    // As versions without unknown ranges wrote them.
    let bound = Double.greatestFiniteMagnitude / 4
    var space = try #require(document["space"] as? [String: Any])
    (space["lower"], space["upper"]) = ([-bound, -1], [bound, 3])
    document["space"] = space
    var features = try #require(document["features"] as? [[String: Any]])
    var form = try #require(features[0]["form"] as? [String: Any])
    var inner = try #require(form["number"] as? [String: Any])
    var fields = try #require(inner["_0"] as? [String: Any])
    (fields["lower"], fields["upper"]) = (-bound, bound)
    inner["_0"] = fields
    form["number"] = inner
    features[0]["form"] = form
    document["features"] = features
    let old = try JSONDecoder().decode(
      FeatureEncoder.self, from: JSONSerialization.data(withJSONObject: document))
    #expect(old == encoder)
    #expect(old.space.lower == [-.infinity, -1] && old.space.upper == [.infinity, 3])
  }

  @Test("The forms of columns come back from a file; without counts a group has none or one")
  func indicatorFile() throws {
    let group = IndicatorGroup(name: "g", least: 1, most: 2)
    let features = ["a", "b"].map {
      EncodedFeature(name: "g:\($0)", form: .indicator(group: group, fill: 0))
    }
    let encoder = try FeatureEncoder(features, options: .init(numeric: .none), notes: [])
    let data = try JSONEncoder().encode(encoder)
    #expect(try JSONDecoder().decode(FeatureEncoder.self, from: data) == encoder)
    #expect(encoder.indicatorGroups == [group])
    let text = String(decoding: data, as: UTF8.self)
    let old = text.replacing(try Regex(",?\"ones\":\\{[^}]*\\}"), with: "").replacing("{,", with: "{")
    #expect(old != text)
    let read = try JSONDecoder().decode(FeatureEncoder.self, from: Data(old.utf8))
    #expect(read.inputColumns.map(\.group) == [IndicatorGroup(name: "g"), IndicatorGroup(name: "g")])
    for wrong in ["\"least\":3", "\"least\":-1"] {
      let damaged = text.replacing("\"least\":1", with: wrong)
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(FeatureEncoder.self, from: Data(damaged.utf8))
      }
    }
  }

  @Test("One list of scalings tells of every column")
  func scalings() throws {
    let table = Table(columns: [
      .init(name: "x", values: .numeric([2, 4, 6])),
      .init(name: "k", values: .categorical(codes: [0, 1, 0], levels: ["p", "q"])),
      .init(name: "z", values: .numeric([0, 1, 1])),
    ])
    let encoder = try FeatureEncoder.fit(table, without: [], options: .init(numeric: .unitRange))
    #expect(encoder.scalings == [Scaling(offset: 2, scale: 4), nil, nil, .identity])
    #expect(encoder.columnScales.map(\.scale) == [4, 1, 1, 1] && encoder.numberScales == nil)
    let numbers = try FeatureEncoder.fit(table, without: ["k"], options: .init(numeric: .unitRange))
    #expect(numbers.numberScales == [4, 1])
  }
}
