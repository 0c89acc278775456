public import Querying

/// The rows that a theft may send to a service, and what they are for.
public struct TheftAllowance: Sendable {
  /// The most rows that are sent where the user does not say.
  public static let usual = 250_000

  /// The limit of everything that is sent.
  public let limit: SendingLimit
  /// Rows of the sample that shows what answers mean.
  let probes: Int
  /// The most queries of the attack, which leave some to find out how to ask and to compare; nil without a budget of the
  /// user's, when the attack takes what it needs.
  let theft: Int?
  /// Whether the user gave the budget.
  private let isGiven: Bool

  /// What may be sent.
  ///
  /// - Parameters:
  ///   - budget: the user's; nil for none.
  ///   - spent: rows of an earlier run.
  ///   - checks: rows to compare the two models on.
  public init(_ budget: Int?, spent: Int = 0, checks: Int = 0) {
    limit = SendingLimit(budget ?? Self.usual, spent: spent)
    isGiven = budget != nil
    probes = budget.map { max(min(40, $0 / 8), 1) } ?? 40
    theft = budget.map { max($0 - min(48, $0 / 4) - min(checks, $0 / 10), 1) }
  }

  /// What may still be sent after an earlier run, as its record says.
  init(_ budget: Int?, after earlier: QueryRecord?, checks: Int) {
    let spent = earlier.map { earlier in
      earlier.exchanges.count + min(max(earlier.header.unrecorded ?? 0, 0), Self.usual)
    }
    self.init(budget, spent: spent ?? 0, checks: checks)
  }

  /// What the budget is for, where the user gave it.
  var note: String? {
    theft.map {
      "of the \(limit.total) rows of the budget \($0) are for the theft, the others to find out how to ask and to compare"
    }
  }

  /// What stopped a theft, and how to go on.
  var sentence: String {
    "the theft was stopped by the \(isGiven ? "budget" : "default budget") of \(limit.total) rows, which counts "
      + "everything that is sent; the same command with a larger --budget goes on"
  }
}
