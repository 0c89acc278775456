/// What every answer of an oracle contains.
public enum AnswerContent: String, Sendable, Hashable, Codable, CaseIterable {
  /// The predicted class only.
  case label
  /// The predicted class and how sure the model is of it.
  case confidence
  /// The probability of every class.
  case probabilities
  /// A predicted number.
  case number
}

/// What may be asked for besides the answer.
public struct AnswerDetails: OptionSet, Sendable, Hashable, Codable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The node of a tree in which the query ended, and the columns that mattered on the way.
  public static let nodes = AnswerDetails(rawValue: 1)
  /// The derivative of the score of the answer by each column, as gradient explanations give.
  public static let gradients = AnswerDetails(rawValue: 2)
  /// The nearest query with another answer, as counterfactual explanations give.
  public static let counterfactuals = AnswerDetails(rawValue: 4)
  /// The same with a region given in which the other query must lie.
  public static let boundedCounterfactuals = AnswerDetails(rawValue: 8)
}

/// What an oracle can do. An attack says what it needs and an oracle what it has, so that a wrong pair is found
/// before the first query.
public struct OracleCapabilities: Sendable, Hashable, Codable {
  /// What every answer holds.
  public var content: AnswerContent
  /// Digits after the point of probabilities and numbers; nil for full doubles.
  public var decimals: Int?
  /// Details that can be asked for.
  public var details: AnswerDetails
  /// Whether columns may be left out of a query.
  public var acceptsMissing: Bool
  /// Largest number of rows in one request.
  public var batchLimit: Int

  /// Capabilities of an oracle.
  public init(
    content: AnswerContent, decimals: Int? = nil, details: AnswerDetails = [], acceptsMissing: Bool = false,
    batchLimit: Int = 1000
  ) {
    precondition(batchLimit > 0, "a request holds at least one row")
    self.content = content
    self.decimals = decimals
    self.details = details
    self.acceptsMissing = acceptsMissing
    self.batchLimit = batchLimit
  }
}
