public import Learning
import LinearAlgebra
public import Tabular

/// The rows that a table can hold, as its clean rows show: numbers in their ranges, indicators 0 or 1, and of every
/// group of indicators as many levels as clean rows have.
///
/// A category with one indicator per level has exactly one. Where a level was dropped, as in dummy-coded tables, a
/// row may have none; where a question allows several answers, several. A lone 0/1 column is a group of one level.
public struct FeasibleSet: Sendable, Hashable {
  /// Indicator columns of one category.
  public struct Group: Sendable, Hashable {
    /// Name of the category, or of the column that stands alone.
    public let name: String
    /// Columns of its levels in the design matrix, ascending.
    public let columns: [Int]
    /// How many of the columns are 1 in a valid row.
    public let levels: ClosedRange<Int>
  }

  /// When a level is taken in a group that may have none.
  enum Threshold {
    /// The level exceeds the dropped one, whose value is what the others leave of 1: a dummy-coded row goes where
    /// its twin with all levels goes.
    case droppedLevel
    /// The level exceeds `1 / (1 + k)` of `k` levels, as in the released code of Jagielski et al. (2018).
    case published
  }

  /// Names and ranges of the columns.
  public let space: FeatureSpace
  /// Groups of indicators, lone ones last.
  public let groups: [Group]
  /// Columns that are numbers.
  public let numeric: [Int]

  /// Fewest rows that can show that a column has two values only.
  private static let fewestRows = 10

  /// The set that clean rows show.
  ///
  /// - Parameter encoder: what made the rows of a table, which knows more than they show: how many columns of a group
  ///   are 1 where no cell is empty, and which columns are 0 or 1 in the table itself. Nil for what the rows show.
  public init(_ space: FeatureSpace, clean: [RegressionData], encoder: FeatureEncoder? = nil) {
    precondition(encoder == nil || encoder?.space == space, "rows of another encoder")
    self.space = space
    let indicators = encoder?.indicatorGroups ?? []
    var groups = space.groups.enumerated().map { place, group in
      let known = indicators.isEmpty ? nil : indicators[place]
      let levels = known.map { $0.least...min($0.most, group.columns.count) }
      return Group(
        name: group.name, columns: group.columns, levels: levels ?? Self.levels(group.columns, clean))
    }
    let scalings = encoder?.scalings
    let lone = space.numeric.filter { column in
      Self.isIndicator(column, space, clean)
        && scalings.map { ($0[column] ?? .identity) == .identity } ?? true
    }
    groups += lone.map { Group(name: space.names[$0], columns: [$0], levels: 0...1) }
    self.groups = groups
    let isLone = Set(lone)
    numeric = space.numeric.filter { !isLone.contains($0) }
  }

  /// The fewest and the most levels of a group in any row; one without rows.
  private static func levels(_ columns: [Int], _ clean: [RegressionData]) -> ClosedRange<Int> {
    var range: ClosedRange<Int>?
    for data in clean {
      for row in 0..<data.count {
        let count = data.features.withRow(row) { values in columns.count { values[$0] == 1 } }
        range = min(range?.lowerBound ?? count, count)...max(range?.upperBound ?? count, count)
      }
    }
    return range ?? 1...1
  }

  private static func isIndicator(_ column: Int, _ space: FeatureSpace, _ clean: [RegressionData]) -> Bool {
    guard space.lower[column] == 0, space.upper[column] == 1,
      clean.reduce(0, { $0 + $1.count }) >= fewestRows
    else { return false }
    return clean.allSatisfy { data in
      (0..<data.count).allSatisfy { data.features[$0, column] == 0 || data.features[$0, column] == 1 }
    }
  }

  /// Moves the numbers of a row to the nearer end of their range and every group to its nearest valid levels.
  ///
  /// - Parameter row: a value per column of ``space``.
  public func moveToCorner(_ row: inout [Double]) {
    for column in numeric {
      let middle = (space.lower[column] + space.upper[column]) / 2
      row[column] = row[column] < middle ? space.lower[column] : space.upper[column]
    }
    chooseLevels(&row)
  }

