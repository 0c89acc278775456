import Experiments
import Inversion
import Learning
import LinearAlgebra
import Methods
import Querying
import Reporting
import Tabular
import Workbench

/// One training row of a model file, rebuilt.
struct RowReconstruction: Sendable {
  let command: InvertCommand

  private var options: GlobalOptions { command.options }

  /// A row, with what it was found by.
  private struct Found {
    let row: ReconstructedRow
    /// The encoded columns of a mean row, which needs no model.
    let guess: [Double]
    let method: MethodEntry
    let note: String

    /// - Parameters:
    ///   - known: encoded columns of the rows that the attacker has.
    ///   - name: what they are.
    init(_ row: ReconstructedRow, by attack: any ReconstructionAttack, known: Matrix, name: String) {
      self.row = row
      guess = known.columnMeans()
      method = type(of: attack).entry
      let figures = row.figures.map { "; \($0.name) \($0.value.significant(4))" }
      note = "\(known.rows) \(name) rows\(figures.joined())."
    }
  }

  /// Rebuilds the row and writes the report, the results and the row; the path of the report.
  func run() throws -> String {
    let file = try ModelReader.read(command.source.model ?? "", console: options.console)
    let pipeline = file.pipeline
    let attack = try command.rowAttack()
    try attack.check(pipeline.model)
    let found =
      try command.before.map { try deleted(file, before: $0, by: attack) } ?? missing(file, by: attack)
    let features = found.row.features
    guard features.count == pipeline.features.space.names.count, features.allSatisfy(\.isFinite) else {
      throw InversionError.unsolvable(
        "\(found.method.id) gives no row of \(pipeline.features.space.names.count) finite numbers")
    }
    let rebuilt = pipeline.features.columns(fromRows: Matrix([features]))
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
    if let target = found.row.target.map(self.target(of: pipeline)) {
      table.append(
        [.init("\(pipeline.targetName) (target)"), .init(target), .init("–")]
          + (truth.map { [.init($0.target)] } ?? []))
    }
    var metrics: Metrics = [:]
    if let truth {
      metrics["relative_error"] = Self.distance(features, truth.features)
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

  /// The text of a target that an attack found.
  private func target(of pipeline: Pipeline) -> (Double) -> String {
    { target in
      guard !pipeline.labels.isEmpty else { return target.significant(6) }
      return Int(exactly: target).flatMap { pipeline.labels.indices.contains($0) ? pipeline.labels[$0] : nil }
        ?? "–"
    }
  }

  /// The attack with what the file of the model tells of its training.
  private func adapted(
    _ attack: any ReconstructionAttack, to file: ModelFile
  ) throws -> any ReconstructionAttack {
    try attack.adapted(to: file.provenance, settings: MethodSettings(command.settings))
  }

  /// The row that the known ones lack.
  private func missing(_ file: ModelFile, by attack: any ReconstructionAttack) throws -> Found {
    let pipeline = file.pipeline
    let people = try people(command.knows ?? "", file)
    let attack = try adapted(attack, to: file)
    let features = try pipeline.features.features(inputs: people.rows)
    let evidence: ReconstructionTask.Evidence =
      switch people.responses {
      case .labels(let labels):
        .classes(
          ClassificationData(features: features, labels: labels, classCount: pipeline.labels.count))
      case .numbers(let numbers): .numbers(RegressionData(features: features, target: numbers))
      }
    let row = try attack.row(ReconstructionTask(model: pipeline.model, evidence: evidence))
    return Found(row, by: attack, known: features, name: "known")
  }

  /// The row that was in the data of the model before and is not in those of the model now.
  private func deleted(
    _ file: ModelFile, before path: String, by attack: any ReconstructionAttack
  ) throws -> Found {
    let pipeline = file.pipeline
    let earlier = try ModelReader.read(path, console: options.console).pipeline
    try attack.check(earlier.model)
    let attack = try adapted(attack, to: file)
    let before = try Self.model(earlier, inOrderOf: pipeline)
    let people = try people(command.source.data ?? "", file)
    let features = try pipeline.features.features(inputs: people.rows)
    let task = ReconstructionTask(model: pipeline.model, evidence: .earlier(before, publicRows: features))
    return Found(try attack.row(task), by: attack, known: features, name: "public")
  }

  /// A model with its features in the order in which another one has them.
  private static func model(_ earlier: Pipeline, inOrderOf pipeline: Pipeline) throws -> FittedModel {
    let (own, wanted) = (earlier.features.space.names, pipeline.features.space.names)
    // Levels stand in the order in which a table has them, so the same column may have another place.
    let places = wanted.compactMap(own.firstIndex)
    guard places.count == own.count, places.count == wanted.count,
      earlier.features.options.numeric == .none, pipeline.features.options.numeric == .none
    else {
      throw InversionError.unsolvable(
        "the two models encode their columns differently; train both with --scale none on the same columns")
    }
    guard places != Array(own.indices) else { return earlier.model }
    guard case .linear(let linear) = earlier.model else {
      throw InversionError.unsolvable("the two models have their columns in another order")
    }
    return .linear(LinearModel(weights: places.map { linear.weights[$0] }, intercept: linear.intercept))
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
