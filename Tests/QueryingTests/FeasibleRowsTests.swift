import Foundation
import LinearAlgebra
import Tabular
import Testing

@testable import Querying

@Suite("Rows that may be asked")
struct FeasibleRowsTests {
  private static func indicators(_ name: String, _ count: Int, _ least: Int, _ most: Int) -> [InputColumn] {
    let group = IndicatorGroup(name: name, least: least, most: most)
    return (0..<count).map {
      InputColumn(name: "\(name):\($0)", kind: .number(lower: 0, upper: 1), group: group)
    }
  }

  @Test(
    "Random rows are feasible: whole numbers within their bounds, and as many indicators as the data show")
  func drawn() {
    let inputs =
      [
        InputColumn(name: "whole", kind: .number(lower: -2.5, upper: 3), isWhole: true),
        InputColumn(name: "free", kind: .number(lower: 0, upper: 1)),
        InputColumn(name: "word", kind: .category(levels: ["a", "b"])),
      ] + Self.indicators("one", 3, 1, 1) + Self.indicators("dummy", 4, 0, 1)
      + Self.indicators("many", 3, 1, 3)
    let schema = QuerySchema(inputs: inputs, target: .number)
    var random = RandomStream(seed: 1)
    let rows = schema.uniformRows(4000, using: &random)
    #expect(schema.feasible(rows) == rows)
    #expect(Set(rows.column(0)) == Set([-3, -2, -1, 0, 1, 2, 3]))
    func ones(_ columns: Range<Int>) -> [Int] {
      (0..<rows.rows).map { row in columns.count { rows[row, $0] == 1 } }
    }
    for column in 3..<13 { #expect(Set(rows.column(column)) == [0, 1]) }
    #expect(Set(ones(3..<6)) == [1])
    #expect(Set(ones(6..<10)) == [0, 1])
    #expect(Set(ones(10..<13)) == [1, 2, 3])
    // None of four counts as a fifth level: 800 of 4000 rows, within five standard deviations (25.3).
    #expect(abs(ones(6..<10).count { $0 == 0 } - 800) < 127)
  }

  @Test("A schema without whole numbers and indicators draws as it always did")
  func unchanged() {
    let inputs = [
      InputColumn(name: "a", kind: .number(lower: 0, upper: 2)),
      InputColumn(name: "b", kind: .category(levels: ["x", "y", "z"])),
    ]
    var (one, other) = (RandomStream(seed: 5), RandomStream(seed: 5))
    let rows = QuerySchema(inputs: inputs, target: .number).uniformRows(50, using: &one)
    for row in 0..<50 {
      #expect(rows[row, 0] == other.uniform(0, 2))
      #expect(rows[row, 1] == Double(other.integer(below: 3)))
    }
  }

  @Test("What is asked is rounded where only whole numbers may stand, and asked once")
  func rounded() async throws {
    let inputs = [
      InputColumn(name: "whole", kind: .number(lower: 0, upper: 9), isWhole: true),
      InputColumn(name: "free", kind: .number(lower: 0, upper: 1)),
      InputColumn(name: "g:a", kind: .number(lower: 0, upper: 1), group: IndicatorGroup(name: "g")),
    ]
    let session = QuerySession(Recorder(schema: QuerySchema(inputs: inputs, target: .number)))
    let answers = try await session.ask(
      Matrix([[3.2, 0.5, 0.27], [2.9, 0.5, 0.1], [.nan, 0.25, 7], [12.6, 0.25, -3]]))
    // 100 a + 10 b + c, and 1000 for a missing value.
    #expect(answers.numbers == [305, 305, 1003.5, 1302.5])
    #expect(session.ledger.billed == 3)
  }

  @Test("A row is made feasible with as many indicators as the data show, the largest values first")
  func indicatorCounts() {
    let inputs =
      Self.indicators("one", 3, 1, 1) + Self.indicators("dummy", 2, 0, 1) + Self.indicators("many", 3, 2, 3)
    let schema = QuerySchema(inputs: inputs, target: .number)
    let rows = Matrix([
      [0, 1, 1, 1, 1, 0, 0, 0], [0.4, 0.3, 0.45, 0.6, 0.7, 0.2, 0.1, 0.3],
      [0, 1, 0, 0, 0, 1, 1, 1], [.nan, 1, 1, 0, 1, 1, 0, 1],
    ])
    let found = schema.feasible(rows)
    #expect(found.row(0) == [0, 1, 0, 1, 0, 1, 1, 0])
    #expect(found.row(1) == [0, 0, 1, 0, 1, 1, 0, 1])
    #expect(found.row(2) == rows.row(2))
    #expect(found[3, 0].isNaN && Array(found.row(3).dropFirst()) == Array(rows.row(3).dropFirst()))
    #expect(schema.feasible(found.rows(at: [0, 1, 2])) == found.rows(at: [0, 1, 2]))
    // A search along one column asks about what it wants to know.
    #expect(schema.feasibleValues(rows).row(0) == rows.row(0))
  }

  @Test("Columns and their groups come back from a file; a header of before has neither")
  func files() throws {
    let column = Self.indicators("g", 2, 0, 1)[1]
    #expect(try JSONDecoder().decode(InputColumn.self, from: JSONEncoder().encode(column)) == column)
    let old = #"{"name":"a","kind":{"number":{"lower":0.5,"upper":2}}}"#
    #expect(
      try JSONDecoder().decode(InputColumn.self, from: Data(old.utf8))
        == InputColumn(name: "a", kind: .number(lower: 0.5, upper: 2)))
    #expect(throws: DecodingError.self) {
      let wrong = #"{"name":"g","least":2,"most":1}"#
      return try JSONDecoder().decode(IndicatorGroup.self, from: Data(wrong.utf8))
    }
  }
}

/// Answers with a number that shows the row.
private struct Recorder: PredictionOracle {
  let schema: QuerySchema
  let capabilities = OracleCapabilities(content: .number, acceptsMissing: true)

  func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
    (0..<queries.rows).map { row in
      let values = queries.row(row)
      let first = values[0].isNaN ? 1000 : 100 * values[0]
      return Answer(number: first + 10 * values[1] + values[2])
    }
  }
}
