import Learning
import LinearAlgebra
import Methods
import Querying
import Tabular

/// The trials of ``AutomaticAttack``, and the best copy so far.
struct AutomaticTrials {
  /// Rows held out to compare approximations, and the share of the queries that are left which this may be.
  private static let (approximationRows, approximationShare) = (200, 0.1)
  /// Queries for each unknown that equations get in turn.
  private static let factors = [1.0, 2, 4]
  /// Logarithm of a ratio of probabilities beyond which a service may have lost digits.
  private static let moderate = 8.0
  /// Share of fresh rows in which a tree may differ and still be handed over at once, as an approximation.
  private static let nearlyWhole = 0.02
  /// Rows near the boundary of a copy where the rows held out tell little.
  private static let boundaryRows = 10

  let session: QuerySession
  var held: HeldOutRows
  let random: RandomStream
  private var candidates: [(id: String, copy: StolenModel)] = []
  private var accepted: StolenModel?
  private var notes: [String] = []
  /// Whether leaves with walls between them were found.
  private var hasWalls = false

  init(session: QuerySession, held: HeldOutRows, random: RandomStream) {
    (self.session, self.held, self.random) = (session, held, random)
  }

  private var content: AnswerContent { session.capabilities.content }

  /// Tries until a copy agrees.
  mutating func run() async throws {
    let details = session.capabilities.details
    if try await agrees(GradientExplanation()) { return }
    if details.contains(.nodes), try await agrees(TopDown()) { return }
    var steps = details.contains(.nodes) ? .steps : StepTest.repetition(session, held.sample)
    if steps != .steps, try await solvesAtOnce() { return }
    if steps == .smooth {
      steps = try await StepTest.moved(session, held.sample, method: AutomaticAttack.card.title)
    }
    if steps == .steps, try await findsTree() { return }
    // Models with few weights repeat their answers too.
    if steps == .steps, try await solvesAtOnce() { return }
    if steps != .steps, try await solvesWithMore() { return }
    if steps == .unknown, content != .label, try await findsTree() { return }
    try await approximate(hasWalls ? .steps : steps)
  }

  /// The copy that agrees, else the one that comes closest.
  func verdict() throws -> StolenModel {
    if let accepted { return accepted.remarking(notes + accepted.remarks) }
    let checked = try candidates.map { id, copy in
      (id: id, copy: copy, check: try copy.completeness?.check ?? held.check(copy.pipeline))
    }
    func rank(_ check: HeldOutCheck) -> Double {
      Double(check.differing) / Double(max(check.rows, 1)) + check.meanDifference
    }
    guard let best = checked.min(by: { rank($0.check) < rank($1.check) }) else {
      throw StealingError.undetermined(
        method: AutomaticAttack.card.title, reason: notes.joined(separator: "; "))
    }
    var remarks = notes
    if checked.count > 1 { remarks.append("\(best.id) came closest") }
    let copy = best.copy.remarking(remarks + best.copy.remarks)
    return copy.completeness == nil ? copy.checked(best.check) : copy
  }

  // MARK: Single attacks

  /// Tries one attack; says whether its copy agrees with the rows held out.
  private mutating func agrees(_ attack: any ExtractionAttack) async throws -> Bool {
    guard let copy = try await copy(attack) else { return false }
    return try await accept(copy, of: type(of: attack).card.id)
  }

  /// What an attack makes; nil if it cannot work here or fails for reasons that leave others a chance.
  private mutating func copy(_ attack: any ExtractionAttack) async throws -> StolenModel? {
    guard type(of: attack).missing(session.schema, session.capabilities) == nil else { return nil }
    try Task.checkCancellation()
    var rows = random.child("attack")
    do {
      return try await attack.steal(session, using: &rows)
    } catch let error where Self.isPassedOver(error) {
      notes.append("\(type(of: attack).card.id): \(error)")
      return nil
    }
  }

  /// Takes a copy if it agrees with the rows held out, and where these tell little also with rows near its boundary.
  private mutating func accept(_ copy: StolenModel, of id: String) async throws -> Bool {
    candidates.append((id, copy))
    var check = try held.check(copy.pipeline)
    session.report(estimatedFidelity: 1 - Double(check.differing) / Double(max(check.rows, 1)))
    if check.differing == 0, copy.gaps.isEmpty, let more = try await boundaryCheck(copy) {
      check = check.joined(with: more)
    }
    notes.append("\(id): \(check.differing) of \(check.rows) rows held out differ")
    guard check.differing == 0, copy.gaps.isEmpty else { return false }
    accepted = copy.checked(check)
    return true
  }

