public import LinearAlgebra
public import Tabular

/// What an attacker knows of a model's interface: the columns that it takes and what it says.
///
/// A query is a row with one number per column: a number in the user's unit, the place of a category in the list
/// of its column, or NaN for a column that is left out.
public struct QuerySchema: Sendable, Hashable, Codable {
  /// What the model predicts.
  public enum Target: Sendable, Hashable, Codable {
    /// A number.
    case number
    /// One of these classes, in the order of their numbers.
    case classes([String])
  }

  /// The columns of a query.
  public let inputs: [InputColumn]
  /// What the model predicts.
  public let target: Target

  /// A schema with at least one column.
  public init(inputs: [InputColumn], target: Target) {
    precondition(!inputs.isEmpty, "a model without inputs")
    self.inputs = inputs
    self.target = target
  }

  /// Names of the classes; empty for a number.
  public var classes: [String] {
    if case .classes(let names) = target { names } else { [] }
  }

  /// Number of classes; 0 for a number.
  public var classCount: Int { classes.count }

  /// The place of a column; nil if there is none of that name.
  public func index(of name: String) -> Int? { inputs.firstIndex { $0.name == name } }

  /// Rows that a user could send, drawn at random: numbers uniformly between their bounds and whole where only whole
  /// ones may stand, categories uniformly, and of the 0/1 columns of a category as many 1 as rows of its users have.
  /// All are drawn independently but for the columns of one category.
  public func uniformRows(_ count: Int, using random: inout RandomStream) -> Matrix {
    var rows = Matrix(rows: count, columns: inputs.count)
    let groups = indicatorGroups
    // A group is drawn where its first column stands.
    let first = Dictionary(groups.map { ($0.columns[0], $0) }) { one, _ in one }
    let isLater = Set(groups.flatMap { $0.columns.dropFirst() })
    for row in 0..<count {
      for (column, input) in inputs.enumerated() where !isLater.contains(column) {
        if let group = first[column] {
          for place in group.drawn(using: &random) { rows[row, place] = 1 }
        } else {
          rows[row, column] = input.uniformValue(using: &random)
        }
      }
    }
    return rows
  }

  /// The rows with the nearest values that may stand in their columns: whole numbers where only those may. Whoever asks
  /// a model asks about these.
  public func feasibleValues(_ rows: Matrix) -> Matrix {
    let whole = inputs.indices.filter { inputs[$0].isWhole }
    guard !whole.isEmpty else { return rows }
    var result = rows
    for column in whole {
      for row in 0..<rows.rows { result[row, column] = inputs[column].feasible(rows[row, column]) }
    }
    return result
  }

  /// The nearest rows that users could send: values as ``feasibleValues(_:)`` gives them, and of the 0/1 columns of every
  /// category as many 1 as rows of its users have, its largest values, of equal ones the first. A category with a missing
  /// value stays as it is. Whoever may choose whole rows asks about these; a search along one column cannot.
  public func feasible(_ rows: Matrix) -> Matrix {
    var result = feasibleValues(rows)
    for indicators in indicatorGroups {
      let (columns, group) = (indicators.columns, indicators.group)
      for row in 0..<rows.rows where !columns.contains(where: { rows[row, $0].isNaN }) {
        let ones = columns.count { rows[row, $0] > 0.5 }
        let wanted = min(max(ones, group.least), group.most, columns.count)
        let isValid = columns.allSatisfy { rows[row, $0] == 0 || rows[row, $0] == 1 }
        if isValid, ones == wanted { continue }
        let order = columns.sorted { (-rows[row, $0], $0) < (-rows[row, $1], $1) }
        for (place, column) in order.enumerated() { result[row, column] = place < wanted ? 1 : 0 }
      }
    }
    return result
  }

  /// The nearest row that users could send.
  public func nearestRow(_ row: [Double]) -> [Double] {
    feasible(Matrix(rows: 1, columns: row.count, elements: row)).row(0)
  }

  /// The categories that stand in 0/1 columns of their own, in the order of their first columns.
  public var indicatorGroups: [Indicators] {
    var (order, members) = ([IndicatorGroup](), [IndicatorGroup: [Int]]())
    for (column, input) in inputs.enumerated() {
      guard let group = input.group else { continue }
      if members[group] == nil { order.append(group) }
      members[group, default: []].append(column)
    }
    return order.map { Indicators(group: $0, columns: members[$0] ?? []) }
  }

  /// The 0/1 columns of one category.
  public struct Indicators: Sendable, Hashable {
    /// The category, and how many of its columns are 1 in a row.
    public let group: IndicatorGroup
    /// Its columns, ascending.
    public let columns: [Int]

    /// Columns of a category.
    public init(group: IndicatorGroup, columns: [Int]) {
      self.group = group
      self.columns = columns
    }

    /// Columns that are 1 in a random row: how many is drawn first, each number with the weight of what it can choose
    /// among up to one level, and then which.
    fileprivate func drawn(using random: inout RandomStream) -> [Int] {
      let (least, most) = (min(group.least, columns.count), min(group.most, columns.count))
      let weights = (least...max(least, most)).map { $0 == 0 ? 1 : columns.count }
      var draw = random.integer(below: weights.reduce(0, +))
      var count = least
      for weight in weights {
        if draw < weight { break }
        draw -= weight
        count += 1
      }
      return count == 0 ? [] : random.choice(count, from: columns.count).map { columns[$0] }
    }
  }
}

extension InputColumn {
  /// A number uniformly between the bounds, whole where only whole ones may stand, or the place of a category. A column
  /// of several that are indicators of one category is drawn as if it stood alone.
  public func uniformValue(using random: inout RandomStream) -> Double {
    switch kind {
    case .number(let lower, let upper):
      guard isWhole else { return random.uniform(lower, upper) }
      // Beyond 2^53 all doubles are whole.
      guard upper - lower < 0x1p53, let width = Int(exactly: upper - lower) else {
        return random.uniform(lower, upper).rounded()
      }
      return lower + Double(random.integer(below: width + 1))
    case .category(let levels): return Double(random.integer(below: levels.count))
    }
  }
}
