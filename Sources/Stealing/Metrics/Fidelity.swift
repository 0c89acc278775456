import Learning
public import LinearAlgebra
public import Querying

/// `½ Σ |p − q|`, the total variation distance of two distributions on the same classes.
public func totalVariation(_ left: [Double], _ right: [Double]) -> Double {
  precondition(left.count == right.count, "\(left.count) and \(right.count) classes")
  return zip(left, right).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
}

/// How far the answers of a copy are from those of the model on the same rows.
///
/// - Source: Tramèr, Zhang, Juels, Reiter, Ristenpart, "Stealing Machine Learning Models via Prediction APIs", USENIX
///   Security 2016, section 2: the mean of `d(f(x), f̂(x))` over test rows (R_test) or uniform rows (R_unif).
public struct Disagreement: Sendable, Hashable, Codable {
  /// Rows that were compared.
  public let rows: Int
  /// Share of rows with different labels; nil for a number.
  public let labels: Double?
  /// Mean total variation of the probabilities; nil if the model keeps them back.
  public let totalVariation: Double?
  /// Mean magnitude of the difference of numbers; nil for classes.
  public let meanDifference: Double?
  /// Largest magnitude of the difference of numbers, or total variation.
  public let largestDifference: Double?

  /// Compares answers to the same rows; at least one.
  public init(model: [Answer], copy: [Answer]) {
    precondition(model.count == copy.count && !model.isEmpty, "\(model.count) and \(copy.count) answers")
    let pairs = zip(model, copy)
    rows = model.count
    let numbers = Self.all(pairs.map { $0.distance(to: $1) })
    let variations = Self.all(pairs.map { $0.variation(to: $1) })
    labels = numbers == nil ? Double(pairs.count { $0.label != $1.label }) / Double(rows) : nil
    totalVariation = variations.map(Self.mean)
    meanDifference = numbers.map(Self.mean)
    largestDifference = (numbers ?? variations)?.max()
  }

  /// The values, if none is missing.
  private static func all(_ values: [Double?]) -> [Double]? {
    let known = values.compactMap(\.self)
    return known.count == values.count ? known : nil
  }

  /// The mean, also of values whose sum is no finite number.
  private static func mean(_ values: [Double]) -> Double {
    let (sum, count) = (values.reduce(0, +), Double(values.count))
    if sum.isFinite { return sum / count }
    return min(values.reduce(0) { $0 + $1 / count }, .greatestFiniteMagnitude)
  }

  /// `1 − R`: share of rows with the same label; nil for a number.
  public var fidelity: Double? { labels.map { 1 - $0 } }
}

/// A stolen model beside the model that it was stolen from.
public struct FidelityReport: Sendable, Hashable, Codable {
  /// On rows as the model's users have them; nil if none were given.
  public let test: Disagreement?
  /// On rows drawn uniformly from the columns' ranges.
  public let uniform: Disagreement
  /// Share of labelled rows that the copy gets right; nil without labels.
  public let accuracy: Double?
  /// Share of labelled rows that the model itself gets right; nil without labels.
  public let modelAccuracy: Double?
  /// All rows together, as a check of whether the copy is complete.
  public let check: HeldOutCheck
  /// What the theft cost.
  public let ledger: QueryLedger
  /// Unknowns that the attack solved for; nil where that has no meaning.
  public let unknowns: Int?

  /// Uniform rows that the source found enough.
  public static let uniformRows = 10_000

  /// Asks the model outside the ledger and compares.
  ///
  /// - Parameters:
  ///   - oracle: the model, best without a guard.
  ///   - testRows: rows as its users have them, in the form of its schema.
  ///   - labels: true classes of these rows; nil if they are not known.
  ///   - uniformCount: number of uniform rows; at least one.
  ///   - seen: what the answers held that the theft saw; the check of completeness compares no more than that.
  /// - Throws: `QueryError`, ``StealingError/notComparable(_:)`` and errors of the way to the model.
  public static func measure(
    _ oracle: any PredictionOracle, _ stolen: StolenModel, ledger: QueryLedger, testRows: Matrix? = nil,
    labels: [Int]? = nil, uniformCount: Int = FidelityReport.uniformRows, seen: AnswerContent? = nil,
    using random: inout RandomStream
  ) async throws -> FidelityReport {
    let copy = try AlignedCopy(stolen.pipeline, to: oracle.schema)
    let uniform = oracle.schema.uniformRows(max(uniformCount, 1), using: &random)
    let answers = (model: try await oracle.allAnswers(uniform), copy: copy.answers(uniform))
    let comparison = Disagreement(model: answers.model, copy: answers.copy)
    let tolerance = HeldOutCheck.Tolerance(oracle.schema, oracle.capabilities)
    func check(_ model: [Answer], _ copy: [Answer], realRows: Int) -> HeldOutCheck {
      let isLabel = seen == .label || seen == .confidence
      let known = isLabel ? model.map { Answer(label: $0.label) } : model
      return HeldOutCheck(model: known, copy: copy, realRows: realRows, tolerance: tolerance)
    }
    let drawn = check(answers.model, answers.copy, realRows: 0)
    guard let testRows, testRows.rows > 0 else {
      return FidelityReport(
        test: nil, uniform: comparison, accuracy: nil, modelAccuracy: nil, check: drawn, ledger: ledger,
        unknowns: stolen.unknowns)
    }
    let (own, other) = (try await oracle.allAnswers(testRows), copy.answers(testRows))
    func accuracy(_ answers: [Answer]) -> Double? {
      labels.map { Double(zip(answers.labels, $0).count { $0 == $1 }) / Double(max($0.count, 1)) }
    }
    return FidelityReport(
      test: Disagreement(model: own, copy: other), uniform: comparison, accuracy: accuracy(other),
      modelAccuracy: accuracy(own),
      check: drawn.joined(with: check(own, other, realRows: testRows.rows)), ledger: ledger,
      unknowns: stolen.unknowns)
  }

  /// Queries that the theft took.
  public var queries: Int { ledger.queries }

  /// Queries for each unknown, the `α` of the source; nil where that has no meaning.
  public var queriesPerUnknown: Double? {
    unknowns.flatMap { $0 > 0 ? Double(queries) / Double($0) : nil }
  }

  /// What the theft cost at a price for each query.
  public func price(perQuery: Double) -> Double { ledger.price(perQuery: perQuery) }
}

extension PredictionOracle {
  /// The answers to all rows, in requests of the allowed size.
  func allAnswers(_ queries: Matrix) async throws -> [Answer] {
    var answers: [Answer] = []
    for start in stride(from: 0, to: queries.rows, by: capabilities.batchLimit) {
      try Task.checkCancellation()
      let end = min(start + capabilities.batchLimit, queries.rows)
      answers += try await answer(queries.rows(at: Array(start..<end)), details: [])
    }
    guard answers.count == queries.rows else {
      throw QueryError.answerDamaged("\(answers.count) answers came to \(queries.rows) queries")
    }
    return answers
  }
}
