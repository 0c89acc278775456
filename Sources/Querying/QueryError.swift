/// Why a model could not be asked, or its answer not be used.
public enum QueryError: Error, Equatable, CustomStringConvertible {
  /// All queries that may be spent are spent.
  case budgetSpent(Int)
  /// The oracle does not give what is needed.
  case notOffered(need: String, offer: String, alternatives: [String])
  /// A row has another number of values than the model has inputs.
  case wrongWidth(expected: Int, found: Int)
  /// The query is not on record.
  case notRecorded(known: Int)
  /// A record has no answers.
  case recordEmpty(target: String)
  /// An answer does not fit what the oracle said of itself.
  case answerDamaged(String)
  /// The oracle refused the query.
  case refused(String)
  /// No detail of an answer has this name.
  case unknownDetail(String, known: [String])
  /// A description of the inputs cannot be used.
  case rangesUnusable(String)
  /// A record of queries cannot be used.
  case recordDamaged(path: String, line: Int, reason: String)

  public var description: String {
    switch self {
    case .budgetSpent(let budget):
      "all \(budget) queries of the budget are spent; allow more, or use an attack that needs fewer"
    case .notOffered(let need, let offer, let alternatives):
      "the attack needs \(need) and the model gives \(offer); "
        + (alternatives.isEmpty
          ? "no attack on it is known here"
          : "attacks that work on it: \(alternatives.joined(separator: ", "))")
    case .wrongWidth(let expected, let found):
      "a query has \(found) values and the model takes \(expected)"
    case .notRecorded(let known):
      "the record has \(known) queries and not this one; use an attack that draws from the record, such as retrain"
    case .recordEmpty(let target):
      "the record of \(target) holds no answers, so there is nothing to learn from; ask the model first"
    case .answerDamaged(let reason):
      "the model's answer cannot be used: \(reason)"
    case .refused(let reason):
      "the model refused the query: \(reason)"
    case .unknownDetail(let name, let known):
      "'\(name)' is no detail of an answer; known are \(known.joined(separator: ", "))"
    case .rangesUnusable(let reason): "the description of the inputs cannot be used: \(reason)"
    case .recordDamaged(let path, let line, let reason):
      "\(path), line \(line): \(reason)"
    }
  }
}
