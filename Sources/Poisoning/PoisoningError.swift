/// Why an attack or a defence could not run on the data it was given.
public enum PoisoningError: Error, Equatable, CustomStringConvertible {
  /// A rate outside 0..<1, or 0 where poison is asked for.
  case rateOutOfRange(Double)
  /// There are too few rows for the method.
  case tooFewRows(method: String, needed: Int, found: Int)
  /// No attack or defence has this id.
  case unknownMethod(kind: String, id: String, known: [String])
  /// The method does not work for this learner.
  case unsupportedLearner(method: String, learner: String)

  public var description: String {
    switch self {
    case .rateOutOfRange(let rate):
      "a poisoning rate of \(rate) is outside 0 <= rate < 1; give the share of the final training set, "
        + "such as 0.08"
    case .tooFewRows(let method, let needed, let found):
      "\(method) needs at least \(needed) rows and was given \(found); use more data or a lower rate"
    case .unknownMethod(let kind, let id, let known):
      "no \(kind) is called '\(id)'; known are \(known.joined(separator: ", "))"
    case .unsupportedLearner(let method, let learner):
      "\(method) does not work with the learner \(learner)"
    }
  }
}
