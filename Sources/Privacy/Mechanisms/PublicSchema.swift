import Learning
import LinearAlgebra
public import Tabular

/// The columns of a private table as the public knows them: ranges of numbers and lists of categories, none of which was
/// read from the table.
///
/// A number outside its range counts as its nearest end, and what is no number or an unknown category as missing. So no
/// value makes reading fail, which would say something of it.
public struct PublicSchema: Sendable, Hashable, Codable {
  /// The columns, in the order given.
  public let columns: [InputColumn]

  /// A schema of columns with different names.
  ///
  /// - Throws: ``PrivateTrainingError``.
  public init(columns: [InputColumn]) throws(PrivateTrainingError) {
    guard !columns.isEmpty else { throw .noColumns }
    var names: Set<String> = []
    for column in columns where !names.insert(column.name).inserted { throw .twice(column.name) }
    self.columns = columns
  }

  /// A schema in words, such as `age=0:120` for a number and `race=white|black|asian` for a category.
  ///
  /// - Throws: ``PrivateTrainingError``.
  public init(bounds: [String], levels: [String]) throws(PrivateTrainingError) {
    var columns: [InputColumn] = []
    for text in bounds {
      let (name, range) = try Self.parts(text, form: "age=0:120")
      let ends = range.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
      guard ends.count == 2, let lower = ends[0], let upper = ends[1], lower.isFinite, upper.isFinite,
        lower < upper
      else { throw .unreadable(text, form: "age=0:120") }
      columns.append(InputColumn(name: name, kind: .number(lower: lower, upper: upper)))
    }
    for text in levels {
      let (name, list) = try Self.parts(text, form: "race=white|black|asian")
      let names = list.split(separator: "|").map(String.init)
      guard names.count >= 2, Set(names).count == names.count else {
        throw .unreadable(text, form: "race=white|black|asian")
      }
      columns.append(InputColumn(name: name, kind: .category(levels: names)))
    }
    try self.init(columns: columns)
  }

  private static func parts(
    _ text: String, form: String
  ) throws(PrivateTrainingError) -> (name: String, value: String) {
    // A range has no equals sign, levels may have one.
    let equals = form.contains(":") ? text.lastIndex(of: "=") : text.firstIndex(of: "=")
    guard let equals, equals != text.startIndex else { throw .unreadable(text, form: form) }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }

  /// The column with this name.
  ///
  /// - Throws: ``PrivateTrainingError/undescribed(_:known:)``.
  public func column(_ name: String) throws(PrivateTrainingError) -> InputColumn {
    guard let column = columns.first(where: { $0.name == name }) else {
      throw .undescribed(name, known: columns.map(\.name))
    }
    return column
  }

  /// One row per row of a table and one column per column of `wanted`: numbers within their ranges, places of
  /// categories, NaN for missing values.
  ///
  /// - Throws: ``PrivateTrainingError/absent(_:)`` for a column that the table does not have, which its header says.
  func values(_ table: Table, _ wanted: [InputColumn]) throws(PrivateTrainingError) -> Matrix {
    var result = Matrix(rows: table.rowCount, columns: wanted.count, repeating: .nan)
    for (place, column) in wanted.enumerated() {
      guard let index = table.index(of: column.name) else { throw .absent(column.name) }
      let values = Self.values(table.columns[index].values, column)
      for row in 0..<table.rowCount { result[row, place] = values[row] }
    }
    return result
  }

  private static func values(_ values: Table.Values, _ column: InputColumn) -> [Double] {
    switch (values, column.kind) {
    case (.numeric(let numbers), .number(let lower, let upper)):
      return numbers.map { bounded($0, lower, upper) }
    case (.categorical(let codes, let levels), .number(let lower, let upper)):
      let numbers = levels.map { bounded(Double($0) ?? .nan, lower, upper) }
      return codes.map { $0 < 0 ? .nan : numbers[$0] }
    case (.categorical(let codes, let found), .category(let levels)):
      let places = found.map { level in levels.firstIndex(of: level).map { Double($0) } ?? .nan }
      return codes.map { $0 < 0 ? .nan : places[$0] }
    case (.numeric(let numbers), .category(let levels)):
      let known = levels.map { Double($0) }
      return numbers.map { number in known.firstIndex(of: number).map { Double($0) } ?? .nan }
    }
  }

  private static func bounded(_ value: Double, _ lower: Double, _ upper: Double) -> Double {
    value.isNaN ? .nan : min(max(value, lower), upper)
  }
}

/// Why a private training cannot begin.
public enum PrivateTrainingError: Error, Equatable, CustomStringConvertible {
  /// Nothing is known of any column.
  case noColumns
  /// A column is described twice.
  case twice(String)
  /// A description cannot be read.
  case unreadable(String, form: String)
  /// The target is not described.
  case undescribed(String, known: [String])
  /// The table cannot be read; more is not said of private rows.
  case unreadableTable(String)
  /// The table does not have a column.
  case absent(String)
  /// A setting is unknown, for this mechanism at least.
  case unknownSetting(String, known: [String])
  /// A setting has a value that cannot be read.
  case wrongValue(String, setting: String, allowed: String)
  /// A setting is given twice.
  case repeatedSetting(String)
  /// A setting is missing.
  case missingSetting(String, meaning: String)
  /// The mechanism does not train this kind of model.
  case otherModel(mechanism: String, model: String, known: [String])
  /// The target is of the wrong kind.
  case wrongTarget(model: String, needed: String)

  public var description: String {
    switch self {
    case .noColumns:
      "a private training needs public bounds: --bounds age=0:120 for numbers and --levels 'sex=male|female' for "
        + "categories, of every column to be used and of the target; they must not be read from the data"
    case .twice(let name): "column '\(name)' is described twice; once is enough"
    case .unreadable(let text, let form): "'\(text)' cannot be read; write it like \(form)"
    case .undescribed(let name, let known):
      "nothing public is known of column '\(name)'; give --bounds \(name)=lower:upper or --levels '\(name)=a|b' "
        + "(described are \(known.joined(separator: ", ")))"
    case .unreadableTable(let name):
      "\(name) cannot be read as a table; nothing more is said of private rows: look at it with 'bezoar data check' where "
        + "they may be seen"
    case .absent(let name): "the table has no column '\(name)', which is described; correct the name"
    case .unknownSetting(let name, let known):
      "--privacy has no setting '\(name)' here; there are \(known.joined(separator: ", "))"
    case .wrongValue(let value, let setting, let allowed):
      "--privacy \(setting)=\(value) cannot be used; allowed is \(allowed)"
    case .repeatedSetting(let name): "--privacy has '\(name)' twice; give it once"
    case .missingSetting(let name, let meaning): "--privacy needs \(name)=…, \(meaning)"
    case .otherModel(let mechanism, let model, let known):
      "the mechanism '\(mechanism)' does not train '\(model)'; it trains \(known.joined(separator: " or "))"
    case .wrongTarget(let model, let needed): "'\(model)' needs a target with \(needed)"
    }
  }
}
