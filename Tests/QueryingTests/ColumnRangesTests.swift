import Foundation
import Learning
import LinearAlgebra
import Tabular
import Testing

@testable import Querying

@Suite("Ranges of columns")
struct ColumnRangesTests {
  private static func table(_ columns: [String: [Double]]) -> Table {
    Table(columns: columns.sorted { $0.key < $1.key }.map { .init(name: $0.key, values: .numeric($0.value)) })
  }

  @Test(
    "A range comes from the first source that has one, and every source but a description by name is said")
  func order() throws {
    let described = [
      DescribedColumn(name: "named", kind: .number(nil)),
      DescribedColumn(name: "known", kind: .number(2...3)),
      DescribedColumn(name: "data", kind: .number(nil)),
      DescribedColumn(name: "members", kind: .number(nil)),
      DescribedColumn(name: "constant", kind: .number(nil)),
      DescribedColumn(name: "scaled", kind: .number(nil), suggestion: .init(5...9, from: "its scaling")),
      DescribedColumn(name: "nothing", kind: .number(nil)),
    ]
    var ranges = ColumnRanges(
      description: .inputs([InputColumn(name: "named", kind: .number(lower: 7, upper: 8))], classes: []),
      examples: [
        .init(
          Self.table(["data": [1, .nan, 4], "known": [0, 9, 9], "constant": [6, 6, 6]]), name: "a.csv"),
        .init(Self.table(["data": [0, 9], "members": [-3, 3]]), name: "b.csv"),
      ])
    let (inputs, notes) = try ranges.columns(described)
    let kinds = inputs.map(\.kind)
    #expect(
      kinds == [
        .number(lower: 7, upper: 8), .number(lower: 2, upper: 3), .number(lower: 1, upper: 4),
        .number(lower: -3, upper: 3), .number(lower: 0, upper: 12), .number(lower: 5, upper: 9),
        .number(lower: -1, upper: 1),
      ])
    #expect(notes.count == 4)
    #expect(notes[0] == "the ranges of data, constant are taken from a.csv")
    #expect(notes[1] == "the range of 'members' is taken from b.csv")
    #expect(notes[2].contains("'scaled'") && notes[2].contains("its scaling"))
    #expect(notes[3].contains("'nothing'") && notes[3].contains("-1 to 1") && notes[3].contains("--ranges"))

