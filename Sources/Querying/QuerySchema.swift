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

  /// Rows whose values are drawn independently: numbers uniformly between their bounds, categories uniformly.
  public func uniformRows(_ count: Int, using random: inout RandomStream) -> Matrix {
    var rows = Matrix(rows: count, columns: inputs.count)
    for row in 0..<count {
      for (column, input) in inputs.enumerated() { rows[row, column] = input.uniformValue(using: &random) }
    }
    return rows
  }
}

extension InputColumn {
  /// A number uniformly between the bounds, or the place of a category.
  public func uniformValue(using random: inout RandomStream) -> Double {
    switch kind {
    case .number(let lower, let upper): random.uniform(lower, upper)
    case .category(let levels): Double(random.integer(below: levels.count))
    }
  }
}
