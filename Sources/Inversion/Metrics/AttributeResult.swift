public import Learning

/// What an attack on an attribute gave on members and on others.
public struct AttributeResult: Sendable {
  /// How well values were guessed on one group of people; nil for an empty group.
  public struct Group: Sendable, Hashable {
    /// All measures of guessing candidates as classes, in the order of the marginal.
    public let metrics: ClassificationMetrics
  }

  /// Name of the attack or baseline.
  public let name: String
  /// On people in the training data.
  public let members: Group?
  /// On other people.
  public let others: Group?
  /// Queries that were sent; nil where the model was at hand or not used.
  public let queries: Int?
}
