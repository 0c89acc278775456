import Learning
import LinearAlgebra
import Querying
import Tabular

/// Whether a model answers the same around a row, as trees and forests do, or changes with every column a little, as
/// models with weights do.
enum StepTest {
  /// What was found.
  enum Verdict: Sendable {
    /// Answers with all their digits came back unchanged from other rows.
    case steps
    /// They never did.
    case smooth
    /// Answers of zero and one, labels, and rounded answers tell nothing.
    case unknown
  }

  /// Rows that are moved.
  private static let rows = 3
  /// The move, as a share of the range of every column.
  private static let move = 1e-6

  /// Looks at answers that are known for repetitions: steps, or smooth as long as nothing else is asked.
  static func repetition(_ session: QuerySession, _ held: QuerySample) -> Verdict {
    guard session.capabilities.decimals == nil, session.capabilities.content != .label else {
      return .unknown
    }
    let open = (0..<held.count).filter { isOpen(held.answers[$0]) }
    guard !open.isEmpty else { return .unknown }
    return repeats(held, open, session.schema) ? .steps : .smooth
  }

  /// Asks about rows that are moved a little in all columns of numbers.
  static func moved(_ session: QuerySession, _ held: QuerySample, method: String) async throws -> Verdict {
    let open = (0..<held.count).filter { isOpen(held.answers[$0]) }
    guard session.oracle.recordedQueries == nil,
      session.schema.inputs.contains(where: { $0.isNumber && $0.group == nil })
    else { return .smooth }
    let chosen = Array(open.prefix(rows))
    // A column in which all rows hold whole numbers may hold no others.
    let isWhole = (0..<held.queries.columns).map { column in
      held.queries.column(column).allSatisfy { $0 == $0.rounded() }
    }
    let moved = chosen.map { row in
      session.schema.inputs.indices.map { column in
        shifted(held.queries[row, column], session.schema.inputs[column], isWhole: isWhole[column])
      }
    }
    do {
      let asked = try await session.sample(Matrix(moved), held.features, method: method)
      let isSame = zip(chosen, zip(moved, asked.answers)).contains { row, pair in
        pair.0 != held.queries.row(row) && pair.1 == held.answers[row]
      }
      return isSame ? .steps : .smooth
    } catch StealingError.budgetTooSmall, QueryError.refused {
      return .smooth
    }
  }

  /// Whether an answer has digits that a small change would show.
  private static func isOpen(_ answer: Answer) -> Bool {
    if answer.number != nil { return true }
    if let most = answer.probabilities.max() { return most < 1 - 1e-9 && most > 0 }
    return answer.confidence.map { $0 < 1 - 1e-9 } ?? false
  }

  /// Whether two rows with different numbers have the same open answer, or of rows with categories alone many have.
  private static func repeats(_ held: QuerySample, _ open: [Int], _ schema: QuerySchema) -> Bool {
    let answers = open.map { held.answers[$0] }
    let different = Set(answers).count
    // A model with weights gives the same answer to rows that differ in columns without weight.
    return schema.inputs.contains(where: \.isNumber) ? different < open.count : 2 * different <= open.count
  }

  /// The value a little beside; that of an indicator stays, as one alone cannot be moved.
  private static func shifted(_ value: Double, _ input: InputColumn, isWhole: Bool) -> Double {
    guard input.group == nil, case .number(let lower, let upper) = input.kind, upper > lower, value.isFinite
    else { return value }
    let step = isWhole ? 1 : move * (upper - lower)
    return value + step <= upper ? value + step : value - step
  }
}
