/// A column that a deployed model takes, as its users see it: in their own unit and words.
public struct InputColumn: Sendable, Hashable, Codable {
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

  /// A column; bounds are finite and not in the wrong order, a category has at least one level.
  public init(name: String, kind: Kind) {
    switch kind {
    case .number(let lower, let upper):
      precondition(lower.isFinite && upper.isFinite && lower <= upper, "bounds \(lower) and \(upper)")
    case .category(let levels): precondition(!levels.isEmpty, "a category without levels")
    }
    self.name = name
    self.kind = kind
  }

  /// The categories; empty for a number.
  public var levels: [String] {
    if case .category(let levels) = kind { levels } else { [] }
  }

  /// Whether it holds numbers.
  public var isNumber: Bool { levels.isEmpty }
}
