/// A column that a deployed model takes, as its users see it: in their own unit and words.
public struct InputColumn: Sendable, Hashable {
  /// What may stand in it.
  public enum Kind: Sendable, Hashable, Codable {
    /// A number, usually within these bounds.
    case number(lower: Double, upper: Double)
    /// One of these categories; in a row of numbers it is the place in this list, from 0.
    case category(levels: [String])
  }

  /// Its name.
  public let name: String
  /// What may stand in it.
  public let kind: Kind
  /// Whether only whole numbers may stand in it; a model may refuse a fraction or cut it off without a word.
  public let isWhole: Bool
  /// The category of which it is a 0/1 indicator; nil for a column of its own.
  public let group: IndicatorGroup?

  /// A column; bounds are finite and not in the wrong order, a category has at least one level.
  ///
  /// - Parameters:
  ///   - isWhole: whether only whole numbers may stand in it; its bounds are moved outwards to whole numbers.
  ///   - group: the category of which it is a 0/1 indicator; such a column holds whole numbers.
  public init(name: String, kind: Kind, isWhole: Bool = false, group: IndicatorGroup? = nil) {
    let isWhole = isWhole || group != nil
    switch kind {
    case .number(let lower, let upper):
      precondition(lower.isFinite && upper.isFinite && lower <= upper, "bounds \(lower) and \(upper)")
      self.kind =
        isWhole ? .number(lower: lower.rounded(.down), upper: upper.rounded(.up)) : kind
    case .category(let levels):
      precondition(!levels.isEmpty, "a category without levels")
      precondition(!isWhole, "a category has no numbers")
      self.kind = kind
    }
    self.name = name
    self.isWhole = isWhole
    self.group = group
  }

  /// The categories; empty for a number.
  public var levels: [String] {
    if case .category(let levels) = kind { levels } else { [] }
  }

  /// Whether it holds numbers.
  public var isNumber: Bool { levels.isEmpty }

  /// The value itself, or the nearest that may stand in the column: a whole number, 0 or 1. A missing value stays
  /// missing, and bounds do not count but for indicators.
  public func feasible(_ value: Double) -> Double {
    guard isWhole else { return value }
    let whole = value.rounded()
    return group == nil || whole.isNaN ? whole : min(max(whole, 0), 1)
  }
}

/// A category that a table holds as 0/1 columns of its own.
public struct IndicatorGroup: Sendable, Hashable, Codable {
  /// Name of the category.
  public let name: String
  /// Fewest of its columns that are 1 in a row: 0 where a level has no column.
  public let least: Int
  /// Most of its columns that are 1 in a row.
  public let most: Int

  /// A category of which from `least` to `most` columns are 1 in a row.
  public init(name: String, least: Int = 0, most: Int = 1) {
    precondition(least >= 0 && most >= max(least, 1), "\(least) to \(most) indicators are 1")
    self.name = name
    self.least = least
    self.most = most
  }
}

extension InputColumn: Codable {
  private enum CodingKeys: String, CodingKey { case name, kind, whole, group }

  /// Decodes a column as it stands; the reader of a file checks its bounds.
  public init(from decoder: any Swift.Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    kind = try container.decode(Kind.self, forKey: .kind)
    group = try container.decodeIfPresent(IndicatorGroup.self, forKey: .group)
    isWhole = try container.decodeIfPresent(Bool.self, forKey: .whole) ?? (group != nil)
  }

  public func encode(to encoder: any Swift.Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(kind, forKey: .kind)
    if isWhole { try container.encode(true, forKey: .whole) }
    try container.encodeIfPresent(group, forKey: .group)
  }
}

extension IndicatorGroup {
  private enum CodingKeys: String, CodingKey { case name, least, most }

  /// Decodes a category; counts that no row can have are an error.
  public init(from decoder: any Swift.Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let (least, most) = (
      try container.decode(Int.self, forKey: .least), try container.decode(Int.self, forKey: .most)
    )
    guard least >= 0, most >= max(least, 1) else {
      throw DecodingError.dataCorruptedError(
        forKey: .most, in: container, debugDescription: "from \(least) to \(most) indicators cannot be 1")
    }
    self.init(name: try container.decode(String.self, forKey: .name), least: least, most: most)
  }
}
