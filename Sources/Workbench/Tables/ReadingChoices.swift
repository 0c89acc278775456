import Datasets
import Experiments
public import Learning
public import Tabular

/// How tables are read: what is given, and what a model adds.
public struct ReadingChoices: Sendable, Hashable {
  /// What is given; the rest is guessed, or kept by a model.
  public var given: ReadingOptions
  /// Lines of the file that stand before the table; nil for as many as the first lines show.
  public var skip: Int?

  /// Reading with nothing but this given.
  public init(_ given: ReadingOptions = ReadingOptions(), skip: Int? = nil) {
    self.given = given
    self.skip = skip
  }

  /// Columns that are given as categories, ascending.
  public var categories: [String] { given.kinds.filter { $0.value == .categorical }.keys.sorted() }

  /// What is given, and where nothing is that of the training table of a model; nil for nothing.
  public func completed(by model: ReadingOptions?) -> ReadingOptions? {
    let options = given.completed(by: model ?? ReadingOptions())
    return options.isEmpty ? nil : options
  }

  /// A reader.
  ///
  /// - Parameters:
  ///   - targets: columns in which a word among numbers is no missing value.
  ///   - model: a model whose columns the tables have; a category that looks like a number stays one, and the options of
  ///     its training count where none are given.
  public func reader(targets: [String] = [], for model: ModelFile? = nil) -> TableReader {
    var reader = TableReader()
    reader.apply(
      given.completed(by: model?.provenance?.reading ?? ReadingOptions()),
      required: Set(given.kinds.keys).union(given.columnMissing.keys))
    reader.expectedKinds = model.map { ModelReader.kinds($0.pipeline) } ?? [:]
    reader.skip = skip
    reader.targets = Set(targets)
    reader.allowsStrayWords = true
    return reader
  }

  /// The table of a path or data set id; the observer hears what was found out of it.
  ///
  /// - Throws: `CatalogueError` and `TabularError`.
  public func table(
    _ name: String, _ context: JobContext, targets: [String] = [], for model: ModelFile? = nil
  ) throws -> Table {
    let reader = reader(targets: targets, for: model)
    context.findings(optionsOfModel(model))
    let table = try DataSource(name, searchPath: context.searchPath).table(reader)
    context.findings(table.findings)
    return table
  }

  /// Which options of the training of a model count, in a sentence; none where all are given here.
  public func optionsOfModel(_ model: ModelFile?) -> [String] {
    guard let kept = model?.provenance?.reading else { return [] }
    let words = given.remaining(of: kept).words
    guard !words.isEmpty else { return [] }
    return [
      "tables are read as the training table of the model was: \(words.joined(separator: " ")); an option that is "
        + "given here counts instead"
    ]
  }
}

extension ReadingOptions {
  /// The options as they are typed.
  var words: [String] {
    func mark(_ byte: UInt8?) -> String? {
      byte.map { $0 == 9 ? "tab" : $0 == 32 ? "blank" : String(Character(Unicode.Scalar($0))) }
    }
    func quoted(_ text: String) -> String { text.contains(",") || text.contains("=") ? "\"\(text)\"" : text }
    var words: [String] = []
    let everywhere = missing.map(quoted).joined(separator: ",")
    if !everywhere.isEmpty { words.append("--na '\(everywhere)'") }
    for (name, values) in columnMissing.sorted(by: { $0.key < $1.key }) {
      words.append("--na '\(quoted(name))=\(values.map(quoted).joined(separator: ","))'")
    }
    for (name, kind) in kinds.sorted(by: { $0.key < $1.key }) {
      words.append("--kinds '\(quoted(name))=\(kind.rawValue)'")
    }
    if let hasHeader { words.append("--header \(hasHeader ? "yes" : "no")") }
    for (name, byte) in [("--decimal", decimal), ("--thousands", thousands), ("--delimiter", separator)] {
      if let mark = mark(byte) { words.append("\(name) \(mark.count == 1 ? "'\(mark)'" : mark)") }
    }
    return words
  }
}

extension Table {
  /// What the reader found out of the file, one sentence each.
  public var findings: [String] {
    reading.map { reading in reading.notes.map { "\(reading.file): \($0)" } } ?? []
  }

  /// What the columns are taken for, and which of them look like no features, one sentence each.
  public func findings(target: String, ignored: [String] = [], isClassifier: Bool) -> [String] {
    let columns = columns.filter { $0.name != target && !ignored.contains($0.name) }
    func list(_ isNumeric: Bool) -> String {
      let found = columns.filter { column in
        if case .numeric = column.values { isNumeric } else { !isNumeric }
      }
      let shown = found.prefix(8).map { $0.name }.joined(separator: ", ")
      return "\(found.count)" + (found.isEmpty ? "" : " (\(shown)\(found.count > 8 ? ", …" : ""))")
    }
    return ["\(rowCount) rows; numeric columns: \(list(true)); categorical columns: \(list(false))"]
      + questions(without: ignored + [target])
      + (isClassifier ? [question(classes: target)].compactMap { $0 } : [])
  }

  /// What a table is called in results: its file name without folders and endings, and `stdin` for standard input.
  public static func shortName(_ path: String) -> String {
    if path == "-" { return "stdin" }
    let file = path.split(separator: "/").last.map { String($0) } ?? path
    let stem = file.split(separator: ".", omittingEmptySubsequences: true).first.map { String($0) }
    return stem ?? file
  }
}
