import ArgumentParser
import Experiments
import Learning
import LinearAlgebra
import Tabular
import Workbench

/// The options that say which table is meant and what is to be predicted.
struct TableOptions: ParsableArguments {
  @Option(help: ArgumentHelp("CSV or TSV file, gzip-compressed or not.", valueName: "file"))
  var data: String

  @Option(help: ArgumentHelp("Column that the model predicts.", valueName: "column"))
  var target: String

  @Option(
    help: ArgumentHelp(
      "Columns that are not used, separated by commas, such as row numbers.", valueName: "columns"))
  var ignore: String?

  @OptionGroup(title: TableFormat.title) var format: TableFormat

  @Option(
    help: ArgumentHelp(
      "Numbers in front of the model: unit (features and target to 0...1) or none (raw columns). The penalty counts "
        + "in these units; attacks and defences work in shares of the ranges either way. "
        + "(default: unit, none with --no-intercept)", valueName: "scaling"))
  var scale: ScaleChoice?

  @Option(help: "Features without a value: impute, drop-rows, own-level or fail.")
  var missing = MissingChoice.impute

  /// The words for ``EncodingOptions/MissingValues`` on the command line.
  enum MissingChoice: String, ExpressibleByArgument, CaseIterable {
    case impute
    case dropRows = "drop-rows"
    case ownLevel = "own-level"
    case fail

    var policy: EncodingOptions.MissingValues {
      switch self {
      case .impute: .impute
      case .dropRows: .dropRows
      case .ownLevel: .ownLevel
      case .fail: .fail
      }
    }
  }

  /// The words for ``EncodingOptions/NumericScaling`` that the attacks know.
  enum ScaleChoice: String, ExpressibleByArgument, CaseIterable {
    case unit, none

    var scaling: EncodingOptions.NumericScaling { self == .unit ? .unitRange : .none }
  }

  /// The scaling in front of a model with or without an intercept.
  func scaling(intercept: Bool) -> ScaleChoice { scale ?? (intercept ? .unit : .none) }

  /// Checks that the scaling leaves a model without an intercept its zero.
  func check(intercept: Bool) throws {
    try usage {
      try EncodingChoices.checkZero(intercept: intercept, scaling: scaling(intercept: intercept).scaling)
    }
  }

  /// The table as read, with its encoding.
  ///
  /// - Parameters:
  ///   - column: a further column that is not used.
  ///   - intercept: whether the model has an intercept; without one no zero moves.
  ///   - console: where to tell what was found out of the file.
  func load(
    ignoring column: String? = nil, intercept: Bool = true, console: Console = Console(isQuiet: true)
  ) throws -> UserTable {
    let (table, text) = try format.reader(targets: [target]).readText(path: data)
    TableFormat.tell(table, on: console)
    try checkTarget(of: table)
    let ignored = ListOption.columns(ignore, of: table.columns.map(\.name)) + [column].compactMap { $0 }
    TableFormat.tellColumns(of: table, target: target, ignored: ignored, isClassifier: false, on: console)
    // A category that only another file has can say nothing to this model.
    var options = EncodingOptions(
      numeric: scaling(intercept: intercept).scaling, missing: missing.policy, unseen: .allZero,
      ignored: ignored)
    options.declaredCategories = try format.categories()
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
      name: Self.name(data), table: table, text: text, encoder: encoder,
      design: try table.placing { try encoder.design(table) }, sha256: try FileHash.sha256(path: data))
  }

  /// - Throws: ``WorkbenchError/classes(target:label:)`` for a target of classes.
  private func checkTarget(of table: Table) throws {
    guard let place = table.index(of: target),
      case .categorical(_, let levels) = table.columns[place].values, let label = levels.first,
      2 * levels.count(where: { Double($0) == nil }) > levels.count
    else { return }
    throw WorkbenchError.classes(target: target, label: label)
  }
}

/// A table of the user with its numbers.
struct UserTable {
  /// Short name for results.
  let name: String
  let table: Table
  /// The file's own bytes, which honest rows keep.
  let text: TableText
  let encoder: Encoder
  let design: Design
  let sha256: String

  /// Smallest and largest scaled target of all rows: 0...1 where the scaling has not kept the zero.
  var targetRange: ClosedRange<Double> {
    let values = design.target
    guard let smallest = values.min(), let largest = values.max() else { return 0...1 }
    return smallest...largest
  }

  /// All usable rows.
  var rows: RegressionData { RegressionData(features: design.features, target: design.target) }

  /// A root mean square error in the target's own unit.
  func inUnit(meanSquaredError: Double) -> Double {
    meanSquaredError.squareRoot() * design.targetScaling.scale
  }

  /// Another table with the same columns, as numbers.
  func rows(of path: String, _ format: TableFormat, console: Console) throws -> RegressionData {
    var reader = try format.reader(targets: [encoder.target])
    reader.expectedKinds = encoder.features.columnKinds
    let other = try reader.read(path: path)
    TableFormat.tell(other, on: console)
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