  /// A check on rows that a copy is unsure of, if the model is sure of most that were held out; nil if it is not or there
  /// are none.
  private func boundaryCheck(_ copy: StolenModel) async throws -> HeldOutCheck? {
    guard content == .probabilities, session.oracle.recordedQueries == nil,
      copy.pipeline.model.singleTree == nil, let model = copy.pipeline.model.classifier,
      held.sample.answers.count(where: { InformativeRows.size($0) < 2 * InformativeRows.wanted }) * 2
        < held.count
    else { return nil }
    var stream = random.child("boundary")
    let boundary = LocalBoundary(model: model, features: copy.pipeline.features)
    var pool = session.rows(1000, using: &stream)
    if let given = session.realRows {
      pool = pool.appending(rowsOf: given.rows(at: Array(stream.permutation(given.rows).prefix(1000))))
    }
    var rows = pool.rows(at: [])
    if session.schema.inputs.allSatisfy(\.isNumber) {
      rows = try boundary.points(Self.boundaryRows, between: pool, width: 1e-3, using: &stream)
    }
    if rows.rows == 0 {
      let margins = try boundary.margins(pool)
      let order = margins.indices.sorted { (margins[$0], $0) < (margins[$1], $1) }
      rows = pool.rows(at: Array(order.prefix(Self.boundaryRows)))
    }
    do {
      let asked = try await session.sample(rows, held.sample.features, method: AutomaticAttack.card.title)
      return try held.check(
        copy.pipeline, on: .init(sample: asked, isReal: [Bool](repeating: false, count: asked.count)))
    } catch StealingError.budgetTooSmall, QueryError.refused {
      return nil
    }
  }

  // MARK: Kinds of attacks

  /// The attacks on models with weights that take about a query for each unknown of one score.
  private mutating func solvesAtOnce() async throws -> Bool {
    if content == .label || content == .confidence { return try await agrees(LowdMeek()) }
    if session.capabilities.decimals != nil { return false }
    return content == .number ? try await agrees(EquationSolving()) : try await agrees(LogRatio())
  }

  /// The attacks on models with weights that take more: a second linear system of moderate answers alone, if the model
  /// was very sure of some, and equations that are solved step by step.
  private mutating func solvesWithMore() async throws -> Bool {
    if content == .label || content == .confidence { return false }
    let isRounded = session.capabilities.decimals != nil
    if content == .probabilities, !isRounded,
      held.sample.answers.contains(where: { InformativeRows.size($0) > Self.moderate })
    {
      var moderate = LogRatio()
      moderate.scoreLimit = Self.moderate
      if try await agrees(moderate) { return true }
    }
    if content == .number || isRounded, try await solvesEquations(.softmax) { return true }
    return session.schema.classCount > 2 ? try await solvesEquations(.oneVsRest) : false
  }

  /// Equations, with more queries as long as their solution meets them and yet misses the rows held out.
  private mutating func solvesEquations(_ link: EquationSolving.Link) async throws -> Bool {
    for factor in Self.factors {
      var attack = EquationSolving()
      (attack.link, attack.queryFactor) = (link, factor)
      guard let copy = try await copy(attack) else { return false }
      if try await accept(copy, of: EquationSolving.card.id) { return true }
      if !copy.gaps.isEmpty || session.remaining == 0 { return false }
    }
    return false
  }

  /// A walk from leaf to leaf.
  private mutating func findsTree() async throws -> Bool {
    var stream = random.child("tree")
    do {
      guard let found = try await TreeTrial(session: session).run(&held, using: &stream) else { return false }
      let id = PathFinding.card.id
      candidates.append((id, found.copy))
      guard found.isTree else {
        notes.append("\(id): \(found.copy.remarks.last ?? "no tree")")
        return false
      }
      hasWalls = true
      guard let check = found.copy.completeness?.check else { return false }
      notes.append("\(id): \(check.differing) of \(check.rows) rows held out differ")
      // A tree that is nearly whole is closer than anything that learns from labels.
      guard Double(check.differing) <= Self.nearlyWhole * Double(check.rows) else { return false }
      accepted = found.copy
      return true
    } catch let error where Self.isPassedOver(error) {
      notes.append("\(PathFinding.card.id): \(error)")
      return false
    }
  }

  /// Models of several kinds on all answers. None of them is exact, so more rows are held out to compare them.
  private mutating func approximate(_ steps: StepTest.Verdict) async throws {
    var stream = random.child("more")
    let queries = session.remaining ?? Self.approximationRows * 10
    try await held.extend(
      to: min(Self.approximationRows, Int(Self.approximationShare * Double(queries))), using: &stream)
    if steps == .steps, session.schema.classCount > 0 {
      // Neither networks nor weights come near steps.
      var forest = RetrainUniform()
      forest.recipe = "forest"
      if let copy = try await copy(forest) { candidates.append(("a forest on random rows", copy)) }
    } else {
      if try await agrees(NetworkExtraction()) { return }
      if session.remaining != 0, try await agrees(RetrainAdaptive()) { return }
    }
    // Labels and rounded answers do not show steps, so trees are tried beside the others.
    for id in LearnedCopy.recipes(session.schema, mayHaveSteps: steps != .smooth) {
      do {
        var stream = random.child("learn")
        candidates.append(
          (id, try LearnedCopy.fit(id, session, without: held.sample.queries, using: &stream)))
      } catch let error where Self.isPassedOver(error) {
        notes.append("\(id): \(error)")
      }
    }
  }

  /// Whether an attack failed for reasons that leave others a chance.
  private static func isPassedOver(_ error: any Error) -> Bool {
    error is StealingError || error is QueryError || error is LearningError || error is LinearAlgebraError
      || error is ModelError
  }
}
