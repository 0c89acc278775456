public import Learning
public import LinearAlgebra
public import Querying
import RealModule
public import Tabular

/// Rows that an attack asked about, with what it knows of them.
public struct QuerySample: Sendable {
  /// How the attacker turns a query into numbers.
  public let features: FeatureEncoder
  /// The rows as they were asked, a column per input of the schema.
  public var queries: Matrix
  /// The rows as numbers, a column per feature.
  public var design: Matrix
  /// One answer per row.
  public var answers: [Answer]

  /// Number of rows.
  public var count: Int { answers.count }

  /// The rows whose answers are equations in the weights of a log-linear model, with their probabilities.
  ///
  /// - Parameter limit: the largest logarithm of a ratio of two probabilities that is an equation.
  /// - Throws: `QueryError.answerDamaged` where probabilities are missing.
  func equations(
    _ classCount: Int, limit: Double = .greatestFiniteMagnitude
  ) throws -> (rows: [Int], design: Matrix, probabilities: Matrix) {
    let all = try answers.probabilityMatrix(classCount: classCount)
    let rows = (0..<count).filter { InformativeRows.size(answers[$0]) <= limit }
    return (rows, design.rows(at: rows), all.rows(at: rows))
  }

  /// Adds the rows of another sample, which has the same features.
  public mutating func append(_ other: QuerySample) {
    queries = queries.appending(rowsOf: other.queries)
    design = design.appending(rowsOf: other.design)
    answers += other.answers
  }
}

extension QuerySession {
  /// The answers to as many of the rows as the budget allows, from the first one on. Rows that no user could send are
  /// moved to the nearest that somebody could, as `QuerySchema.feasible(_:)` says.
  ///
  /// - Parameters:
  ///   - rows: a column per input of the schema.
  ///   - features: how the attacker turns a query into numbers, such as `FeatureEncoder(inputs: schema.inputs)`.
  ///   - method: title of the attack, for the message.
  /// - Throws: ``StealingError/budgetTooSmall(method:needed:allowed:)`` if it allows none, and errors of the oracle.
  public func sample(_ rows: Matrix, _ features: FeatureEncoder, method: String) async throws -> QuerySample {
    // The session asks about feasible rows, so the design must be theirs.
    let rows = schema.feasible(rows)
    var answers: [Answer] = []
    while answers.count < rows.rows {
      // Rows that are known already cost nothing, so when little is left it is worth going on one by one.
      let count = min(rows.rows - answers.count, max(remaining ?? rows.rows, 1))
      do {
        answers += try await ask(rows.rows(at: Array(answers.count..<answers.count + count)))
      } catch QueryError.budgetSpent {
        break
      }
    }
    guard !answers.isEmpty else {
      throw StealingError.budgetTooSmall(method: method, needed: 1, allowed: budget ?? 0)
    }
    let queries = rows.rows(at: Array(0..<answers.count))
    return QuerySample(
      features: features, queries: queries, design: try features.features(inputs: queries), answers: answers)
  }

  /// Says how often a model gave the answers to new rows before they were asked for; progress shows it.
  ///
  /// - Parameter first: the first row that counts; rows before it were chosen for being hard to tell. If there are no
  ///   others, all count.
  public func report(_ model: any Classifier, on asked: QuerySample, from first: Int = 0) {
    let rows = Array((first < asked.count ? first : 0)..<asked.count)
    let guesses = model.predict(asked.design.rows(at: rows))
    let right = zip(rows, guesses).count { asked.answers[$0].label == $1 }
    report(estimatedFidelity: Double(right) / Double(max(rows.count, 1)))
  }

  /// The answers to random rows, as many as the budget allows.
  ///
  /// - Throws: as ``sample(_:_:method:)-(Matrix,_,_)``.
  public func sample(
    _ count: Int, _ features: FeatureEncoder, method: String, using random: inout RandomStream
  ) async throws -> QuerySample {
    try await sample(rows(max(checked(count), 1), using: &random), features, method: method)
  }
}

extension QuerySession {
  /// Most numbers in the rows of one attack.
  private static let largestSample = 100_000_000

  /// The number of queries for a number of unknowns, not far beyond what the budget pays for.
  ///
  /// - Throws: ``StealingError/tooManyQueries(_:)`` where no budget keeps the rows within memory.
  public func queryCount(_ factor: Double, unknowns: Int) throws(StealingError) -> Int {
    let wanted = max(Int(min((factor * Double(unknowns)).rounded(.up), 1e9)), 1)
    return try checked(min(wanted, budget.map { 2 * min($0, 1 << 40) + 1000 } ?? wanted))
  }

  /// The number of queries itself, if their rows fit into memory.
  ///
  /// - Throws: ``StealingError/tooManyQueries(_:)`` if they do not.
  public func checked(_ count: Int) throws(StealingError) -> Int {
    guard count <= Self.largestSample / max(schema.inputs.count, 1) else {
      throw .tooManyQueries(count)
    }
    return count
  }
}

extension Matrix {
  /// The logarithms of all elements, less their mean in every row: the scores of a softmax model up to what does not
  /// matter to it.
  func centredLogarithms() -> Matrix {
    Matrix(rows: rows, columns: columns, elements: elements.map { Double.log($0) }).centredRows()
  }

  /// The elements less the mean of their row.
  func centredRows() -> Matrix {
    var result = self
    for row in 0..<rows {
      let values = self.row(row)
      let mean = values.reduce(0, +) / Double(columns)
      result.setRow(row, values.map { $0 - mean })
    }
    return result
  }
}