  /// Makes every group valid: its largest levels become 1, all others 0; the first wins a tie.
  func chooseLevels(_ row: inout [Double], _ threshold: Threshold = .droppedLevel) {
    for group in groups {
      if group.levels == 1...1 {
        guard let best = group.columns.max(by: { (row[$0], $1) < (row[$1], $0) }) else { continue }
        for column in group.columns { row[column] = column == best ? 1 : 0 }
      } else {
        let chosen = Set(group.chosen(row, threshold))
        for column in group.columns { row[column] = chosen.contains(column) ? 1 : 0 }
      }
    }
  }

  /// Moves a row into the set: clips its numbers to their ranges and makes every group valid, its largest levels 1 and
  /// all others 0.
  ///
  /// - Parameter row: a value per column of ``space``, none of them NaN.
  public func makeFeasible(_ row: inout [Double]) {
    space.clip(&row)
    chooseLevels(&row)
  }

  /// Whether every number is in its range and every group has as many levels as clean rows have.
  public func contains(_ row: UnsafeBufferPointer<Double>) -> Bool {
    numeric.allSatisfy { row[$0] >= space.lower[$0] && row[$0] <= space.upper[$0] }
      && groups.allSatisfy { group in
        group.columns.allSatisfy { row[$0] == 0 || row[$0] == 1 }
          && group.levels.contains(group.columns.count { row[$0] == 1 })
      }
  }
}

extension FeasibleSet.Group {
  /// The columns that become 1: the largest, as many as must be, and further ones that are large enough.
  fileprivate func chosen(_ row: [Double], _ threshold: FeasibleSet.Threshold) -> ArraySlice<Int> {
    let order = columns.sorted { (row[$1], $0) < (row[$0], $1) }
    let least =
      switch threshold {
      case .droppedLevel: 1 - columns.reduce(0) { $0 + row[$1] }
      case .published: 1 / Double(1 + columns.count)
      }
    var count = levels.lowerBound
    while count < min(levels.upperBound, order.count), row[order[count]] > (count == 0 ? least : 0.5) {
      count += 1
    }
    return order.prefix(count)
  }
}

extension FeasibleSet {
  /// How many levels of its groups a row has, in words; nil if there are only numbers.
  public var summary: String? {
    guard !groups.isEmpty else { return nil }
    var (order, names) = ([ClosedRange<Int>](), [ClosedRange<Int>: [String]]())
    for group in groups where group.levels != 1...1 && group.columns.count > 1 {
      if names[group.levels] == nil { order.append(group.levels) }
      names[group.levels, default: []].append(group.name)
    }
    var parts = order.map { levels in
      "\(Self.words(levels)) of \(Self.listed(names[levels] ?? []))"
    }
    let lone = groups.filter { $0.columns.count == 1 && $0.levels == 0...1 }
    if !lone.isEmpty {
      parts.append("0 or 1 in the 0/1 column\(lone.count > 1 ? "s" : "") \(Self.listed(lone.map(\.name)))")
    }
    if groups.contains(where: { $0.levels == 1...1 }) {
      parts.append(
        parts.isEmpty ? "exactly one level of every group" : "exactly one level of all other groups")
    }
    return parts.joined(separator: "; ")
  }

  /// At most six names, with the number of the others.
  private static func listed(_ names: [String]) -> String {
    let shown = names.prefix(6).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > 6 ? "\(shown) and \(names.count - 6) more" : shown
  }

  private static func words(_ levels: ClosedRange<Int>) -> String {
    switch (levels.lowerBound, levels.upperBound) {
    case (0, 0): "no level"
    case (0, 1): "none or one level"
    case (let low, let high) where low == high: "exactly \(low) levels"
    case (let low, let high): "\(low) to \(high) levels"
    }
  }
}

extension RegressionData {
  /// Moves every row into the feasible set, as ``FeasibleSet/makeFeasible(_:)`` does; targets and weights stay.
  public mutating func makeFeasible(in set: FeasibleSet) {
    for row in 0..<count {
      var values = features.row(row)
      set.makeFeasible(&values)
      features.setRow(row, values)
    }
  }
}
