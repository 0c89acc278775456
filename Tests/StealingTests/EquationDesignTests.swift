import Learning
import LinearAlgebra
import Querying
import Tabular
import Testing

@testable import Stealing

@Suite("Rows whose equations are independent")
struct EquationDesignTests {
  private static func category(_ name: String, _ levels: Int) -> InputColumn {
    InputColumn(name: name, kind: .category(levels: (0..<levels).map { "\(name)\($0)" }))
  }

  private static func indicators(_ name: String, _ count: Int, _ least: Int, _ most: Int) -> [InputColumn] {
    (0..<count).map {
      InputColumn(
        name: "\(name):\($0)", kind: .number(lower: 0, upper: 1),
        group: IndicatorGroup(name: name, least: least, most: most))
    }
  }

  private static let schemas: [[InputColumn]] = [
    SyntheticVictim.columns(4),
    SyntheticVictim.columns(2) + [category("a", 7), category("b", 3)],
    [category("a", 5), category("b", 5), category("c", 2)],
    SyntheticVictim.columns(1) + [InputColumn(name: "same", kind: .number(lower: 4, upper: 4))]
      + [category("one", 1), category("a", 4)],
    indicators("g", 4, 1, 1) + indicators("h", 3, 0, 1) + [category("a", 6)],
    [InputColumn(name: "n", kind: .number(lower: 0, upper: 9), isWhole: true)] + indicators("g", 3, 3, 3),
  ]

  @Test(
    "The rank is that of all columns and a constant, row by row, and as large as is told", arguments: 0..<6)
  func rank(number: Int) throws {
    let schema = QuerySchema(inputs: Self.schemas[number], target: .number)
    let features = FeatureEncoder(inputs: schema.inputs)
    var random = RandomStream(seed: 3)
    let rows = schema.uniformRows(300, using: &random)
    let design = try features.features(inputs: rows)
    var whole = RowBasis(width: features.space.count + 1)
    let expected = (0..<rows.rows).map { whole.add(design.row($0) + [1]) }
    var found = EquationRank(schema, features)
    #expect(try found.add(rows) == expected)
    #expect(found.rank == whole.rank && found.rank == schema.equationRank)
    #expect(try EquationRank.rank(rows, schema, features) == whole.rank)
  }

  @Test("As many rows as unknowns hold every level of 0/1 columns, whatever the seed", arguments: [0, 1, 2])
  func indicators(most: Int) throws {
    let inputs =
      SyntheticVictim.columns(3) + Self.indicators("g", 4, 0, max(most, 1))
      + Self.indicators("h", 3, most == 0 ? 1 : 0, 1)
    let schema = QuerySchema(inputs: inputs, target: .number)
    let features = FeatureEncoder(inputs: inputs)
    for seed in UInt64(1)...100 {
      var random = RandomStream(seed: seed)
      let design = try EquationDesign(
        QuerySession(Constant(schema: schema)), features, count: schema.equationRank, using: &random)
      let rows = design.rows(schema.equationRank)
      #expect(try EquationRank.rank(rows, schema, features) == schema.equationRank, "seed \(seed)")
      for row in 0..<rows.rows {
        for group in schema.indicatorGroups {
          let ones = group.columns.count { rows[row, $0] == 1 }
          #expect((group.group.least...group.group.most).contains(ones))
        }
      }
    }
  }

  @Test(
    "A category of thousands of levels takes no work that grows with their cube", .timeLimit(.minutes(10)))
  func wide() throws {
    let inputs = SyntheticVictim.columns(10) + [Self.category("place", 3000), Self.category("kind", 9)]
    let schema = QuerySchema(inputs: inputs, target: .number)
    let features = FeatureEncoder(inputs: inputs)
    let session = QuerySession(Constant(schema: schema))
    var random = RandomStream(seed: 1)
    let design = try EquationDesign(session, features, count: 3020, using: &random)
    #expect(design.rank == 1 + 10 + 2999 + 8)
    #expect(design.rows.rows == 3020 && schema.unaskedLevels(design.rows).isEmpty)
    #expect(try EquationRank.rank(design.rows, schema, features) == design.rank)
  }

  @Test("Many numbers are asked about at the first random rows, without a search", .timeLimit(.minutes(10)))
  func numbers() throws {
    let schema = QuerySchema(inputs: SyntheticVictim.columns(2000), target: .number)
    let features = FeatureEncoder(inputs: schema.inputs)
    let session = QuerySession(Constant(schema: schema))
    var (one, other) = (RandomStream(seed: 1), RandomStream(seed: 1))
    let design = try EquationDesign(session, features, count: 2001, using: &one)
    #expect(design.rank == 2001 && design.rows.rows == 2001)
    let first = schema.uniformRows(3, using: &other)
    #expect(design.rows.rows(at: [0, 1, 2]) == first)
  }

  @Test("Rows for equations are not those that a copy is checked on")
  func heldRows() async throws {
    // Sure of all but the row (0, 0): only there is an equation.
    let victim = try SyntheticVictim(
      "steep", columns: SyntheticVictim.columns(2), labels: ["n", "p"],
      model: .linearClassifier(LinearClassifier(weights: [4e3, 4e3], intercept: 7990)))
    let real = Matrix((0..<5).map { [Double($0) * 1e-4, 0] })
    let session = QuerySession(victim.oracle, realRows: real)
    session.hold(real.rows(at: [0, 1, 2]))
    #expect(session.openRealRows == real.rows(at: [3, 4]))
    var random = RandomStream(seed: 1)
    _ = try? await LogRatio().steal(session, using: &random)
    let asked = Set(session.answered.map(\.query))
    #expect(asked.contains(real.row(3)))
    for row in 1..<3 { #expect(!asked.contains(real.row(row))) }
  }
}

/// Answers the same to everything.
private struct Constant: PredictionOracle {
  let schema: QuerySchema
  let capabilities = OracleCapabilities(content: .number)

  func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
    [Answer](repeating: Answer(number: 1), count: queries.rows)
  }
}
