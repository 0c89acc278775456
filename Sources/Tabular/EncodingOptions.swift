/// How ``Encoder`` turns the columns of a table into numbers.
public struct EncodingOptions: Sendable, Hashable, Codable {
  /// What is done to a numeric feature.
  public enum NumericScaling: String, Sendable, Hashable, Codable, CaseIterable {
    /// The smallest value becomes 0 and the largest 1.
    case unitRange
    /// The smallest value becomes -1 and the largest 1.
    case symmetricRange
    /// The mean becomes 0 and the standard deviation (with divisor n) 1.
    case standard
    /// Values stay as they are.
    case none
  }

  /// What is done where a feature has no value. A row without a target is never used.
  public enum MissingValues: String, Sendable, Hashable, Codable, CaseIterable {
    /// A number becomes the mean of its column, a category the most frequent one.
    case impute
    /// The row is left out.
    case dropRows
    /// A missing category is a level of its own; a number becomes the mean of its column.
    case ownLevel
    /// The value stays missing, as NaN; for decision trees.
    case keep
    /// All columns of the feature are 0: no category, no bin, and for a number what scaling makes 0; a code is NaN.
    case zero
    /// It is an error.
    case fail
  }

  /// What becomes of a category.
  public enum Categories: String, Sendable, Hashable, Codable, CaseIterable {
    /// One indicator column per level.
    case indicators
    /// One column with the number of the level, from 0; for decision trees.
    case codes
  }

  /// What is done to a category that the encoder did not see when it was fitted.
  public enum UnseenLevels: String, Sendable, Hashable, Codable, CaseIterable {
    /// It is an error.
    case fail
    /// All indicators of its column are 0; a code is missing.
    case allZero
  }

  /// Scaling of numeric features.
  public var numeric: NumericScaling
  /// Number of bins of about equal mass that replace a numeric feature, as one indicator each; nil keeps the
  /// number.
  public var bins: Int?
  /// What becomes of categories.
  public var categories: Categories
  /// Treatment of missing features.
  public var missing: MissingValues
  /// Treatment of unknown categories.
  public var unseen: UnseenLevels
  /// Names of columns that are not used, such as row numbers.
  public var ignored: [String]
  /// Columns that hold categories even if most of them look like numbers.
  public var declaredCategories: [String] = []
  /// Target values, in the user's unit, that become 0 and 1; nil for the smallest and the largest.
  public var targetRange: ClosedRange<Double>?
  /// Whether an unscaled number that is the same in every row is a feature, as it is to a model without an intercept;
  /// nil for no.
  public var keepsConstants: Bool?

  /// Features and target scaled to [0, 1], missing values imputed, unless said otherwise.
  public init(
    numeric: NumericScaling = .unitRange, bins: Int? = nil, categories: Categories = .indicators,
    missing: MissingValues = .impute, unseen: UnseenLevels = .fail, ignored: [String] = [],
    targetRange: ClosedRange<Double>? = nil
  ) {
    self.numeric = numeric
    self.bins = bins
    self.categories = categories
    self.missing = missing
    self.unseen = unseen
    self.ignored = ignored
    self.targetRange = targetRange
  }
}
