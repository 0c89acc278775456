public import Learning
public import Tabular

/// A box in the space of queries: an interval for every number and a set of levels for every category.
public struct QueryRegion: Sendable, Hashable {
  /// What a column may hold.
  public enum Side: Sendable, Hashable {
    /// Numbers above `lower` and at most `upper`.
    case interval(lower: Double, upper: Double)
    /// The levels that are marked.
    case levels([Bool])
  }

  /// One side for every column.
  public private(set) var sides: [Side]

  /// The region of all queries.
  public init(whole inputs: [InputColumn]) {
    sides = inputs.map { input in
      input.isNumber
        ? .interval(lower: -.infinity, upper: .infinity) : .levels(input.levels.map { _ in true })
    }
  }

  /// Whether a query lies in the region; columns that are left out of it do not count.
  public func contains(_ query: [Double]) -> Bool {
    for (side, value) in zip(sides, query) where !value.isNaN {
      switch side {
      case .interval(let lower, let upper): if !(lower < value && value <= upper) { return false }
      case .levels(let isIn):
        guard let level = Int(exactly: value), isIn.indices.contains(level), isIn[level] else {
          return false
        }
      }
    }
    return true
  }

  /// Keeps only numbers above `lower` and at most `upper`.
  public mutating func restrict(
    _ column: Int, above lower: Double = -.infinity, atMost upper: Double = .infinity
  ) {
    guard case .interval(let oldLower, let oldUpper) = sides[column] else { return }
    sides[column] = .interval(lower: max(lower, oldLower), upper: min(upper, oldUpper))
  }

  /// Keeps only some levels.
  public mutating func restrict(_ column: Int, to levels: some Sequence<Int>) {
    guard case .levels(let old) = sides[column] else { return }
    var new = old.map { _ in false }
    for level in levels where old[level] { new[level] = true }
    sides[column] = .levels(new)
  }

  /// Takes one level out.
  public mutating func remove(_ level: Int, from column: Int) {
    guard case .levels(var isIn) = sides[column] else { return }
    isIn[level] = false
    sides[column] = .levels(isIn)
  }

  /// The levels that a column may hold; empty for a number.
  public func levels(_ column: Int) -> [Int] {
    guard case .levels(let isIn) = sides[column] else { return [] }
    return isIn.indices.filter { isIn[$0] }
  }

  /// The queries that lie in both regions.
  public func intersection(_ other: QueryRegion) -> QueryRegion {
    var result = self
    for (column, side) in other.sides.enumerated() {
      switch side {
      case .interval(let lower, let upper): result.restrict(column, above: lower, atMost: upper)
      case .levels(let isIn): result.restrict(column, to: isIn.indices.filter { isIn[$0] })
      }
    }
    return result
  }

  /// Whether the two have a query in common.
  public func intersects(_ other: QueryRegion) -> Bool {
    for (left, right) in zip(sides, other.sides) {
      switch (left, right) {
      case (.interval(let lower, let upper), .interval(let otherLower, let otherUpper)):
        if max(lower, otherLower) >= min(upper, otherUpper) { return false }
      case (.levels(let isIn), .levels(let otherIsIn)):
        if !zip(isIn, otherIsIn).contains(where: { $0 && $1 }) { return false }
      default: return false
      }
    }
    return true
  }

  /// Whether every query of `other` lies in this region too.
  public func covers(_ other: QueryRegion) -> Bool {
    for (left, right) in zip(sides, other.sides) {
      switch (left, right) {
      case (.interval(let lower, let upper), .interval(let otherLower, let otherUpper)):
        if lower > otherLower || upper < otherUpper { return false }
      case (.levels(let isIn), .levels(let otherIsIn)):
        if zip(isIn, otherIsIn).contains(where: { !$0 && $1 }) { return false }
      default: return false
      }
    }
    return true
  }

