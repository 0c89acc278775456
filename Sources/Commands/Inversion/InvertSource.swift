import ArgumentParser
import Experiments
import Inversion
import Learning
import LinearAlgebra
import Methods
import Querying
import Tabular
import Workbench

/// The model that is attacked and the people: a file, a service, or a model that is trained here.
struct InvertSource: ParsableArguments {
  @Argument(help: ArgumentHelp("Address of a prediction service.", valueName: "url"))
  var url: String?

  @Option(help: ArgumentHelp("Model file to attack.", valueName: "file"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Kind of model to train on half of the people, by its id; the others are no members.", valueName: "id"))
  var train: String?

  @Option(
    name: .customLong("train-set"),
    help: ArgumentHelp("A setting of the trained model.", valueName: "name=value"))
  var trainSettings: [String] = []

  @Option(help: ArgumentHelp("People to attack: a file or the id of a data set.", valueName: "file|id"))
  var data: String?

  @Option(help: ArgumentHelp("File with the people that the model was trained on.", valueName: "file"))
  var members: String?

  @Option(
    help: ArgumentHelp(
      "Column that the model predicts. (default: that of the model file)", valueName: "column"))
  var target: String?

  @Option(
    help: ArgumentHelp(
      "Columns that hold categories though they look like numbers, separated by commas.", valueName: "columns"
    ))
  var categories: String?

  @Option(help: ArgumentHelp("Columns that are not used, separated by commas.", valueName: "columns"))
  var ignore: String?

  @Option(
    help: ArgumentHelp(
      "Range of the numbers whose range is not known, or a JSON file with the inputs. (default: that of the people; what a model's scaling or thresholds suggest; else -1:1)",
      valueName: "low:high|file"))
  var ranges: String?

  @OptionGroup(title: ConnectionOptions.title) var connection: ConnectionOptions

  @OptionGroup(title: TableFormat.title) var format: TableFormat

  func validate() throws {
    let given = [url, model, train].compactMap { $0 }
    guard given.count == 1 else {
      throw ValidationError(
        given.isEmpty
          ? "nothing to attack; give the address of a service, --model FILE or --train ID"
          : "give only one of an address, --model and --train")
    }
    try connection.check(format)
    guard url != nil || connection.given(format).isEmpty else {
      throw ValidationError("\(connection.given(format)[0]) goes with the address of a service")
    }
    if train != nil, data == nil || target == nil {
      throw ValidationError("--train needs --data and --target")
    }
    if members != nil, train != nil { throw ValidationError("--members goes with --model or a service") }
    if train == nil, !trainSettings.isEmpty { throw ValidationError("--train-set goes with --train") }
    if train == nil, ignore != nil { throw ValidationError("--ignore goes with --train") }
    guard train == nil || ranges == nil else {
      throw ValidationError("--ranges goes with --model or the address of a service")
    }
    if let train {
      try usage {
        _ = try MethodRegistry.current.learners.make(train, settings: MethodSettings(trainSettings))
      }
    }
  }

  /// Columns of a table that are declared categories.
  func declared(_ table: Table) throws -> [String] {
    ListOption.columns(categories, of: table.columns.map(\.name)) + (try format.categories())
  }

  /// Columns of a table that are not used.
  func ignored(_ table: Table) -> [String] { ListOption.columns(ignore, of: table.columns.map(\.name)) }

  /// A table of people.
  func table(_ name: String, for model: ModelFile?, _ options: GlobalOptions) throws -> Table {
    var reader = try format.reader(
      targets: [target ?? model?.pipeline.targetName].compactMap { $0 }, for: model, asksService: true)
    try format.tellOptions(of: model, on: options.console)
    let source = DataSource(name, searchPath: options.searchPath)
    var table = try source.table(reader)
    // Names with commas are known when the table is.
    let categories = ListOption.columns(categories, of: table.columns.map(\.name))
    if !categories.isEmpty {
      for name in categories { reader.kinds[name] = .categorical }
      table = try source.table(reader)
    }
    TableFormat.tell(table, on: options.console)
    return table
  }

  /// The people of ``data`` and ``members``, each file read once.
  struct People {
    let data: Table?
    let members: Table?
    /// The same as tables of which ranges can be taken.
    let examples: [ColumnRanges.Example]
  }

  /// Reads the people as a model takes them; nil for a service or a model that is trained here.
  func people(for model: ModelFile?, _ options: GlobalOptions) throws -> People {
    let data = try data.map { try table($0, for: model, options) }
    let members = try members.map { try table($0, for: model, options) }
    let examples = [(data, self.data), (members, self.members)].compactMap { table, name in
      // What is predicted is no column that a service is asked about.
      table.map {
        ColumnRanges.Example(
          $0.removing(columns: [target].compactMap { $0 }),
          name: "the rows of \(TableOptions.name(name ?? ""))")
      }
    }
    return People(data: data, members: members, examples: examples)
  }

  /// The service, with what was found out of it.
  func service(_ people: People, _ options: GlobalOptions) async throws -> StealTarget.Victim {
    var words = [url ?? ""]
    if let ranges { words += ["--ranges", ranges] }
    var target = try StealTarget.parse(words)
    (target.connection, target.format) = (connection, format)
    return try await target.oracle(options, data: nil, examples: people.examples)
  }

  /// The model of a file as it is asked, with the sentences on where the ranges of its columns come from.
  func oracle(_ pipeline: Pipeline, _ people: People) throws -> (PipelineOracle, notes: [String]) {
    let (columns, notes) = try ColumnRanges(
      description: try ranges.map { try InputDescription($0) }, examples: people.examples
    ).columns(pipeline.describedColumns)
    return (PipelineOracle(pipeline, columns: columns), notes)
  }

  /// People of a table as records of a model: a value per column, and the response; those without one are left out.
  static func records(_ table: Table, schema: QuerySchema, target: String) throws -> AttributeRecords {
    try placedRecords(table, schema: schema, target: target).people
  }

  /// The same with the rows of the table that they stand in, from 0.
  static func placedRecords(
    _ table: Table, schema: QuerySchema, target: String
  ) throws -> (people: AttributeRecords, rows: [Int]) {
    guard let place = table.index(of: target) else {
      throw DesignError.unknownColumn(target, known: table.columns.map(\.name), nearest: nil)
    }
    return try table.placing {
      let asked = table.asked(besides: target, inputs: schema.inputs.map(\.name))
      return try placedRecords(table.columns[place], schema.rows(of: asked), schema, target)
    }
  }

  private static func placedRecords(
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
