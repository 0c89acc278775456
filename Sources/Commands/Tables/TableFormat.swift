import Datasets
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
      "Further texts that stand for a missing value, such as -9,unknown, or in one column, age=0,-1; may be repeated.",
      valueName: "[column=]text,..."))
  var na: [String] = []

  @Option(
    name: .customLong("header"),
    help: ArgumentHelp(
      """
      Whether the first line holds the names of the columns. (default: as the lines below it show) Where a service is \
      attacked, 'Name: value' is a header of every request; may be repeated.
      """, valueName: "header"))
  var headers: [HeaderChoice] = []

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

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Lines of the file that stand before the table. (default: as the first lines show)", valueName: "lines")
  )
  var skip: Int?

  /// The words for ``TableReader/hasHeader``, and what a request to a service carries, which goes by the same name.
  enum HeaderChoice: ExpressibleByArgument {
    case line(Bool)
    case request(String)

    init?(argument: String) {
      switch argument {
      case "yes": self = .line(true)
      case "no": self = .line(false)
      default:
        guard argument.contains(":") else { return nil }
        self = .request(argument)
      }
    }

    static var allValueStrings: [String] { ["yes", "no"] }
  }

  /// Headers of requests to a service.
  var requestHeaders: [String] {
    headers.compactMap { if case .request(let text) = $0 { text } else { nil } }
  }

  func validate() throws {
    _ = try columnKinds()
    if let skip, skip < 0 { throw ValidationError("--skip must be at least 0, not \(skip)") }
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

  /// What these options say.
  func given() throws -> ReadingOptions {
    var options = ReadingOptions()
    for list in na {
      let (alone, named) = ListOption.grouped(list)
      options.missing += alone
      for (name, values) in named { options.columnMissing[name, default: []] += values }
    }
    func unique(_ texts: [String]) -> [String] { Set(texts).sorted() }
    options.missing = unique(options.missing)
    options.columnMissing = options.columnMissing.mapValues(unique)
    options.kinds = try columnKinds()
    options.hasHeader = headers.compactMap { if case .line(let isThere) = $0 { isThere } else { nil } }.last
    options.decimal = decimal?.byte
    options.thousands = thousands?.byte
    options.separator = delimiter?.byte
    return options
  }

  /// What these options say, and where they say nothing those of the training table of a model; nil for nothing.
  func completed(by model: ReadingOptions?) throws -> ReadingOptions? {
    let options = try given().completed(by: model ?? ReadingOptions())
    return options.isEmpty ? nil : options
  }

  /// A reader with these options.
  ///
  /// - Parameters:
  ///   - targets: columns in which a word among numbers is no missing value.
  ///   - model: a model whose columns the tables have; a category that looks like a number stays one, and the options of
  ///     its training count where none are given.
  ///   - asksService: whether the command may ask a service.
  /// - Throws: `ValidationError` for the header of a request where none is sent.
  func reader(
    targets: [String] = [], for model: ModelFile? = nil, asksService: Bool = false
  ) throws -> TableReader {
    if !asksService, let text = requestHeaders.first {
      throw ValidationError("--header '\(text)' is for requests to a service; for tables it is yes or no")
    }
    var reader = TableReader()
    let given = try given()
    reader.apply(
      given.completed(by: model?.provenance?.reading ?? ReadingOptions()),
      required: Set(given.kinds.keys).union(given.columnMissing.keys))
    reader.expectedKinds = model.map { ModelReader.kinds($0.pipeline) } ?? [:]
    reader.skip = skip
    reader.targets = Set(targets)
    reader.allowsStrayWords = true
    return reader
  }

  /// Tells which options of the training of a model count.
  func tellOptions(of model: ModelFile?, on console: Console) throws {
    guard let kept = model?.provenance?.reading else { return }
    let words = Self.words(try given().remaining(of: kept))
    guard !words.isEmpty else { return }
    Self.tell(
      [
        "tables are read as the training table of the model was: \(words.joined(separator: " ")); an option that is "
          + "given here counts instead"
      ], on: console)
  }

  /// Options as they are typed.
  private static func words(_ options: ReadingOptions) -> [String] {
    func mark(_ byte: UInt8?) -> String? {
      byte.map { $0 == 9 ? "tab" : $0 == 32 ? "blank" : String(Character(Unicode.Scalar($0))) }
    }
    func quoted(_ text: String) -> String { text.contains(",") || text.contains("=") ? "\"\(text)\"" : text }
    var words: [String] = []
    let missing = options.missing.map(quoted).joined(separator: ",")
    if !missing.isEmpty { words.append("--na '\(missing)'") }
    for (name, values) in options.columnMissing.sorted(by: { $0.key < $1.key }) {
      words.append("--na '\(quoted(name))=\(values.map(quoted).joined(separator: ","))'")
    }
    for (name, kind) in options.kinds.sorted(by: { $0.key < $1.key }) {
      words.append("--kinds '\(quoted(name))=\(kind.rawValue)'")
    }
    if let header = options.hasHeader { words.append("--header \(header ? "yes" : "no")") }
    for (name, byte) in [
      ("--decimal", options.decimal), ("--thousands", options.thousands), ("--delimiter", options.separator),
    ] {
      if let mark = mark(byte) { words.append("\(name) \(mark.count == 1 ? "'\(mark)'" : mark)") }
    }
    return words
  }

  /// A table with what was found out of it told.
  ///
  /// - Throws: `CatalogueError`, `TabularError`, and what ``reader(targets:for:asksService:)`` throws.
  func table(
    _ name: String, _ options: GlobalOptions, targets: [String] = [], for model: ModelFile? = nil,
    asksService: Bool = false
  ) throws -> Table {
    let reader = try reader(targets: targets, for: model, asksService: asksService)
    try tellOptions(of: model, on: options.console)
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
