import ArgumentParser
import Experiments
import Learning
import Synchronization
import Tabular

/// The options that say how tables are read; every command that reads one takes them.
struct TableFormat: ParsableArguments {
  /// Title of the options in the help.
  static let title: String = "Reading tables"

  @Option(
    help: ArgumentHelp(
      "Columns whose kind is not to be guessed, such as zip=categorical,price=numeric; may be repeated.",
      valueName: "column=kind,..."))
  var kinds: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Further texts that stand for a missing value, separated by commas, such as -9,unknown; may be repeated.",
      valueName: "text,..."))
  var na: [String] = []

  @Option(
    help: "Whether the first line holds the names of the columns. (default: as the lines below it show)")
  var header: HeaderChoice?

  @Option(
    help: ArgumentHelp(
      "Mark before the fraction of a number: . or a comma. (default: as each column shows)", valueName: "mark"
    ))
  var decimal: NumberMark?

  @Option(
    help: ArgumentHelp(
      "Mark between thousands: , . ' _ or blank; signs of currency and percent are then passed over.",
      valueName: "mark"))
  var thousands: NumberMark?

  @Option(
    help: ArgumentHelp(
      "Character between fields: , ; | tab, blank or another one. (default: as the first lines show)",
      valueName: "character"))
  var delimiter: FieldDelimiter?

  /// The words for ``TableReader/hasHeader``.
  enum HeaderChoice: String, ExpressibleByArgument, CaseIterable {
    case yes, no
  }

  func validate() throws {
    _ = try columnKinds()
    if let decimal {
      guard [UInt8(ascii: "."), UInt8(ascii: ",")].contains(decimal.byte) else {
        throw ValidationError(
          "--decimal takes a point or a comma, not '\(Character(Unicode.Scalar(decimal.byte)))'")
      }
    }
    if let thousands, thousands.byte == decimal?.byte ?? UInt8(ascii: ".") {
      throw ValidationError(
        "--decimal and --thousands are the same mark; numbers with points between thousands need --decimal ,")
    }
  }

  /// The kinds of columns that are given.
  func columnKinds() throws -> [String: ColumnKind] {
    var result: [String: ColumnKind] = [:]
    for (name, word) in try kinds.flatMap({ try ListOption.pairs($0, option: "--kinds", form: "column=kind") }
    ) {
      guard let kind = ColumnKind(rawValue: word) else {
        let known = ColumnKind.allCases.map(\.rawValue).joined(separator: " or ")
        throw ValidationError("--kinds takes column=kind with the kind \(known), not '\(name)=\(word)'")
      }
      result[name] = kind
    }
    return result
  }

  /// Columns that are given as categories.
  func categories() throws -> [String] {
    try columnKinds().filter { $0.value == .categorical }.keys.sorted()
  }

  /// A reader with these options.
  ///
  /// - Parameters:
  ///   - targets: columns in which a word among numbers is no missing value.
  ///   - pipeline: a model whose columns the tables have; a category that looks like a number stays one.
  func reader(targets: [String] = [], for pipeline: Pipeline? = nil) throws -> TableReader {
    var reader = TableReader()
    reader.kinds = try columnKinds()
    reader.expectedKinds = pipeline.map(ModelReader.kinds) ?? [:]
    reader.missing.formUnion(na.flatMap { $0.isEmpty ? [""] : ListOption.items($0) })
    reader.hasHeader = header.map { $0 == .yes }
    reader.decimal = decimal?.byte
    reader.thousands = thousands?.byte
    reader.separator = delimiter?.byte
    reader.targets = Set(targets)
    reader.allowsStrayWords = true
    return reader
  }

  /// A table with what was found out of it told.
  ///
  /// - Throws: `CatalogueError`, `TabularError`, and what ``reader(targets:for:)`` throws.
  func table(
    _ name: String, _ options: GlobalOptions, targets: [String] = [], for pipeline: Pipeline? = nil
  ) throws -> Table {
    let reader = try reader(targets: targets, for: pipeline)
    let table = try DataSource(name, searchPath: options.searchPath).table(reader)
    Self.tell(table, on: options.console)
    return table
  }

  /// Tells what the columns of a table are taken for, and which of them look like no features.
  static func tellColumns(
    of table: Table, target: String, ignored: [String] = [], isClassifier: Bool, on console: Console
  ) {
    let columns = table.columns.filter { $0.name != target && !ignored.contains($0.name) }
    func list(_ isNumeric: Bool) -> String {
      let found = columns.filter { column in
        if case .numeric = column.values { isNumeric } else { !isNumeric }
      }
      let shown = found.prefix(8).map { $0.name }.joined(separator: ", ")
      return "\(found.count)" + (found.isEmpty ? "" : " (\(shown)\(found.count > 8 ? ", …" : ""))")
    }
    tell(
      ["\(table.rowCount) rows; numeric columns: \(list(true)); categorical columns: \(list(false))"]
        + table.questions(without: ignored + [target])
        + (isClassifier ? [table.question(classes: target)].compactMap { $0 } : []), on: console)
  }

  private static func tell(_ sentences: [String], on console: Console) {
    for sentence in sentences where told.withLock({ $0.insert(sentence).inserted }) { console.note(sentence) }
  }

  private static let told = Mutex<Set<String>>([])

  /// Tells what was found out of a table, once in a run.
  static func tell(_ table: Table, on console: Console) {
    guard let reading = table.reading else { return }
    tell(reading.notes.map { "\(reading.file): \($0)" }, on: console)
  }
}

/// A mark in a number, on the command line.
struct NumberMark: ExpressibleByArgument, Sendable {
  let byte: UInt8

  init?(argument: String) {
    switch argument {
    case ".", "point": byte = UInt8(ascii: ".")
    case ",", "comma": byte = UInt8(ascii: ",")
    case "'", "’": byte = UInt8(ascii: "'")
    case "_": byte = UInt8(ascii: "_")
    case " ", "blank", "space": byte = UInt8(ascii: " ")
    default: return nil
    }
  }
}

/// What separates fields, on the command line.
struct FieldDelimiter: ExpressibleByArgument, Sendable {
  let byte: UInt8

  init?(argument: String) {
    switch argument {
    case "tab", "\\t": byte = UInt8(ascii: "\t")
    case "blank", "space", "\\s+": byte = UInt8(ascii: " ")
    case "comma": byte = UInt8(ascii: ",")
    case "semicolon": byte = UInt8(ascii: ";")
    default:
      guard argument.utf8.count == 1, let only = argument.utf8.first, only < 0x80, only != 10, only != 13,
        only != UInt8(ascii: "\"")
      else { return nil }
      byte = only
    }
  }
}
