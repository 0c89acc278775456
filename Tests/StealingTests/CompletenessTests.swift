import Learning
import LinearAlgebra
import RealModule
import Querying
import Tabular
import Testing

@testable import Stealing

@Suite("What makes a copy complete")
struct CompletenessTests {
  private func steal(
    _ attack: some ExtractionAttack, _ oracle: any PredictionOracle, budget: Int? = nil, seed: UInt64 = 1,
    realRows: Matrix? = nil
  ) async throws -> (stolen: StolenModel, queries: Int) {
    let session = QuerySession(oracle, budget: budget, realRows: realRows)
    var random = RandomStream(seed: seed).child("steal")
    return (try await attack.steal(session, using: &random), session.ledger.queries)
  }

  @Test("Nothing is complete without a check, and a check of no rows is none")
  func unchecked() async throws {
    let victim = try SyntheticVictim.binary()
    let (stolen, _) = try await steal(LogRatio(), victim.oracle)
    #expect(stolen.gaps.isEmpty && stolen.completeness == nil && !stolen.isComplete)
    let empty = stolen.checked(HeldOutCheck(model: [], copy: []))
    #expect(!empty.isComplete)
    #expect(empty.notes.last?.contains("no row was held out") == true)
  }

  @Test("One row of a thousand that differs makes a copy an approximation, and checks are joined")
  func oneRow() async throws {
    let (stolen, _) = try await steal(LogRatio(), try SyntheticVictim.binary().oracle)
    let answers = (0..<1000).map { Answer(probabilities: [Double($0) / 1000, 1 - Double($0) / 1000]) }
    var copy = answers
    let same = stolen.checked(HeldOutCheck(model: answers, copy: copy, realRows: 400))
    #expect(same.isComplete)
    #expect(same.notes.last?.contains("1000 rows held out (400 given, 600 drawn)") == true)
    copy[17] = Answer(probabilities: [0.5, 0.5])
    let other = same.checked(HeldOutCheck(model: answers, copy: copy))
    #expect(!other.isComplete)
    #expect(other.completeness?.check.rows == 2000 && other.completeness?.check.differing == 1)
    #expect(other.notes.last?.contains("1 of 2000 rows") == true)
  }

  @Test("Numbers are compared in units of their spread, wherever they lie")
  func spread() {
    let model = (0..<10).map { Answer(number: 1e6 + Double($0) * 1e-3) }
    let wrong = model.map { Answer(number: ($0.number ?? 0) + 1e-5) }
    #expect(HeldOutCheck(model: model, copy: wrong).differing == 10)
    #expect(HeldOutCheck(model: model, copy: model).differing == 0)
    let rounded = HeldOutCheck.Tolerance(
      QuerySchema(inputs: SyntheticVictim.columns(1), target: .number),
      OracleCapabilities(content: .number, decimals: 2))
    #expect(rounded.absolute == 0.01)
  }

  /// A logistic model with two numbers and categories of which one has more levels than the equations have rows.
  private func categories(levels: Int) throws -> SyntheticVictim {
    let columns =
      SyntheticVictim.columns(2) + [
        InputColumn(name: "place", kind: .category(levels: (0..<levels).map { "p\($0)" })),
        InputColumn(name: "kind", kind: .category(levels: ["a", "b", "c"])),
      ]
    var random = RandomStream(seed: 21)
    let weights = (0..<2 + levels + 3).map { _ in random.normal() }
    return try SyntheticVictim(
      "categories", columns: columns, labels: ["n", "p"],
      model: .linearClassifier(LinearClassifier(weights: weights, intercept: 0.3)))
  }

  @Test("Every level of every category is asked, whatever the seed", arguments: UInt64(1)...8)
  func everyLevel(seed: UInt64) async throws {
    let victim = try categories(levels: 41)
    let (stolen, queries) = try await steal(LogRatio(), victim.oracle, seed: seed)
    #expect(queries == 2 + 41 + 3 + 1 && stolen.gaps.isEmpty)
    var random = RandomStream(seed: 99)
    let rows = victim.oracle.schema.uniformRows(2000, using: &random)
    let check = HeldOutCheck(
      model: try victim.oracle.answers(rows), copy: try PipelineOracle(stolen.pipeline).answers(rows))
    #expect(check.differing == 0 && check.largestDifference < 1e-9)
  }

  @Test("Too few queries for all levels are said, with the column")
  func missedLevels() async throws {
    let victim = try categories(levels: 41)
    let (stolen, _) = try await steal(LogRatio(), victim.oracle, budget: 30)
    #expect(stolen.gaps.contains { $0.contains("'place'") })
    let (equation, _) = try await steal(EquationSolving(), victim.oracle, budget: 30)
    #expect(equation.gaps.contains { $0.contains("independent unknowns") })
  }

  @Test(
    "A model that is sure nearly everywhere is copied from rows where it is not", arguments: UInt64(1)...4)
  func saturated(seed: UInt64) async throws {
    // 57 columns of skewed counts and shares with weights of one: at random rows the score is in the hundreds.
    var random = RandomStream(seed: 31)
    let columns = (0..<57).map {
      InputColumn(
        name: "w\($0)", kind: .number(lower: 0, upper: $0 < 54 ? 5 + Double($0) : 1000 * Double($0)))
    }
    var weights = [Double]()
    for column in columns {
      guard case .number(_, let upper) = column.kind else { continue }
      weights.append(random.normal() * 0.5 * upper)
    }
    // The encoder scales columns to -1...1, so that the lower ends have the score of the intercept.
    let intercept = weights.reduce(-1, +)
    let victim = try SyntheticVictim(
      "counts", columns: columns, labels: ["mail", "spam"],
      model: .linearClassifier(LinearClassifier(weights: weights, intercept: intercept)))
    // Rows as users have them: mostly zeros.
    var real = Matrix(rows: 500, columns: 57)
    for row in 0..<500 {
      for column in 0..<57 where random.uniform() < 0.2 {
        real[row, column] = -Double.log(random.uniform())
      }
    }
    for (attack, given) in [(LogRatio(), nil), (AutomaticAttack(), nil), (AutomaticAttack(), real)]
      as [(any ExtractionAttack, Matrix?)]
    {
      let (stolen, queries) = try await steal(attack, victim.oracle, seed: seed, realRows: given)
      let check = HeldOutCheck(
        model: try victim.oracle.answers(real), copy: try PipelineOracle(stolen.pipeline).answers(real))
      #expect(check.differing == 0, "\(stolen.notes)")
      #expect(queries < 4 * 58)
    }
  }
}
