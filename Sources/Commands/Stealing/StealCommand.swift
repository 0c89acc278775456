import ArgumentParser
import Experiments
import Learning
import LinearAlgebra
import Methods
import Querying
import Reporting
import Stealing
import Tabular
import Workbench

/// Copies a deployed model by asking it.
struct StealCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steal",
    abstract: "Copy a model by asking it: over HTTP, in this process, or from recorded answers.",
    discussion: """
      The attack sees answers only. It counts its queries, writes every answer to a
      log, and after an interruption goes on from there without asking again. The
      budget counts every row that is sent to a service: to find out how to ask, to
      steal, and to compare.

      Examples:
        bezoar steal http://127.0.0.1:8080 -o stolen.json
        bezoar steal http://127.0.0.1:8080/v2/models/digits --attack log-ratio \\
          --ranges 0:16 --budget 100 -o stolen.json
        bezoar steal http://127.0.0.1:8000/predict --data rows.csv -o stolen.json \\
          --request '{"age":{age},"ward":"{ward}"}' --answer '$.probability'
        bezoar steal --model victim.json --attack equation \\
          --data digits -o stolen.json
        bezoar steal --model iris.onnx --data iris.csv -o stolen.json
        bezoar steal --model tree.json --content confidence --details nodes \\
          --attack top-down -o stolen.json
        bezoar steal --replay stolen.queries.jsonl \\
          --attack retrain-uniform -o again.json

      'bezoar list --family extraction' shows the attacks; auto tries those that fit
      what the model gives. A copy counts as complete only if no row that was held
      out differs.
      """)

  @OptionGroup var source: StealTarget

  @Option(help: "Id of the attack, or auto.")
  var attack = "auto"

  @Option(name: .customLong("set"), help: ArgumentHelp("A setting of the attack.", valueName: "name=value"))
  var settings: [String] = []

  @Option(
    help: ArgumentHelp(
      "Most rows that may be sent, for whatever reason, those of an interrupted run included. (default: \(TheftAllowance.usual) to a service)",
      valueName: "rows"))
  var budget: Int?

  @Option(name: [.short, .long], help: ArgumentHelp("File for the stolen model.", valueName: "file"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "File for the queries and answers. (default: beside the model, .queries.jsonl)", valueName: "file"))
  var log: String?

  @Option(help: ArgumentHelp("Folder for the report. (default: beside the model)", valueName: "folder"))
  var report: String?

  @Option(
    help: ArgumentHelp(
      "Rows as the model's users have them, to check copies and to compare the two models on, besides uniform ones: a file or the id of a data set.",
      valueName: "file|id"))
  var data: String?

  @Option(
    help: ArgumentHelp(
      "Uniform rows to compare the two models on after the theft; over HTTP they cost. (default: 10000, over HTTP 200)",
      valueName: "rows"))
  var check: Int?

  @Option(help: ArgumentHelp("Price of a query, for the bill.", valueName: "money"))
  var price = 0.0001

  @OptionGroup var options: GlobalOptions

  /// Most rows of a comparison.
  private static let mostChecks = 10_000_000

  func validate() throws {
    if let budget, budget < 1 { throw ValidationError("--budget must be at least 1, not \(budget)") }
    if let check, !(0...Self.mostChecks).contains(check) {
      throw ValidationError("--check must be from 0 to \(Self.mostChecks), not \(check)")
    }
    guard price >= 0 else { throw ValidationError("--price must be at least 0, not \(price)") }
    guard output != source.model, output != source.replay, output != data else {
      throw ValidationError("--output would overwrite \(output); give another name")
    }
    try usage {
      _ = try MethodRegistry.current.extractionAttacks.make(attack, settings: MethodSettings(settings))
    }
  }

  func run() async throws {
    BLASRuntime.setThreads(1)
    let console = options.console
    Activity.now("finding out how to ask")
    let logPath = logPath
    if source.replay == nil {
      Interruption.keeps { "all answers so far are in \(logPath), and the same command goes on from there" }
    }
    // The record of a theft over the network stands before anything is sent: names of requests follow from it.
    let begun = source.url == nil ? nil : try QueryRecordFile(path: logPath, isNamed: true)
    let spent = begun?.earlier.map { earlier in
      earlier.exchanges.count + min(max(earlier.header.unrecorded ?? 0, 0), TheftAllowance.usual)
    }
    let allowance = TheftAllowance(budget, spent: spent ?? 0, checks: check ?? 200)
    let victim = try await victim(begun, allowance)
    for note in victim.notes { console.note(note) }
    if victim.isRemote, let note = allowance.note { console.note(note) }
    try checkSize(victim.oracle.schema)
    let method = try MethodRegistry.current.extractionAttacks.make(attack, settings: MethodSettings(settings))
    try MethodRegistry.current.extractionAttacks.check(
      type(of: method), on: victim.oracle.schema, victim.oracle.capabilities)
    let (record, known) = try open(victim, begun)
    if known.isEmpty {
      try record?.append(victim.probes)
    } else {
      console.note("going on from \(known.count) answers in \(logPath)")
    }
    let most = victim.isRemote ? allowance.theft : budget
    Activity.now("stealing")
    let progress = QueryProgress(budget: most, console: console)
    let session = QuerySession(
      victim.oracle, budget: most, known: known, realRows: victim.testRows,
      record: { try record?.append($0) },
      progress: { progress.show($0) })
    let started = ContinuousClock.now
    let taken = try await Interruption.cancelling {
      var random = RandomStream(seed: options.seed).child("steal")
      return try await method.steal(session, using: &random)
    }
    let ledger = session.ledger
    let rest = QuerySession(
      victim.oracle, budget: session.remaining, known: victim.isRemote ? known : [],
      record: { if victim.isRemote { try record?.append($0) } })
    let gaps = try await Interruption.cancelling {
      var random = RandomStream(seed: options.seed).child("missing values")
      return try await MissingValues.learn(taken, rest, using: &random)
    }
    let stolen = gaps.stolen
    progress.finish()
    let seconds = (ContinuousClock.now - started).seconds
    try write(stolen, by: type(of: method).card.id, victim, session.ledger)
    // Over the network the comparison is paid for, so it is counted and put on record like the theft.
    let checks = QuerySession(
      victim.unguarded, known: victim.isRemote ? known : [],
      record: { if victim.isRemote { try record?.append($0) } })
    Activity.now("comparing")
    let (comparison, remark) = try await comparison(
      victim, stolen, ledger, checks, allowance.limit, known: known)
    let isCut = session.wasCut || victim.isRemote && allowance.limit.wasReached
    let copy = comparison.map { stolen.checked($0.check) } ?? stolen
    let result = TheftResult(
      attack: type(of: method).card.id, victim: victim, ledger: ledger, stolen: copy, gaps: gaps,
      comparison: comparison, remark: remark, checked: victim.isRemote ? checks.ledger.queries : 0,
      earlier: source.replay == nil
        ? max(session.unclaimed - checks.ledger.resumed - rest.ledger.resumed, 0) : 0,
      stop: isCut && victim.isRemote ? allowance.sentence : nil, seed: options.seed)
    Activity.now("writing the report")
    let page = try result.report(price: price).write(
      to: report ?? "\(stem)-report",
      with: Gnuplot.find(searchPath: Console.environment("PATH") ?? ""))
    if options.json {
      console.write(try result.document(settings: settings).json())
    } else {
      console.write(result.table(price: price))
      for note in result.notes { console.write("\(note)\n") }
    }
    if let remark { console.note(remark) }
    if let stop = result.stop { console.note(stop) }
    if !stolen.findings.isEmpty { console.note("findings: \(findingsPath)") }
    console.note("time: \(seconds.fixed(2)) s; model: \(output); report: \(page.page)")
  }

  /// The file name of the model without its ending.
  private var stem: String {
    output.hasSuffix(".json") || output.hasSuffix(".onnx") ? String(output.dropLast(5)) : output
  }

  private var logPath: String { log ?? "\(stem).queries.jsonl" }

  private var findingsPath: String { "\(stem).findings.json" }

  /// The model; a log that was begun for it is gone again if it was asked about no row.
  private func victim(
    _ log: QueryRecordFile?, _ allowance: TheftAllowance
  ) async throws -> StealTarget.Victim {
    let left = allowance.limit.left
    do {
      return try await source.oracle(options, data: data, log: log, allowance: allowance)
    } catch {
      if allowance.limit.left == left { log?.discard() }
      throw error
    }
  }

  /// A theft solves equations of as many unknowns as there are inputs.
  private func checkSize(_ schema: QuerySchema) throws {
    let (inputs, limit) = (schema.inputs.count, SystemMemory.largestSquare(copies: 4))
    guard SystemMemory.holds(squareOf: inputs + 1, copies: 4) else {
      throw QueryError.refused(
        "it has \(inputs) inputs, and the memory of this machine holds the equations of \(limit)")
    }
  }

  /// The log with what an earlier run left; none for a replay, which has its answers already.
  private func open(
    _ victim: StealTarget.Victim, _ begun: QueryRecordFile?
  ) throws -> (QueryRecorder?, known: [QuerySession.Exchange]) {
    if source.replay != nil { return (nil, []) }
    var header = QueryRecord.Header(
      target: victim.name, schema: victim.oracle.schema, capabilities: victim.oracle.capabilities)
    if victim.isRemote { header.unrecorded = max(victim.probedRows - victim.probes.count, 0) }
    let opened = try (begun ?? QueryRecordFile(path: logPath, isNamed: false)).recorder(header)
    return (opened.recorder, opened.known)
  }

  /// The copy beside the model; a remark instead where the model gives no more answers.
  private func comparison(
    _ victim: StealTarget.Victim, _ stolen: StolenModel, _ ledger: QueryLedger, _ session: QuerySession,
    _ limit: SendingLimit, known: [QuerySession.Exchange]
  ) async throws -> (FidelityReport?, remark: String?) {
    guard source.replay == nil, check != 0 else { return (nil, nil) }
    var (count, rows) = (check ?? (victim.isRemote ? 200 : 10_000), victim.testRows)
    if victim.isRemote {
      // What is known costs nothing.
      let known = Set(known.filter { $0.details.isEmpty }.map { $0.query.map(\.bitPattern) })
      var (left, random) = (limit.left, RandomStream(seed: options.seed).child("check"))
      func affordable(_ rows: Matrix) -> Int {
        let asked = victim.oracle.schema.feasibleValues(rows)
        return (0..<asked.rows).first { row in
          guard !known.contains(asked.row(row).map(\.bitPattern)) else { return false }
          left -= 1
          return left < 0
        } ?? asked.rows
      }
      count = affordable(victim.oracle.schema.uniformRows(count, using: &random))
      rows = rows.map { $0.rows(at: Array(0..<affordable($0))) }
      if rows?.rows == 0 { rows = nil }
      guard count > 0 else {
        return (
          nil, "the copy could not be compared with the model: the budget of \(limit.total) rows is spent"
        )
      }
    }
    let (uniformCount, testRows) = (count, rows)
    let seed = options.seed
    do {
      let report = try await Interruption.cancelling {
        var random = RandomStream(seed: seed).child("check")
        return try await FidelityReport.measure(
          SessionOracle(session), stolen, ledger: ledger, testRows: testRows, uniformCount: uniformCount,
          using: &random)
      }
      return (report, nil)
    } catch let error where !(error is CancellationError) {
      return (nil, "the copy could not be compared with the model: \(error)")
    }
  }

  /// Writes the model, and beside it what was found besides.
  private func write(
    _ stolen: StolenModel, by attack: String, _ victim: StealTarget.Victim, _ ledger: QueryLedger
  ) throws {
    let file = ModelFile(
      pipeline: stolen.pipeline,
      provenance: .init(
        tool: "bezoar \(Bezoar.version)", recipe: "stolen by \(attack)", settings: settings,
        dataset: victim.name, sha256: "", rows: ledger.queries, seed: options.seed,
        reading: try source.format.completed(by: victim.reading)))
    try AtomicFile.write(file.bytes(), to: output)
    if !stolen.findings.isEmpty {
      try AtomicFile.write(FindingsFile(stolen.findings).bytes(), to: findingsPath)
    }
  }
}
