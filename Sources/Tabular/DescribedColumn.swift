/// A column as a model file or a server describes it. Unlike in an ``InputColumn`` the range of its numbers may be
/// unknown.
public struct DescribedColumn: Sendable, Hashable {
  /// What may stand in it.
  public enum Kind: Sendable, Hashable {
    /// A number; nil where no range is known.
    case number(ClosedRange<Double>?)
    /// One of these categories.
    case category(levels: [String])
  }

  /// A range that was not told but follows from something else.
  public struct Suggestion: Sendable, Hashable {
    /// The range; finite.
    public let range: ClosedRange<Double>
    /// What it follows from, such as "its scaling".
    public let source: String

    /// A range with its source.
    public init(_ range: ClosedRange<Double>, from source: String) {
      self.range = range
      self.source = source
    }
  }

  /// The range of a number of which nothing at all is known.
  public static let assumedRange = -1.0...1.0

  /// Its name.
  public var name: String
  /// What may stand in it.
  public var kind: Kind
  /// Whether only whole numbers may stand in it.
  public var isWhole: Bool
  /// The category of which it is a 0/1 indicator.
  public var group: IndicatorGroup?
  /// A range in the place of one that is not known; nil if nothing suggests one.
  public var suggestion: Suggestion?

  /// A column.
  public init(
    name: String, kind: Kind, isWhole: Bool = false, group: IndicatorGroup? = nil,
    suggestion: Suggestion? = nil
  ) {
    self.name = name
    self.kind = kind
    self.isWhole = isWhole
    self.group = group
    self.suggestion = suggestion
  }

  /// Whether it holds numbers of unknown range.
  public var isOfUnknownRange: Bool { kind == .number(nil) }

  /// Whether it holds numbers.
  public var isNumber: Bool { if case .number = kind { true } else { false } }

  /// The column with its range, or with `range` where it is not known; without that with the range that is suggested,
  /// else from -1 to 1.
  public func column(range: ClosedRange<Double>? = nil) -> InputColumn {
    let kind: InputColumn.Kind
    switch self.kind {
    case .number(let known):
      let range = known ?? range ?? suggestion?.range ?? Self.assumedRange
      kind = .number(lower: range.lowerBound, upper: range.upperBound)
    case .category(let levels): kind = .category(levels: levels)
    }
    return InputColumn(name: name, kind: kind, isWhole: isWhole, group: group)
  }
}

extension DescribedColumn {
  /// The column with everything that is known of it.
  public init(_ column: InputColumn) {
    let kind: Kind =
      switch column.kind {
      case .number(let lower, let upper): .number(lower...upper)
      case .category(let levels): .category(levels: levels)
      }
    self.init(name: column.name, kind: kind, isWhole: column.isWhole, group: column.group)
  }
}