  /// The region's share of the space of all queries within the bounds of the columns.
  public func share(of inputs: [InputColumn]) -> Double {
    var share = 1.0
    for (side, input) in zip(sides, inputs) {
      switch (side, input.kind) {
      case (.interval(let lower, let upper), .number(let least, let most)):
        // A column whose bounds are equal holds one value, which is in the region or not.
        share *=
          most > least
          ? max(min(upper, most) - max(lower, least), 0) / (most - least)
          : (lower < least && least <= upper ? 1 : 0)
      case (.levels(let isIn), _): share *= Double(isIn.count { $0 }) / Double(isIn.count)
      default: return 0
      }
    }
    return share
  }

  /// The region of all queries within the bounds of the columns; the lowest number counts as inside.
  public init(bounds inputs: [InputColumn]) {
    self.init(whole: inputs)
    for (column, input) in inputs.enumerated() {
      if case .number(let lower, let upper) = input.kind {
        restrict(column, above: lower.nextDown, atMost: upper)
      }
    }
  }

  /// Whether no query lies in the region.
  public var isEmpty: Bool {
    sides.contains { side in
      switch side {
      case .interval(let lower, let upper): lower >= upper
      case .levels(let isIn): !isIn.contains(true)
      }
    }
  }

  /// Keeps the queries on which a test of a tree on the values of the columns comes out as given.
  public mutating func restrict(_ column: Int, _ test: DecisionTree.Test, holds: Bool) {
    switch (sides[column], test) {
    case (_, .leaf): break
    case (.interval(_, let upper), .isPresent):
      // A query has a value in every column.
      if !holds { restrict(column, above: upper, atMost: upper) }
    case (.levels, .isPresent):
      if !holds { restrict(column, to: []) }
    case (.interval, .atMost(let threshold)):
      if holds { restrict(column, atMost: threshold) } else { restrict(column, above: threshold) }
    case (.interval(let lower, let upper), .equals(let code)):
      // A single number has no width, so the rest stays whole.
      guard holds else { return }
      let isInside = lower < code && code <= upper
      restrict(column, above: isInside ? code.nextDown : upper, atMost: code)
    case (.levels, .atMost(let threshold)):
      restrict(column, to: levels(column).filter { (Double($0) <= threshold) == holds })
    case (.levels, .equals(let code)):
      restrict(column, to: levels(column).filter { (Double($0) == code) == holds })
    }
  }
}

extension DecisionTree {
  /// The leaves that a region of queries reaches, each with the part of the region that ends there; the tree tests the
  /// values of the columns themselves.
  public func leafRegions(within start: QueryRegion) -> [(leaf: Int, region: QueryRegion)] {
    var (result, open) = ([(leaf: Int, region: QueryRegion)](), [(0, start)])
    while let (index, region) = open.popLast() {
      let node = nodes[index]
      guard node.test != .leaf else {
        result.append((index, region))
        continue
      }
      var (left, right) = (region, region)
      left.restrict(Int(node.feature), node.test, holds: true)
      right.restrict(Int(node.feature), node.test, holds: false)
      if !right.isEmpty { open.append((Int(node.right), right)) }
      if !left.isEmpty { open.append((Int(node.left), left)) }
    }
    return result
  }
}

extension QueryRegion: Codable {
  /// A side as it is written: bounds where there are any, or the levels.
  private struct Form: Codable {
    var above: Double?
    var atMost: Double?
    var levels: [Bool]?
  }

  public init(from decoder: any Swift.Decoder) throws {
    sides = try decoder.singleValueContainer().decode([Form].self).map { form in
      form.levels.map { .levels($0) }
        ?? .interval(lower: form.above ?? -.infinity, upper: form.atMost ?? .infinity)
    }
  }

  public func encode(to encoder: any Swift.Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(
      sides.map { side in
        switch side {
        case .interval(let lower, let upper):
          Form(above: lower.isFinite ? lower : nil, atMost: upper.isFinite ? upper : nil)
        case .levels(let isIn): Form(levels: isIn)
        }
      })
  }
}
