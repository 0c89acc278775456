import Experiments
import Inversion
import Learning
import LinearAlgebra
import Methods
import Querying
import Reporting
import Tabular

/// One training row of a model file, rebuilt.
struct RowReconstruction: Sendable {
  let command: InvertCommand

  private var options: GlobalOptions { command.options }

  /// The settings of the informed adversary.
  ///
  /// - Throws: `SettingError`.
  static func settings(
    _ pairs: [String], over standard: InformedAdversary
  ) throws -> InformedAdversary {
    try MethodSettings(pairs).applied(to: standard)
  }

  /// A row, with what it was found by.
  private struct Found {
    /// The encoded columns.
    let features: [Double]
    /// The target, where the attack gives it.
    var target: String?
    /// The encoded columns of a mean row, which needs no model.
    let guess: [Double]
    let method: MethodEntry
    let note: String
  }

  /// Rebuilds the row and writes the report, the results and the row; the path of the report.
  func run() throws -> String {
    let file = try ModelReader.read(command.source.model ?? "", console: options.console)
    let pipeline = file.pipeline
    let found = try command.before.map { try deleted(file, before: $0) } ?? missing(file)
    let rebuilt = pipeline.features.columns(fromRows: Matrix([found.features]))
    let guess = pipeline.features.columns(fromRows: Matrix([found.guess]))
    let truth = try command.truth.map { try row($0, file) }
    var table = TextTable(
      title: "The row",
      columns: [.init("column"), .init("rebuilt"), .init("mean of the known rows")]
        + (truth == nil ? [] : [.init("truth")]), note: found.note)
    func text(_ column: Table.Column) -> String { column.texts().first.flatMap { $0 } ?? "–" }
    for (index, column) in rebuilt.enumerated() {
      table.append(
        [.init(column.name), .init(text(column)), .init(text(guess[index]))]
          + (truth.map { [.init($0.texts[index])] } ?? []))
    }
    if let target = found.target {
      table.append(
        [.init("\(pipeline.targetName) (target)"), .init(target), .init("–")]
          + (truth.map { [.init($0.target)] } ?? []))
    }
    var metrics: Metrics = [:]
    if let truth {
      metrics["relative_error"] = Self.distance(found.features, truth.features)
      metrics["relative_error_of_mean"] = Self.distance(found.guess, truth.features)
      table.append(
        [
          .init("relative error"), .init((metrics["relative_error"] ?? 0).significant(3), tone: .strong),
          .init((metrics["relative_error_of_mean"] ?? 0).significant(3)), .init("0"),
        ])
    }
    let csv = String(decoding: TableWriter.bytes(Table(columns: rebuilt)), as: UTF8.self)
    return try write(csv, table, metrics, found.method)
  }

  private static func distance(_ row: [Double], _ truth: [Double]) -> Double {
    norm2(zip(row, truth).map { $0 - $1 }) / max(norm2(truth), .leastNormalMagnitude)
  }

  /// The row that the known ones lack.
  private func missing(_ file: ModelFile) throws -> Found {
    let pipeline = file.pipeline
    let people = try people(command.knows ?? "", file)
    let features = try pipeline.features.features(inputs: people.rows)
    let settings = try Self.settings(command.settings, over: try recorded(file))
    let row: InformedAdversary.Row
    var target: String
    switch (pipeline.model, people.responses) {
    case (.linearClassifier(let model), .labels(let labels)):
      row = try InformedAdversary.row(
        missingFrom: ClassificationData(
          features: features, labels: labels, classCount: pipeline.labels.count), model: model,
        penalty: settings.penalty)
      target = pipeline.labels[row.target > 0.5 ? 1 : 0]
    case (.linear(let model), .numbers(let numbers)):
      row = try InformedAdversary.row(
        missingFrom: RegressionData(features: features, target: numbers), model: model,
        penalty: settings.penalty)
      target = row.target.significant(6)
    default:
      throw InversionError.missing(method: InformedAdversary.card.id, need: "a linear or logistic model file")
    }
    return Found(
      features: row.features, target: target, guess: features.columnMeans(), method: InformedAdversary.entry,
      note:
        "\(people.count) known rows, penalty \(settings.penalty.significant(6)); the model misses the row by "
        + "\(row.residual.significant(4)).")
  }

