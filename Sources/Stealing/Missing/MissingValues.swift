import Learning
public import LinearAlgebra
public import Querying
import Tabular

/// What a model does with missing values, learned from its answers and put into a copy of it.
///
/// Every column is left out of a row once or a few times. The answer says what the model takes in the place of the value:
/// a number, a category, or a category of its own that means missing. For linear models the answer is solved for it, for
/// others the number or category is searched for with which the copy comes nearest. Then rows with gaps are held out and
/// compared. Where the copy does not answer them like the model, it is said that gaps are not part of the copy.
public struct MissingValues: Sendable {
  /// What came of it.
  public enum Outcome: Sendable, Hashable {
    /// The model takes no missing values, as far as they were tried.
    case refused
    /// The copy does with them what the model does.
    case learned
    /// The copy is nowhere exact. On rows with gaps it is off by `gaps`, on rows without by `whole`, which is not much
    /// less.
    case approximate(gaps: Double, whole: Double)
    /// The copy does something else, for the reason given.
    case notPart(String)
  }

  /// A copy with what was found out.
  public struct Result: Sendable {
    /// The copy.
    public let stolen: StolenModel
    /// What came of it.
    public let outcome: Outcome
    /// Queries that were spent on it.
    public let queries: Int

    /// The outcome in a sentence.
    public var sentence: String {
      switch outcome {
      case .refused:
        "the model took no missing value where one was tried, so there is nothing to copy of what it does with them"
      case .learned: "what the model does with missing values is part of the copy"
      case .approximate(let gaps, let whole):
        "what the model does with missing values is part of the copy as far as the copy goes: it is off by "
          + "\(gaps.rounded(digits: 4)) on \(MissingValues.held) rows with gaps and by \(whole.rounded(digits: 4)) on as many "
          + "without"
      case .notPart(let reason): "what the model does with missing values is not part of the copy: \(reason)"
      }
    }
  }

  /// Rows with gaps that are held out.
  static let held = 20
  /// Rows in which every column is left out of a model that is not linear.
  static let bases = 3

  private let session: QuerySession
  private let schema: QuerySchema

  /// Learns what the model of a session does with missing values.
  ///
  /// - Throws: errors of the way to the model; a model that refuses is none.
  public static func learn(
    _ stolen: StolenModel, _ session: QuerySession, using random: inout RandomStream
  ) async throws -> Result {
    let before = session.ledger.queries
    func result(_ stolen: StolenModel, _ outcome: Outcome) -> Result {
      Result(stolen: stolen, outcome: outcome, queries: session.ledger.queries - before)
    }
    guard session.capabilities.acceptsMissing, session.oracle.recordedQueries == nil else {
      return result(
        stolen,
        session.oracle.recordedQueries == nil ? .refused : .notPart("a record can be asked nothing more"))
    }
    let probe = MissingValues(session: session, schema: session.schema)
    do {
      let (copy, outcome) = try await probe.learned(stolen, using: &random)
      return result(copy, outcome)
    } catch QueryError.budgetSpent {
      return result(stolen, .notPart("the budget left too few queries to find it out"))
    } catch QueryError.refused(let reason) {
      return result(stolen, .notPart("the model refused rows with gaps (\(reason.prefix(120)))"))
    }
  }

  private func learned(
    _ stolen: StolenModel, using random: inout RandomStream
  ) async throws -> (StolenModel, Outcome) {
    let width = schema.inputs.count
    let linear = LinearGaps(stolen.pipeline, session.capabilities)
    let count = linear == nil ? Self.bases : 1
    let needed = count * (width + 1) + Self.held
    if let remaining = session.remaining, remaining < needed {
      throw QueryError.budgetSpent(session.budget ?? 0)
    }
    // Columns that are refused when they are left out are never missing to the model.
    let bases = try clear(stolen.pipeline, count, using: &random)
    let whole = try await session.ask(bases)
    var gaps: [[Answer]?] = []
    for column in 0..<width {
      var rows = bases
      for row in 0..<rows.rows { rows[row, column] = .nan }
      do {
        gaps.append(try await session.ask(rows))
      } catch QueryError.refused {
        gaps.append(nil)
      }
    }
    let taken = gaps.indices.filter { gaps[$0] != nil }
    guard !taken.isEmpty else { return (stolen, .refused) }
    let copies: [Pipeline]
    if let linear {
      copies = [try linear.filled(bases, whole, gaps)].compactMap(\.self)
    } else {
      copies = try searched(stolen.pipeline, bases, gaps)
    }
    return try await chosen(copies, stolen, among: taken, using: &random)
  }

  /// Rows on which the copy is least sure of its answer, so that an answer says most.
  private func clear(_ copy: Pipeline, _ count: Int, using random: inout RandomStream) throws -> Matrix {
    let rows = schema.uniformRows(20 * count, using: &random)
    let answers = try PipelineOracle(copy).answers(rows)
    let largest = answers.map { $0.probabilities.max() ?? 0 }
    let order = largest.indices.sorted { (largest[$0], $0) < (largest[$1], $1) }
    return rows.rows(at: Array(order.prefix(count)))
  }

  /// The copy that comes nearest on rows with gaps, and whether it answers like the model there.
  private func chosen(
    _ copies: [Pipeline], _ stolen: StolenModel, among taken: [Int], using random: inout RandomStream
  ) async throws -> (StolenModel, Outcome) {
    var rows = schema.uniformRows(Self.held, using: &random)
    let whole = rows
    for row in 0..<rows.rows {
      // A fifth of the values, and at least one.
      rows[row, taken[random.integer(below: taken.count)]] = .nan
      for column in taken where random.uniform() < 0.2 { rows[row, column] = .nan }
    }
    let answers = try await session.ask(rows)
    let candidates = copies + [stolen.pipeline]
    let checks = candidates.map { copy in
      (try? PipelineOracle(copy).answers(rows)).map {
        HeldOutCheck(model: answers, copy: $0, tolerance: tolerance)
      }
    }
    let errors = checks.map { $0?.meanDifference ?? .infinity }
    guard let best = errors.indices.min(by: { (errors[$0], $0) < (errors[$1], $1) }), let check = checks[best]
    else { return (stolen, .notPart("no copy could take them")) }
    let copy = stolen.replacing(candidates[best])
    if check.differing == 0 { return (copy, .learned) }
    let error = check.meanDifference
    if !stolen.isComplete {
      let own = try await difference(of: stolen, on: whole)
      if own > 0, error <= 2 * own { return (copy, .approximate(gaps: error, whole: own)) }
    }
    let kind = answers.allSatisfy { $0.number != nil } ? "of the spread of the answers" : "in total variation"
    return (
      copy,
      .notPart("on \(Self.held) rows with gaps the copy is off by \(error.rounded(digits: 4)) \(kind)")
    )
  }

  /// What two answers may differ by.
  private var tolerance: HeldOutCheck.Tolerance { HeldOutCheck.Tolerance(schema, session.capabilities) }

  /// How far an approximate copy is off on rows without gaps.
  private func difference(of stolen: StolenModel, on whole: Matrix) async throws -> Double {
    let answers = try await session.ask(whole)
    return HeldOutCheck(model: answers, copy: try PipelineOracle(stolen.pipeline).answers(whole))
      .meanDifference
  }
}

extension Double {
  /// The number with a few digits behind the point.
  fileprivate func rounded(digits: Int) -> Double {
    let scale = (0..<digits).reduce(1.0) { value, _ in value * 10 }
    return (self * scale).rounded() / scale
  }
}