    ranges.description = .numbers(lower: 0, upper: 5)
    let blanket = try ranges.columns(described).inputs.map(\.kind)
    #expect(blanket[2] == .number(lower: 1, upper: 4) && blanket[6] == .number(lower: 0, upper: 5))
  }

  @Test("A description of columns that the model does not have is an error that names both")
  func strangers() {
    let column = DescribedColumn(name: "age", kind: .number(nil))
    let ranges = ColumnRanges(
      description: .inputs([InputColumn(name: "agee", kind: .number(lower: 0, upper: 1))], classes: []))
    let error = #expect(throws: QueryError.self) { try ranges.columns([column]) }
    #expect(error?.description.contains("'agee'") == true && error?.description.contains("age") == true)
    let words = ColumnRanges(
      description: .inputs([InputColumn(name: "age", kind: .category(levels: ["a"]))], classes: []))
    #expect(throws: QueryError.self) { try words.columns([column]) }
  }

  @Test("Numbered columns of a model are the columns of a table in their order, if their number fits")
  func positions() throws {
    let schema = QuerySchema(
      inputs: ["X0", "X1"].map { InputColumn(name: $0, kind: .number(lower: 0, upper: 1)) }, target: .number)
    let word = Table.Column(name: "kind", values: .categorical(codes: [0, 0], levels: ["a"]))
    let numbers = Self.table(["a": [1, 2], "b": [3, 4]]).columns
    #expect(try schema.rows(of: Table(columns: numbers + [word])) == Matrix([[1, 3], [2, 4]]))
    #expect(throws: DesignError.self) {
      try schema.rows(of: Table(columns: numbers + [.init(name: "c", values: .numeric([5, 6]))]))
    }
    let names = QuerySchema(
      inputs: ["age", "fare"].map { InputColumn(name: $0, kind: .number(lower: 0, upper: 1)) },
      target: .number)
    #expect(throws: DesignError.self) { try names.rows(of: Table(columns: numbers)) }
  }

  @Test("Descriptions of inputs may have whole numbers and indicators")
  func descriptions() throws {
    let json = """
      {"inputs":[{"name":"a","lower":0.5,"upper":2,"integer":true},{"name":"b","levels":["x","y"]},
      {"name":"c:1","group":"c"},{"name":"c:2","group":"c"},{"name":"d:1","group":"d","none":false,"several":true},
      {"name":"d:2","group":"d","none":false,"several":true}],"classes":["n","y"]}
      """
    let c = IndicatorGroup(name: "c", least: 0, most: 1)
    let d = IndicatorGroup(name: "d", least: 1, most: 2)
    #expect(
      try InputDescription(json: Data(json.utf8))
        == .inputs(
          [
            InputColumn(name: "a", kind: .number(lower: 0, upper: 2), isWhole: true),
            InputColumn(name: "b", kind: .category(levels: ["x", "y"])),
            InputColumn(name: "c:1", kind: .number(lower: 0, upper: 1), group: c),
            InputColumn(name: "c:2", kind: .number(lower: 0, upper: 1), group: c),
            InputColumn(name: "d:1", kind: .number(lower: 0, upper: 1), group: d),
            InputColumn(name: "d:2", kind: .number(lower: 0, upper: 1), group: d),
          ], classes: ["n", "y"]))
    for wrong in [
      "[]", "{\"inputs\":[]}", "{\"inputs\":[{\"lower\":0,\"upper\":1}]}",
      "{\"inputs\":[{\"name\":\"a\",\"lower\":\"0\",\"upper\":1}]}",
      "{\"inputs\":[{\"name\":\"a\",\"lower\":2,\"upper\":1}]}",
      "{\"inputs\":[{\"name\":\"a\",\"levels\":[]}]}",
      "{\"inputs\":[{\"name\":\"a\",\"lower\":0,\"upper\":1},{\"name\":\"a\",\"lower\":0,\"upper\":1}]}",
    ] {
      #expect(throws: QueryError.self, "\(wrong)") { try InputDescription(json: Data(wrong.utf8)) }
    }
  }

  @Test("An encoder that knows no range suggests one, keeps it unknown in a file, and reads files of before")
  func unknown() throws {
    let form = EncodedFeature.NumberForm(
      scaling: Scaling(offset: 30, scale: 10), bounds: nil, fill: 0, decimals: Decimals(unit: nil))
    let encoder = try FeatureEncoder(
      [EncodedFeature(name: "age", form: .number(form))], options: EncodingOptions(numeric: .none), notes: [])
    let column = try #require(encoder.describedColumns.first)
    #expect(column.isOfUnknownRange && column.suggestion?.range == 10...50)
    #expect(encoder.space.lower == [-.infinity] && encoder.space.upper == [.infinity])
    let text = String(decoding: try JSONEncoder().encode(encoder), as: UTF8.self)
    #expect(text.contains("\"lower\":[null]"))
    #expect(try JSONDecoder().decode(FeatureEncoder.self, from: Data(text.utf8)) == encoder)
    // As a file of an earlier version has it: a quarter of the largest number, divided by the scale.
    let bound = Double.greatestFiniteMagnitude / 4 / 10
    let old = text.replacing("[null]", with: "[\(bound)]").replacing(
      "\"fill\":0", with: "\"fill\":0,\"lower\":-\(bound),\"upper\":\(bound)")
    #expect(try JSONDecoder().decode(FeatureEncoder.self, from: Data(old.utf8)).describedColumns == [column])
  }

  @Test("Thresholds of a tree suggest the range of a column that has none")
  func thresholds() throws {
    let form = EncodedFeature.NumberForm(
      scaling: .identity, bounds: nil, fill: 0, decimals: Decimals(unit: nil))
    let names = ["a", "b", "c"]
    let features = try FeatureEncoder(
      names.map { EncodedFeature(name: $0, form: .number(form)) }, options: EncodingOptions(numeric: .none),
      notes: [])
    func node(_ feature: Int32, _ threshold: Double?, _ left: Int32 = 0, _ right: Int32 = 0)
      -> DecisionTree.Node
    {
      DecisionTree.Node(
        feature: feature, left: left, right: right, test: threshold.map { .atMost($0) } ?? .leaf, rows: 0,
        weight: 0, impurity: 0)
    }
    let tree = try DecisionTree(
      nodes: [
        node(0, 10, 1, 2), node(0, nil), node(0, 30, 3, 4), node(1, 4, 5, 6), node(0, nil), node(0, nil),
        node(0, nil),
      ],
      values: Matrix(rows: 7, columns: 1, elements: [0, 1, 0, 0, 2, 3, 4]), featureCount: 3, missing: .stop)
    let pipeline = try Pipeline(
      features: features, target: .number(name: "y"), model: .treeRegressor(TreeRegressor(tree: tree)))
    #expect(pipeline.describedColumns.map { $0.suggestion?.range } == [5...35, 2...6, -1...1])
    #expect(
      PipelineOracle(pipeline).schema.inputs.map(\.kind) == [
        .number(lower: 5, upper: 35), .number(lower: 2, upper: 6), .number(lower: -1, upper: 1),
      ])
  }
}
