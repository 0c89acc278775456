public import Tabular

/// Where the ranges of a model's numbers come from if the model does not tell them.
///
/// A range is taken, for every column by itself, from the first of these that has one: a description that names the
/// column, the tables in their order, bounds that are given for all, what the model's own constants suggest (its
/// thresholds, its scaling, what stands for a missing value), and at last from -1 to 1. Every way but the first is said
/// in a note. A range that the model tells is changed only by a description that names the column.
public struct ColumnRanges: Sendable {
  /// A table with rows like those that the model is asked about.
  public struct Example: Sendable {
    /// What to call it in a note.
    let name: String
    let table: Table

    /// A table.
    public init(_ table: Table, name: String) {
      self.table = table
      self.name = name
    }
  }

  /// Tables with the model's columns, the most trusted one first.
  public var examples: [Example]
  /// What the user says of the inputs; nil for nothing.
  public var description: InputDescription?

  /// Sources of ranges; without any only the model itself counts.
  public init(description: InputDescription? = nil, examples: [Example] = []) {
    self.description = description
    self.examples = examples
  }

  /// The columns with their ranges, and for every source the sentence that says which columns have theirs from it.
  ///
  /// - Throws: ``QueryError/rangesUnusable(_:)`` for a description of other columns.
  public func columns(
    _ described: [DescribedColumn]
  ) throws -> (inputs: [InputColumn], notes: [String]) {
    let named = try byName(described)
    let examples = examples.map { $0.named(like: described.map(\.name)) }
    var (order, users) = ([String](), [String: [String]]())
    func take(_ column: String, _ sentence: String) {
      if users[sentence] == nil { order.append(sentence) }
      users[sentence, default: []].append(column)
    }
    let inputs = described.map { column -> InputColumn in
      if let said = named[column.name] { return column.column(saidBy: said) }
      guard column.isOfUnknownRange else { return column.column() }
      for example in examples {
        guard let range = example.range(of: column.name) else { continue }
        take(column.name, "taken from \(example.name)")
        return column.column(range: range)
      }
      if case .numbers(let lower, let upper) = description {
        take(column.name, "taken to be from \(lower) to \(upper), as given")
        return column.column(range: lower...upper)
      }
      if let suggestion = column.suggestion {
        take(column.name, "not told by the model and taken from \(suggestion.source)")
      } else {
        take(
          column.name,
          "not known and taken to be from -1 to 1; rows of its users (--data) or --ranges would tell them")
      }
      return column.column()
    }
    let notes = order.map { sentence in
      let names = users[sentence] ?? []
      let list =
        names.prefix(6).joined(separator: ", ") + (names.count > 6 ? ", … \(names[names.count - 1])" : "")
      return names.count == 1
        ? "the range of '\(names[0])' is \(sentence)" : "the ranges of \(list) are \(sentence)"
    }
    return (inputs, notes)
  }

  /// The categories that the tables hold in a column, in the order of the alphabet; nil if none has the column.
  public func levels(of column: String) -> [String]? {
    let found = examples.lazy.compactMap { example in
      example.table.index(of: column).map { Set(example.table.columns[$0].texts().compactMap(\.self)) }
    }.first
    return found.flatMap { $0.isEmpty ? nil : $0.sorted() }
  }

  /// The names of the columns of the first table; empty without one.
  public var columnNames: [String] { examples.first?.table.columns.map(\.name) ?? [] }

  /// Whether the first table with a column holds texts in it; nil if none has it.
  public func holdsText(_ column: String) -> Bool? {
    examples.lazy.compactMap { example in
      example.table.index(of: column).map { place in
        if case .categorical = example.table.columns[place].values { true } else { false }
      }
    }.first
  }

  /// The described inputs by their names.
  private func byName(_ columns: [DescribedColumn]) throws -> [String: InputColumn] {
    guard case .inputs(let said, _) = description else { return [:] }
    let known = Dictionary(columns.map { ($0.name, $0) }) { first, _ in first }
    for input in said {
      guard let column = known[input.name] else {
        throw QueryError.rangesUnusable(
          "the model has no input '\(input.name)'; it has \(columns.prefix(12).map(\.name).joined(separator: ", "))"
        )
      }
      guard column.isNumber == input.isNumber else {
        throw QueryError.rangesUnusable(
          "input '\(input.name)' holds \(column.isNumber ? "numbers" : "categories") to the model")
      }
    }
    return Dictionary(said.map { ($0.name, $0) }) { first, _ in first }
  }
}

extension ColumnRanges.Example {
  /// The table with the names of the model's columns, as ``Tabular/Table/named(like:)`` gives it.
  fileprivate func named(like names: [String]) -> ColumnRanges.Example {
    let renamed = table.named(like: names)
    let isRenamed = renamed.columns.map(\.name) != table.columns.map(\.name)
    return ColumnRanges.Example(
      renamed, name: isRenamed ? "\(name), whose columns of numbers are taken in their order" : name)
  }

  /// The range of the numbers of a column; nil if it has none. A single number gets room to both sides.
  fileprivate func range(of name: String) -> ClosedRange<Double>? {
    guard let place = table.index(of: name), let values = try? table.columns[place].numbers() else {
      return nil
    }
    let known = values.filter(\.isFinite)
    guard let lower = known.min(), let upper = known.max(), (upper - lower).isFinite else { return nil }
    return lower < upper ? lower...upper : lower - max(abs(lower), 1)...upper + max(abs(upper), 1)
  }
}

extension DescribedColumn {
  /// The column as the user describes it; categories and indicators stay as the model has them.
  fileprivate func column(saidBy user: InputColumn) -> InputColumn {
    guard isNumber, group == nil, case .number(let lower, let upper) = user.kind else { return column() }
    return InputColumn(
      name: name, kind: .number(lower: lower, upper: upper), isWhole: isWhole || user.isWhole,
      group: user.group)
  }
}
