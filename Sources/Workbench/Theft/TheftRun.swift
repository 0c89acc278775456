import Files
import Experiments
import Learning
import LinearAlgebra
import Methods
import Querying
import Reporting
import Stealing

extension TheftJob {
  /// Steals the model and writes it.
  ///
  /// Every answer is on disk before it is used, so that an interrupted theft goes on from there; the copy is on disk
  /// before it is compared.
  ///
  /// - Throws: errors of the way to the model, of the attack, and of the files.
  public func run(_ context: JobContext) async throws -> TheftResult {
    try await TheftRun(request: self, context: context).run()
  }
}

/// A theft under way.
struct TheftRun: Sendable {
  let request: TheftJob
  let context: JobContext

  func run() async throws -> TheftResult {
    BLASRuntime.setThreads(1)
    context.observer.begin("finding out how to ask")
    if !request.isReplay {
      let log = request.logPath
      context.observer.keeps {
        "all answers so far are in \(log), and the same command goes on from there"
      }
    }
    // The record of a theft over the network stands before anything is sent: names of requests follow from it.
    let begun = request.isRemote ? try QueryRecordFile(path: request.logPath, isNamed: true) : nil
    let allowance = TheftAllowance(request.budget, after: begun?.earlier, checks: request.check ?? 200)
    let victim = try await open(begun, allowance)
    context.note(victim.notes)
    if victim.isRemote, let note = allowance.note { context.note(note) }
    try Self.checkSize(victim.oracle.schema)
    let method = try request.method(of: context.methods)
    try context.methods.extractionAttacks.check(
      type(of: method), on: victim.oracle.schema, victim.oracle.capabilities)
    let (record, known) = try recorder(victim, begun)
    if !known.isEmpty {
      context.note("going on from \(known.count) answers in \(request.logPath)")
    }
    let opening = Opening(victim: victim, allowance: allowance, record: record, known: known)
    return try await steal(method, opening)
  }

  /// What the steps of a theft share.
  struct Opening: Sendable {
    let victim: ModelUnderAttack
    let allowance: TheftAllowance
    /// Nil for recorded answers.
    let record: QueryRecorder?
    /// What an earlier run left.
    let known: [QuerySession.Exchange]

    /// A session of steps that cost over the network only, where they are put on record like the theft.
    func session(budget: Int? = nil, _ oracle: any PredictionOracle) -> QuerySession {
      let (isRemote, record) = (victim.isRemote, record)
      return QuerySession(
        oracle, budget: budget, known: isRemote ? known : [],
        record: { if isRemote { try record?.append($0) } })
    }
  }

  private func steal(_ method: any ExtractionAttack, _ opening: Opening) async throws -> TheftResult {
    let (victim, record) = (opening.victim, opening.record)
    let most = victim.isRemote ? opening.allowance.theft : request.budget
    context.observer.begin("stealing")
    let progress = context.observer.queries(budget: most)
    let session = QuerySession(
      victim.oracle, budget: most, known: opening.known, realRows: victim.testRows,
      record: { try record?.append($0) }, progress: { progress.show($0) })
    let started = ContinuousClock.now
    var random = RandomStream(seed: context.seed).child("steal")
    let taken = try await method.steal(session, using: &random)
    let ledger = session.ledger
    let rest = opening.session(budget: session.remaining, victim.oracle)
    random = RandomStream(seed: context.seed).child("missing values")
    let gaps = try await MissingValues.learn(taken, rest, using: &random)
    progress.finish()
    let seconds = (ContinuousClock.now - started).seconds
    let id = type(of: method).card.id
    try write(gaps.stolen, by: id, victim, session.ledger)
    let checks = opening.session(victim.unguarded)
    context.observer.begin("comparing")
    let (comparison, remark) = try await comparison(opening, gaps.stolen, ledger, checks)
    let isCut = session.wasCut || victim.isRemote && opening.allowance.limit.wasReached
    return TheftResult(
      request: request, attack: id, victim: victim, ledger: ledger,
      stolen: comparison.map { gaps.stolen.checked($0.check) } ?? gaps.stolen, gaps: gaps,
      comparison: comparison, remark: remark, checked: victim.isRemote ? checks.ledger.queries : 0,
      earlier: request.isReplay
        ? 0 : max(session.unclaimed - checks.ledger.resumed - rest.ledger.resumed, 0),
      stop: isCut && victim.isRemote ? opening.allowance.sentence : nil, context: context, seconds: seconds)
  }

  /// The model; a log that was begun for it is gone again if it was asked about no row.
  private func open(_ log: QueryRecordFile?, _ allowance: TheftAllowance) async throws -> ModelUnderAttack {
    let left = allowance.limit.left
    let source: ModelUnderAttack.Source
    switch request.target {
    case .file(let access): source = .file(access)
    case .record(let path): source = .record(path)
    case .url(var access):
      (access.log, access.allowance) = (log, allowance)
      source = .url(access)
    }
    do {
      return try await ModelUnderAttack.open(source, ranges: request.ranges, in: context) { file in
        try request.data.map { try KnownRows($0, for: file, request.reading, in: context) } ?? KnownRows()
      }
    } catch {
      if allowance.limit.left == left { log?.discard() }
      throw error
    }
  }

  /// A theft solves equations of as many unknowns as there are inputs.
  private static func checkSize(_ schema: QuerySchema) throws {
    let (inputs, limit) = (schema.inputs.count, SystemMemory.largestSquare(copies: 4))
    guard SystemMemory.holds(squareOf: inputs + 1, copies: 4) else {
      throw QueryError.refused(
        "it has \(inputs) inputs, and the memory of this machine holds the equations of \(limit)")
    }
  }

  /// The log with what an earlier run left; none for a replay, which has its answers already.
  private func recorder(
    _ victim: ModelUnderAttack, _ begun: QueryRecordFile?
  ) throws -> (QueryRecorder?, known: [QuerySession.Exchange]) {
    if request.isReplay { return (nil, []) }
    var header = QueryRecord.Header(
      target: victim.name, schema: victim.oracle.schema, capabilities: victim.oracle.capabilities)
    if victim.isRemote { header.unrecorded = max(victim.probedRows - victim.probes.count, 0) }
    let opened = try (begun ?? QueryRecordFile(path: request.logPath, isNamed: false)).recorder(
      header, probes: victim.probes)
    return (opened.recorder, opened.known)
  }

  /// Writes the model, and beside it what was found besides.
  private func write(
    _ stolen: StolenModel, by attack: String, _ victim: ModelUnderAttack, _ ledger: QueryLedger
  ) throws {
    let file = ModelFile(
      pipeline: stolen.pipeline,
      provenance: .init(
        tool: Package.tool, recipe: "stolen by \(attack)", settings: request.settings,
        dataset: victim.name, sha256: "", rows: ledger.queries, seed: context.seed,
        reading: request.reading.completed(by: victim.file?.provenance?.reading)))
    try AtomicFile.write(file.bytes(), to: request.output)
    if !stolen.findings.isEmpty {
      try AtomicFile.write(FindingsFile(stolen.findings).bytes(), to: request.findingsPath)
    }
  }
}
