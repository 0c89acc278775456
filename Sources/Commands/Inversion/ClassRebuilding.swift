import Experiments
import Inversion
import Learning
import LinearAlgebra
import Methods
import Querying
import Reporting
import Tabular
import Workbench

/// Classes of a model rebuilt from its confidences.
struct ClassRebuilding: Sendable {
  let command: InvertCommand
  /// The class, or all.
  let label: String

  private var options: GlobalOptions { command.options }

  /// Rebuilds, writes the report, the results and the rows; the path of the report.
  func run() async throws -> String {
    let source = command.source
    let attack = try command.classAttack()
    let method = type(of: attack).entry
    guard source.train == nil else {
      throw InversionError.missing(method: method.id, need: "a model file or a service, not --train")
    }
    let file = try source.model.map { try ModelReader.read($0, console: options.console) }
    let pipeline = file?.pipeline
    let people = try source.people(for: file, options)
    let service = source.url == nil ? nil : try await source.service(people, options)
    for note in service?.notes ?? [] { options.console.note(note) }
    let oracle: any PredictionOracle
    if let service {
      oracle = service.oracle
    } else if let pipeline {
      let (asked, notes) = try source.oracle(pipeline, people)
      oracle = asked
      for note in notes { options.console.note(note) }
    } else {
      throw InversionError.missing(method: method.id, need: "a model")
    }
    let schema = oracle.schema
    let bounds = try schema.inputs.map { input -> (lower: Double, upper: Double) in
      guard case .number(let lower, let upper) = input.kind else {
        throw InversionError.missing(
          method: method.id, need: "columns of numbers; '\(input.name)' holds categories")
      }
      return (lower, upper)
    }
    let box = UnitBox(lower: bounds.map(\.lower), upper: bounds.map(\.upper))
    let session = QuerySession(oracle, remembers: false)
    let held = command.blackBox ? nil : pipeline.flatMap { PipelineSurface($0, unit: box) }
    var (faces, queries) = ([RebuiltClass](), [Int]())
    let chosen = try classes(schema, method)
    let progress = Progress("rebuilding", total: chosen.count, console: options.console)
    for place in chosen {
      try Interruption.check()
      let before = session.ledger.queries
      var random = RandomStream(seed: options.seed).child("starts").child("\(place)")
      let task = ClassTask(
        label: place, session: session, held: held, box: box, otherStarts: Self.otherStarts)
      let face = try await attack.rebuilt(task, using: &random)
      guard face.label == place, face.row.count == schema.inputs.count else {
        throw InversionError.unsolvable("\(method.id) gives no row of \(schema.inputs.count) columns for it")
      }
      faces.append(face)
      queries.append(session.ledger.queries - before)
      progress.advance()
    }
    progress.finish()
    let csv = String(decoding: TableWriter.bytes(rows(faces, schema)), as: UTF8.self)
    return try write(csv, faces, box, method, schema: schema, queries: held == nil ? queries : nil)
  }

  /// Points that are tried where the published start, the lower corner, leads nowhere.
  private static let otherStarts = 16

  private func classes(_ schema: QuerySchema, _ method: MethodEntry) throws -> [Int] {
    guard !schema.classes.isEmpty else {
      throw InversionError.missing(method: method.id, need: "a model of classes")
    }
    if label == "all" { return Array(schema.classes.indices) }
    guard let place = schema.classes.firstIndex(of: label) else {
      throw DesignError.unknownColumn(label, known: schema.classes, nearest: nil)
    }
    return [place]
  }

  /// The rebuilt rows as a table.
  private func rows(_ faces: [RebuiltClass], _ schema: QuerySchema) -> Table {
    Table(
      columns: [
        .init(
          name: "class",
          values: .categorical(codes: faces.map(\.label), levels: schema.classes))
      ]
        + schema.inputs.indices.map { column in
          .init(name: schema.inputs[column].name, values: .numeric(faces.map { $0.row[column] }))
        })
  }

  private func write(
    _ csv: String, _ faces: [RebuiltClass], _ box: UnitBox, _ method: MethodEntry, schema: QuerySchema,
    queries: [Int]?
  ) throws -> String {
    let name = TableOptions.name(command.source.model ?? command.source.url ?? "")
    var table = TextTable(
      title: "Classes of \(name) rebuilt",
      columns: [
        .init("class"), .number("confidence"), .init("taken for it"), .number("steps"), .number("queries"),
        .init("left its start"), .init("start"),
      ],
      note: (queries.map { "\($0.reduce(0, +)) queries for \(faces.count) classes. " }
        ?? "Exact gradients of the model file. ")
        + "The confidence is that of the row in classes.csv. The published start is the lower corner; up to "
        + "\(Self.otherStarts) other points are tried as long as the model takes that row for another class.")
    for (index, face) in faces.enumerated() {
      table.append([
        .init(schema.classes[face.label]), .init(face.confidence.fixed(4)),
        .init(face.isTaken ? "yes" : "no", tone: face.isTaken ? .plain : .muted), .init("\(face.steps)"),
        .init(queries.map { "\($0[index])" } ?? "–"),
        .init(face.hasLeftStart ? "yes" : "no", tone: face.hasLeftStart ? .plain : .muted),
        .init(face.start == 0 ? "lower corner" : face.start == 1 ? "middle" : "point \(face.start)"),
      ])
    }
    let outcomes = faces.enumerated().map { index, face in
      Outcome(
        dataset: schema.classes[face.label], model: name, attack: method.id, defence: "none", rate: 0,
        seed: options.seed,
        metrics: [
          "confidence": face.confidence, "taken": face.isTaken ? 1 : 0, "steps": Double(face.steps),
          "left_start": face.hasLeftStart ? 1 : 0, "start": Double(face.start),
          "queries": queries.map { Double($0[index]) },
        ])
    }
    let document = ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName),
      parameters: [
        "command": "invert", "model": .text(name), "class": .text(label),
        "settings": .list(command.settings.map { .text($0) }), "black_box": .flag(queries != nil),
      ], methods: [method], outcomes: outcomes, claims: [])
    var page = Report(
      title: "What \(name) takes for its classes", subtitle: "Inputs rebuilt from confidences.",
      colophon: "bezoar \(Bezoar.version)")
    page.append(.table(table))
    if let width = command.width {
      page.append(
        .pictures(
          PictureGrid(
            title: "Rebuilt classes", caption: "Brightness from the lower to the upper bound of each column.",
            width: width, columns: faces.map { schema.classes[$0.label] },
            rows: [
              .init(name, faces.map { .init(box.point($0.row)) })
            ])))
    }
    page.append(.methods([Report.MethodEntry(method)]))
    let files = try page.write(
      to: command.output, with: Gnuplot.find(searchPath: Console.environment("PATH") ?? ""),
      beside: ["results.json": try document.json(), "classes.csv": csv])
    if options.json { options.console.write(try document.json()) } else { options.console.write(table) }
    return files.page
  }
}