  /// The penalty that the model file tells.
  private func recorded(_ file: ModelFile) throws -> InformedAdversary {
    var settings = InformedAdversary()
    let text = file.provenance?.settings.first { $0.hasPrefix("penalty=") }?.dropFirst("penalty=".count)
    if let penalty = text.flatMap({ Double($0) }), penalty > 0 {
      settings.penalty = penalty
    } else if file.provenance?.recipe == "ols" {
      settings.penalty = 0
    } else if file.provenance?.recipe == "ridge", command.settings.isEmpty {
      throw InversionError.unsolvable(
        "the penalty was chosen by cross-validation and is not in the model file; give --set penalty=…")
    }
    return settings
  }

  /// The row that was in the data of the model before and is not in those of the model now.
  private func deleted(_ file: ModelFile, before path: String) throws -> Found {
    let pipeline = file.pipeline
    let earlier = try ModelReader.read(path, console: options.console).pipeline
    guard case .linear(let after) = pipeline.model, case .linear(let first) = earlier.model else {
      throw InversionError.missing(method: DeletionAttack.card.id, need: "two linear model files")
    }
    // Levels stand in the order in which a table has them, so the same column may have another place.
    let places = pipeline.features.space.names.compactMap(earlier.features.space.names.firstIndex)
    guard places.count == first.weights.count, places.count == after.weights.count,
      earlier.features.options.numeric == .none, pipeline.features.options.numeric == .none
    else {
      throw InversionError.unsolvable(
        "the two models encode their columns differently; train both with --scale none on the same columns")
    }
    let before = LinearModel(weights: places.map { first.weights[$0] }, intercept: first.intercept)
    let people = try people(command.source.data ?? "", file)
    let features = try pipeline.features.features(inputs: people.rows)
    let row = try DeletionAttack(publicRows: features).row(with: before, without: after)
    return Found(
      features: row, guess: features.columnMeans(), method: MethodEntry(DeletionAttack.card),
      note: "\(people.count) public rows.")
  }

  private func people(_ name: String, _ file: ModelFile) throws -> AttributeRecords {
    let pipeline = file.pipeline
    return try InvertSource.records(
      command.source.table(name, for: file, options), schema: PipelineOracle(pipeline).schema,
      target: command.source.target ?? pipeline.targetName)
  }

  /// The first row of a file: its encoded columns, their texts and its target.
  private func row(
    _ name: String, _ file: ModelFile
  ) throws -> (features: [Double], texts: [String], target: String) {
    let pipeline = file.pipeline
    let table = try command.source.table(name, for: file, options)
    let people = try InvertSource.records(
      table, schema: PipelineOracle(pipeline).schema, target: command.source.target ?? pipeline.targetName)
    guard people.count > 0 else { throw InversionError.tooFewRows("rows in --truth", needed: 1, found: 0) }
    let features = try pipeline.features.features(inputs: people.rows.rows(at: [0]))
    let target =
      switch people.responses {
      case .numbers(let values): values[0].significant(6)
      case .labels(let labels): pipeline.labels[labels[0]]
      }
    let texts = pipeline.features.columns(fromRows: features).map { $0.texts().first.flatMap { $0 } ?? "–" }
    return (features.row(0), texts, target)
  }

  private func write(_ csv: String, _ table: TextTable, _ metrics: Metrics, _ method: MethodEntry) throws
    -> String
  {
    let name = TableOptions.name(command.source.model ?? "")
    let document = ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName),
      parameters: [
        "command": "invert", "model": .text(name), "knows": command.knows.map { .text($0) } ?? .missing,
        "before": command.before.map { .text($0) } ?? .missing,
        "settings": .list(command.settings.map { .text($0) }),
      ], methods: [method],
      outcomes: [
        Outcome(
          dataset: TableOptions.name(command.knows ?? command.source.data ?? ""), model: name,
          attack: method.id, defence: "none", rate: 0, seed: 0, metrics: metrics)
      ], claims: [])
    var page = Report(
      title: "A training row of \(name)", subtitle: method.card.summary, colophon: "bezoar \(Bezoar.version)")
    page.append(.table(table))
    page.append(.methods([Report.MethodEntry(method)]))
    let files = try page.write(
      to: command.output, with: Gnuplot.find(searchPath: Console.environment("PATH") ?? ""),
      beside: ["results.json": try document.json(), "row.csv": csv])
    if options.json { options.console.write(try document.json()) } else { options.console.write(table) }
    return files.page
  }
}
