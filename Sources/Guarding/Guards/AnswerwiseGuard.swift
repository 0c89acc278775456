import Learning
public import LinearAlgebra
public import Methods
public import Querying

/// A prepared guard whose answer follows from the query and the model's answer alone.
///
/// What it gives holds no details: a gradient beside a rounded probability would undo the rounding. Most guards are one
/// of these; one that remembers clients or looks at several queries at once conforms to ``PreparedGuard`` itself.
public struct AnswerwiseGuard: PreparedGuard {
  private let offer: @Sendable (inout OracleCapabilities) -> Void
  private let change: @Sendable (Answer, [Double]) throws -> Answer

  /// A guard.
  ///
  /// - Parameters:
  ///   - offer: what becomes of the capabilities, details aside; nothing by default.
  ///   - change: the answer that is given instead of the model's own, which holds no details. It must depend on nothing
  ///     but its arguments and what was known when the guard was prepared, and may throw `QueryError.refused`.
  public init(
    offer: @escaping @Sendable (inout OracleCapabilities) -> Void = { _ in },
    _ change: @escaping @Sendable (_ answer: Answer, _ query: [Double]) throws -> Answer
  ) {
    self.offer = offer
    self.change = change
  }

  /// A guard that changes the probabilities of all classes; the class follows them, of equal ones the first, as a
  /// client would read them. Answers with a label alone pass as they are.
  ///
  /// - Parameters:
  ///   - card: the guard, for messages.
  ///   - probabilities: the probabilities that are given instead, as many, not negative and of sum 1. `values` are the
  ///     model's own, `query` has a value per input of the schema. ``guarded(_:to:client:)`` throws
  ///     ``GuardingError/notApplicable(method:reason:)`` where an answer holds a confidence only.
  public init(
    _ card: MethodCard,
    probabilities: @escaping @Sendable (_ values: [Double], _ query: [Double]) throws -> [Double]
  ) {
    self.init { answer, query in
      if answer.probabilities.isEmpty, answer.confidence == nil { return answer }
      try answer.requireProbabilities(card)
      return Answer(probabilities: try probabilities(answer.probabilities, query))
    }
  }

  public func capabilities(_ offered: OracleCapabilities) -> OracleCapabilities {
    var result = offered
    result.details = []
    offer(&result)
    return result
  }

  public func guarded(_ answers: [Answer], to queries: Matrix, client: String) throws -> [Answer] {
    try answers.enumerated().map { row, answer in
      var plain = answer
      (plain.node, plain.gradient, plain.counterfactual) = (nil, [], [])
      return try change(plain, queries.row(row))
    }
  }
}

extension Answer {
  /// - Throws: ``GuardingError/notApplicable(method:reason:)`` for an answer that gives a confidence only.
  func requireProbabilities(_ method: MethodCard) throws {
    guard probabilities.isEmpty else { return }
    throw GuardingError.notApplicable(
      method: method.id,
      reason: "the probabilities of all classes are hidden already; put it before the guard that hides them")
  }
}

extension [Double] {
  /// These numbers divided by their sum; equal shares if all are zero.
  public func normalised() -> [Double] {
    let sum = reduce(0, +)
    return sum > 0 ? map { $0 / sum } : [Double](repeating: 1 / Double(count), count: count)
  }
}
