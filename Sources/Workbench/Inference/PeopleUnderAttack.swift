import Datasets
import Experiments
import Inversion
import Learning
import LinearAlgebra
import Methods
import Querying
import Tabular

/// A model and the people about whom it may tell something.
public struct PeopleUnderAttack: Sendable {
  /// Where the model is.
  public enum Model: Sendable {
    /// A model file.
    case file(String)
    /// The address of a service.
    case url(String, ServiceConnection)
    /// A kind of model, by its id, with its settings: it is trained on half of the people.
    case trained(String, settings: [String])
  }

  /// The model.
  public var model: Model
  /// People to attack: a file or the id of a data set; nil for none.
  public var data: String?
  /// The people that the model was trained on; nil if they are not known.
  public var members: String?
  /// Column that the model predicts; nil for that of the model file.
  public var target: String?
  /// Columns that hold categories though they look like numbers, separated by commas.
  public var categories: String?
  /// Columns that are not used, separated by commas.
  public var ignored: String?
  /// Range of the numbers whose range is not known, or a JSON file with the inputs.
  public var ranges: String?
  /// How tables are read.
  public var reading = ReadingChoices()

  /// A model without people.
  public init(_ model: Model) { self.model = model }

  /// The model file; nil for another place.
  var file: String? { if case .file(let path) = model { path } else { nil } }

  /// The address of the service; nil for another place.
  var url: String? { if case .url(let address, _) = model { address } else { nil } }

  /// The kind of model that is trained; nil for a model that is there.
  var trained: String? { if case .trained(let id, _) = model { id } else { nil } }

  /// The settings of the model that is trained.
  var trainSettings: [String] { if case .trained(_, let settings) = model { settings } else { [] } }

  /// Columns of a table that are declared categories.
  func declared(_ table: Table) throws -> [String] {
    ListOption.columns(categories, of: table.columns.map(\.name)) + reading.categories
  }

  /// A table of people.
  func table(_ name: String, for model: ModelFile?, in context: JobContext) throws -> Table {
    var reader = reading.reader(
      targets: [target ?? model?.pipeline.targetName].compactMap { $0 }, for: model)
    context.findings(reading.optionsOfModel(model))
    let source = DataSource(name, searchPath: context.searchPath)
    var table = try source.table(reader)
    // Names with commas are known when the table is.
    let categories = ListOption.columns(categories, of: table.columns.map(\.name))
    if !categories.isEmpty {
      for name in categories { reader.kinds[name] = .categorical }
      table = try source.table(reader)
    }
    context.findings(table.findings)
    return table
  }

  /// The people of ``data`` and ``members``, each file read once.
  struct Tables {
    var data: Table?
    var members: Table?
  }

  /// Reads the people as a model takes them; nil for a service or a model that is trained here.
  func tables(for model: ModelFile?, in context: JobContext) throws -> Tables {
    Tables(
      data: try data.map { try table($0, for: model, in: context) },
      members: try members.map { try table($0, for: model, in: context) })
  }

  /// The people as tables of which ranges can be taken.
  private func examples(_ tables: Tables) -> [ColumnRanges.Example] {
    [(tables.data, data), (tables.members, members)].compactMap { table, name in
      // What is predicted is no column that a service is asked about.
      table.map { .init($0.removing(columns: [target].compactMap { $0 }), of: name ?? "") }
    }
  }

  /// The model and the people, and tells what was found out of them; the model is nil where it is trained later.
  func open(in context: JobContext) async throws -> (ModelUnderAttack?, Tables) {
    let source: ModelUnderAttack.Source
    switch model {
    case .trained: return (nil, try tables(for: nil, in: context))
    case .file(let path): source = .file(ModelFileAccess(path))
    case .url(let address, let connection): source = .url(ServiceAccess(address, connection))
    }
    var tables = Tables()
    let opened = try await ModelUnderAttack.open(source, ranges: ranges, in: context) { file in
      tables = try self.tables(for: file, in: context)
      return KnownRows(examples: examples(tables))
    }
    context.note(opened.notes)
    return (opened, tables)
  }
}

extension AttributeRecords {
  /// People of a table as records of a model: a value per column, and the response; those without one are left out.
  init(_ table: Table, schema: QuerySchema, target: String) throws {
    self = try Self.placed(table, schema: schema, target: target).people
  }

  /// The same with the rows of the table that they stand in, from 0.
  static func placed(
    _ table: Table, schema: QuerySchema, target: String
  ) throws -> (people: AttributeRecords, rows: [Int]) {
    guard let place = table.index(of: target) else {
      throw DesignError.unknownColumn(target, known: table.columns.map(\.name), nearest: nil)
    }
    return try table.placing {
      let asked = table.asked(besides: target, inputs: schema.inputs.map(\.name))
      return try placed(table.columns[place], schema.rows(of: asked), schema, target)
    }
  }

  private static func placed(
    _ column: Table.Column, _ rows: Matrix, _ schema: QuerySchema, _ target: String
  ) throws -> (people: AttributeRecords, rows: [Int]) {
    switch schema.target {
    case .number:
      let values = try column.numbers()
      let used = values.indices.filter { values[$0].isFinite }
      return (
        AttributeRecords(rows: rows.rows(at: used), responses: .numbers(used.map { values[$0] })), used
      )
    case .classes(let names):
      let texts = column.texts()
      let places = texts.map { text in text.flatMap { names.firstIndex(of: $0) } }
      let used = places.indices.filter { places[$0] != nil }
      if used.isEmpty, let strange = texts.lazy.compactMap({ $0 }).first {
        throw DesignError.unseenLevel(strange, column: target, row: 1)
      }
      let responses = used.compactMap { places[$0] }
      return (AttributeRecords(rows: rows.rows(at: used), responses: .labels(responses)), used)
    }
  }
}
