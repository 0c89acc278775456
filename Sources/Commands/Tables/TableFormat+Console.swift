import Learning
import Tabular
import Workbench

/// Reading with a console of its own, for commands whose work is no job yet.
extension TableFormat {
  func categories() throws -> [String] { try reading().categories }

  func completed(by model: ReadingOptions?) throws -> ReadingOptions? {
    try reading().completed(by: model)
  }

  func reader(
    targets: [String] = [], for model: ModelFile? = nil, asksService: Bool = false
  ) throws -> TableReader {
    if !asksService { try checkHeaders() }
    return try reading().reader(targets: targets, for: model)
  }

  func tellOptions(of model: ModelFile?, on console: Console) throws {
    Self.tell(try reading().optionsOfModel(model), on: console)
  }

  func table(
    _ name: String, _ options: GlobalOptions, targets: [String] = [], for model: ModelFile? = nil,
    asksService: Bool = false
  ) throws -> Table {
    if !asksService { try checkHeaders() }
    return try reading().table(name, options.context, targets: targets, for: model)
  }

  static func tellColumns(
    of table: Table, target: String, ignored: [String] = [], isClassifier: Bool, on console: Console
  ) {
    tell(table.findings(target: target, ignored: ignored, isClassifier: isClassifier), on: console)
  }

  static func tell(_ table: Table, on console: Console) { tell(table.findings, on: console) }

  private static func tell(_ sentences: [String], on console: Console) {
    let observer = ConsoleObserver(console)
    for sentence in sentences { observer.note(JobNote(sentence, isFinding: true)) }
  }
}

extension ModelReader {
  static func read(_ path: String, console: Console) throws -> ModelFile {
    let (file, notes) = try read(path)
    for note in notes { console.note(note) }
    return file
  }
}

extension TableOptions {
  static func name(_ path: String) -> String { Table.shortName(path) }
}
