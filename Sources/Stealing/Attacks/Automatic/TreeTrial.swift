import Learning
import LinearAlgebra
import Querying
import Tabular

/// The theft of a model that answers in steps: path finding as long as it gets on, and repair where fresh rows show
/// that leaves were missed.
///
/// A forest answers in steps too, but has more regions than can be walked through. So path finding gets a number of
/// queries that doubles as long as rows that were held out come to lie in leaves that it knows.
struct TreeTrial {
  /// What came of it.
  struct Outcome {
    let copy: StolenModel
    /// Whether the copy was repaired until fresh rows showed nothing.
    let isTree: Bool
  }

  /// Width to which thresholds are found, as a share of the range of their column.
  static let share = 1e-9
  /// Queries for path finding that are always allowed, and for every row that one leaf takes.
  private static let (least, perLine) = (1000, 10)
  /// Most queries that are worth a tree where there is no budget.
  private static let most = 200_000
  /// Rows of a check, at least and as a share of the queries so far.
  private static let (checkRows, checkShare) = (100, 0.1)
  private static let rounds = 40
  /// Share of the rows held out in known leaves from which on it need not grow with every doubling.
  private static let muchKnown = 0.25
  /// Leaves for every different answer from which on walking is given up.
  private static let shared = 4

  let session: QuerySession

  /// Tries; nil if no leaf was found or the budget is spent on it.
  func run(_ held: inout HeldOutRows, using random: inout RandomStream) async throws -> Outcome? {
    var search = PathFinding()
    (search.share, search.reusesThresholds) = (Self.share, true)
    let start = session.ledger.queries
    var allowed = max(Self.least, Self.perLine * lineCost)
    var before = 0.0
    while true {
      var stream = random.child("paths")
      let found = try await search.extract(
        session, trialLimit: start + allowed, using: &stream)
      // Where many leaves share their answers the walls between them do not show, and walking on leads nowhere.
      let isShared = found.leafCount > Self.shared * found.nameCount
      guard found.isCut, session.remaining != 0, !isShared else {
        return try await repaired(found, &held, using: &random)
      }
      let share = try knownShare(found, held)
      let limit = session.budget ?? Self.most
      guard share > before || share >= Self.muchKnown, Double(allowed) / share <= Double(limit) else {
        let remark =
          "no tree: \(Int((share * 100).rounded())) % of the rows held out lie in leaves that "
          + "\(session.ledger.queries - start) queries found"
        let copy = found.stolenModel
        return Outcome(copy: copy.remarking(copy.remarks + [remark]), isTree: false)
      }
      (before, allowed) = (share, 2 * allowed)
    }
  }

  /// Rows that the walls of one leaf take without any threshold.
  private var lineCost: Int { session.schema.inputs.reduce(0) { $0 + max($1.levels.count, 2) } }

  /// The share of the rows held out of whose leaf the answer is known and right.
  private func knownShare(_ found: TreeExtraction, _ held: HeldOutRows) throws -> Double {
    let missed = Set(try found.missedRows(held.sample.queries))
    let own = PipelineOracle(found.pipeline).possibleAnswers(held.sample.queries)
    let right = held.sample.answers.agreements(with: own, HeldOutCheck.Tolerance())
    return Double(right.indices.count { right[$0] && !missed.contains($0) }) / Double(max(held.count, 1))
  }

  /// Fresh rows are asked until none differs; every one that does mends the copy.
  private func repaired(
    _ found: TreeExtraction, _ held: inout HeldOutRows, using random: inout RandomStream
  ) async throws -> Outcome {
    guard let tree = found.pipeline.model.singleTree, session.oracle.recordedQueries == nil else {
      return Outcome(copy: found.stolenModel, isTree: true)
    }
    var repair = TreeRepair(tree, session: session, share: Self.share)
    let first = session.ledger.queries
    // The check of the copy as it is: one of the copy before it was mended says nothing of it.
    var (copy, last) = (found.stolenModel, HeldOutCheck?.none)
    var isSpent = false
    var stream = random.child("fresh")
    for _ in 0..<Self.rounds {
      let rows = max(Self.checkRows, Int(Self.checkShare * Double(session.ledger.queries)))
      guard let fresh = try await held.fresh(rows, using: &stream) else { break }
      last = try held.check(copy.pipeline, on: fresh)
      if last?.differing == 0 { break }
      isSpent = try await mend(&repair, copy, fresh.sample)
      (copy, last) = (try model(repair, found, isSpent: isSpent), nil)
      let spent = session.ledger.queries - first
      if try isSpent || (session.budget == nil && spent > max(first, wanted)) { break }
    }
    if last == nil, !isSpent, let fresh = try await held.fresh(Self.checkRows, using: &stream) {
      last = try held.check(copy.pipeline, on: fresh)
    }
    let kept = try held.check(copy.pipeline)
    return Outcome(copy: copy.checked(last.map { $0.joined(with: kept) } ?? kept), isTree: true)
  }

  /// Mends a copy where rows show that it is wrong; says whether the queries ran out.
  private func mend(
    _ repair: inout TreeRepair, _ copy: StolenModel, _ sample: QuerySample
  ) async throws -> Bool {
    let own = PipelineOracle(copy.pipeline).possibleAnswers(sample.queries)
    let isRight = sample.answers.agreements(with: own, HeldOutCheck.Tolerance())
    for row in isRight.indices where isRight[row] {
      repair.confirm(sample.queries.row(row), sample.answers[row])
    }
    do {
      for row in isRight.indices where !isRight[row] {
        try await repair.mend(sample.queries.row(row), sample.answers[row])
      }
    } catch QueryError.budgetSpent {
      return true
    }
    return false
  }

  /// Queries that other attacks would take.
  private var wanted: Int {
    get throws { try Substitute.wanted(session, factor: RetrainAdaptive().queryFactor) }
  }

  private func model(
    _ repair: TreeRepair, _ found: TreeExtraction, isSpent: Bool
  ) throws -> StolenModel {
    let tree = try repair.tree()
    let schema = session.schema
    let model: FittedModel =
      schema.classCount > 0
      ? .treeClassifier(TreeClassifier(tree: tree)) : .treeRegressor(TreeRegressor(tree: tree))
    var remarks = found.stolenModel.remarks
    if repair.splits > 0 { remarks.append("rows held out showed \(repair.splits) splits that were missed") }
    return try StolenModel(
      model, features: found.pipeline.features, schema: schema,
      gaps: found.isCut || isSpent ? ["the queries ran out before the search was over"] : [], remarks: remarks
    )
  }
}
