import Datasets
import Experiments
public import Learning
import LinearAlgebra
public import Tabular

/// Which table is meant, and how it becomes the rows of a linear model of a number.
public struct UserTableRequest: Sendable, Hashable {
  /// Path of a table, or id of a data set.
  public var data: String
  /// Column that the model predicts.
  public var target: String
  /// Columns that are not used.
  public var ignored: ColumnList = []
  /// How the table is read.
  public var reading = ReadingChoices()
  /// Scaling of numbers, `unitRange` or `none`; nil for the former, and for the latter without an intercept.
  public var scaling: EncodingOptions.NumericScaling?
  /// What becomes of missing values of features.
  public var missing = EncodingOptions.MissingValues.impute

  /// A table with a target.
  public init(data: String, target: String) {
    self.data = data
    self.target = target
  }

  /// The scaling in front of a model with or without an intercept.
  func scaling(intercept: Bool) -> EncodingOptions.NumericScaling {
    scaling ?? (intercept ? .unitRange : .none)
  }

  /// Checks that the scaling leaves a model without an intercept its zero.
  ///
  /// - Throws: ``WorkbenchError/usage(_:)``.
  func check(intercept: Bool) throws {
    try EncodingChoices.checkZero(intercept: intercept, scaling: scaling(intercept: intercept))
  }

  /// The table as read, with its encoding.
  ///
  /// - Parameters:
  ///   - column: a further column that is not used.
  ///   - intercept: whether the model has an intercept; without one no zero moves.
  /// - Throws: `TabularError`, `DesignError`, ``WorkbenchError/classes(target:label:)``.
  public func load(
    ignoring column: String? = nil, intercept: Bool = true, _ context: JobContext = JobContext()
  ) throws -> UserTable {
    let source = DataSource(data, searchPath: context.searchPath)
    let (table, text) = try source.text(reading.reader(targets: [target]))
    context.findings(table.findings)
    try checkTarget(of: table)
    let unused = ignored.names(among: table.columns.map(\.name)) + [column].compactMap { $0 }
    context.findings(table.findings(target: target, ignored: unused, isClassifier: false))
    // A category that only another file has can say nothing to this model.
    var options = EncodingOptions(
      numeric: scaling(intercept: intercept), missing: missing, unseen: .allZero, ignored: unused)
    options.declaredCategories = reading.categories
    if !intercept { options.keepsConstants = true }
    if !intercept, let place = table.index(of: target),
      case .numeric(let values) = table.columns[place].values
    {
      let largest = values.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) }
      if largest > 0, largest.isFinite { options.targetRange = 0...largest }
    }
    let fixed = options
    let encoder = try table.placing { try Encoder.fit(table, target: target, options: fixed) }
    return UserTable(
      name: Table.shortName(data), table: table, text: text, encoder: encoder,
      design: try table.placing { try encoder.design(table) }, sha256: try source.sha256())
  }

  private func checkTarget(of table: Table) throws {
    guard let place = table.index(of: target),
      case .categorical(_, let levels) = table.columns[place].values, let label = levels.first,
      2 * levels.count(where: { Double($0) == nil }) > levels.count
    else { return }
    throw WorkbenchError.classes(target: target, label: label)
  }
}

/// A table of the user with its numbers.
public struct UserTable: Sendable {
  /// Short name for results.
  public let name: String
  /// The table as read.
  public let table: Table
  /// The file's own bytes, which honest rows keep.
  public let text: TableText
  /// What makes numbers of its columns.
  public let encoder: Encoder
  /// The numbers.
  public let design: Design
  /// SHA-256 of the file.
  public let sha256: String

  /// Smallest and largest scaled target of all rows: 0...1 where the scaling has not kept the zero.
  var targetRange: ClosedRange<Double> {
    let values = design.target
    guard let smallest = values.min(), let largest = values.max() else { return 0...1 }
    return smallest...largest
  }

  /// All usable rows.
  public var rows: RegressionData { RegressionData(features: design.features, target: design.target) }

  /// A root mean square error in the target's own unit.
  func inUnit(meanSquaredError: Double) -> Double {
    meanSquaredError.squareRoot() * design.targetScaling.scale
  }

  /// Another table with the same columns, as numbers.
  func rows(of name: String, _ reading: ReadingChoices, _ context: JobContext) throws -> RegressionData {
    var reader = reading.reader(targets: [encoder.target])
    reader.expectedKinds = encoder.features.columnKinds
    let other = try DataSource(name, searchPath: context.searchPath).table(reader)
    context.findings(other.findings)
    let design = try other.placing { try encoder.design(other) }
    return RegressionData(features: design.features, target: design.target)
  }

  /// The split that a column of the words training, validation and test gives.
  ///
  /// - Throws: ``WorkbenchError`` for another word and when no row is for training.
  func split(by column: String) throws -> Split {
    guard let index = table.index(of: column),
      case .categorical(let codes, let levels) = table.columns[index].values
    else { throw WorkbenchError.notParts(column: column, text: "a number", row: 1) }
    var parts: [String: [Int]] = [:]
    for (position, row) in design.rowIndex.enumerated() {
      let word = codes[row] < 0 ? "" : levels[codes[row]]
      guard ["training", "validation", "test"].contains(word) else {
        throw WorkbenchError.notParts(column: column, text: word, row: row + 1)
      }
      parts[word, default: []].append(position)
    }
    guard let training = parts["training"] else { throw WorkbenchError.noTraining(column: column) }
    return Split(training: training, validation: parts["validation"] ?? [], test: parts["test"] ?? [])
  }
}
