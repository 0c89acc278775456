import Learning
import LinearAlgebra
import Methods
import Querying
import Stealing

/// One theft of a tree: the victim, the cost and how true the copy is.
public struct TreeTheft: Sendable, Hashable {
  /// The data set of the victim.
  public let dataset: String
  /// The attack.
  public let attack: String
  /// Leaves of the victim.
  public let leaves: Int
  /// Different answers that its leaves have.
  public let uniqueNames: Int
  /// Tests on the longest way through it.
  public let depth: Int
  /// Leaves that the attack found.
  public let leavesFound: Int
  /// Queries.
  public let queries: Int
  /// Those of them that left out a column.
  public let incompleteQueries: Int
  /// Share of the rows that the victim was grown on on which the copy predicts the same.
  public let agreementOnOwnRows: Double
  /// Share of the rows that it was not grown on on which the copy predicts the same.
  public let agreementOnTestRows: Double
  /// Share of rows drawn uniformly on which the copy predicts the same.
  public let agreementOnUniform: Double
  /// Agreement on the rows that it was not grown on of a copy that always predicts the same.
  public let constantOnTestRows: Double
  /// The same on the uniform rows.
  public let constantOnUniform: Double
  /// Held-out rows that belong to no leaf that was found.
  public let missedRows: Int
  /// Uniform rows that belong to no leaf that was found.
  public let missedUniform: Int
  /// Whether copy and victim predict the same everywhere, up to the width of the search.
  public let isEquivalent: Bool
  /// The share of the space of queries, exactly, in which they do not.
  public let disagreement: Double
  /// The seed.
  public let seed: UInt64

  /// Steals a tree that gives a label with its confidence, or a number, and the columns on the way.
  ///
  /// - Parameters:
  ///   - attack: path finding or top-down, as configured.
  ///   - decimals: digits after the point that confidences and numbers have; nil for all that the service has.
  /// - Throws: `StealingError`, `QueryError`.
  public static func run(
    _ victim: TreeVictim, _ attack: TreeAttack, decimals: Int? = nil, seed: UInt64, uniformRows: Int = 10_000
  ) async throws -> TreeTheft {
    let oracle = PipelineOracle(victim.pipeline, content: .confidence, details: [.nodes])
    let session = QuerySession(oracle)
    var random = RandomStream(seed: seed).child("theft")
    let found = try await attack.extract(session, decimals: decimals, using: &random)
    var points = RandomStream(seed: seed).child("points")
    let uniform = oracle.schema.uniformRows(uniformRows, using: &points)
    let equivalence = TreeEquivalence(
      victim: victim.pipeline, copy: found.pipeline, tolerance: attack.epsilon)
    return TreeTheft(
      dataset: victim.name, attack: attack.id, leaves: victim.tree.leafCount,
      uniqueNames: victim.uniqueAnswers(decimals: decimals), depth: victim.tree.depth,
      leavesFound: found.leafCount, queries: session.ledger.queries,
      incompleteQueries: found.incompleteQueries,
      agreementOnOwnRows: try oracle.agreement(with: found.pipeline, on: victim.rows),
      agreementOnTestRows: try oracle.agreement(with: found.pipeline, on: victim.testRows),
      agreementOnUniform: try oracle.agreement(with: found.pipeline, on: uniform),
      constantOnTestRows: try oracle.answers(victim.testRows).shareOfCommonest,
      constantOnUniform: try oracle.answers(uniform).shareOfCommonest,
      missedRows: try found.missedRows(victim.testRows).count,
      missedUniform: try found.missedRows(uniform).count, isEquivalent: equivalence?.isEquivalent ?? false,
      disagreement: equivalence?.disagreement ?? 1, seed: seed)
  }
}

/// An attack on trees that a study may run.
public enum TreeAttack: Sendable, Hashable {
  case pathFinding(patience: Int, epsilon: Double)
  case topDown(followsPaper: Bool, epsilon: Double)

  /// Width to which thresholds are found.
  public var epsilon: Double {
    switch self {
    case .pathFinding(_, let epsilon), .topDown(_, let epsilon): epsilon
    }
  }

  /// Id of the attack.
  var id: String {
    switch self {
    case .pathFinding: PathFinding.card.id
    case .topDown: TopDown.card.id
    }
  }

  /// What tells it from other settings of the same attack.
  var settings: [String: String] {
    switch self {
    case .pathFinding(let patience, let epsilon): ["patience": "\(patience)", "epsilon": "\(epsilon)"]
    case .topDown(let followsPaper, let epsilon):
      ["as published": "\(followsPaper)", "epsilon": "\(epsilon)"]
    }
  }

  /// Runs the attack; leaves are told apart by their answers, as on the services of 2016.
  fileprivate func extract(
    _ session: QuerySession, decimals: Int?, using random: inout RandomStream
  ) async throws -> TreeExtraction {
    switch self {
    case .pathFinding(let patience, let epsilon):
      var attack = PathFinding()
      attack.patience = patience
      attack.epsilon = epsilon
      attack.usesNodeNames = false
      attack.decimals = decimals ?? attack.decimals
      return try await attack.extract(session, using: &random)
    case .topDown(let followsPaper, let epsilon):
      var attack = TopDown()
      attack.followsPaper = followsPaper
      attack.epsilon = epsilon
      attack.usesNodeNames = false
      attack.decimals = decimals ?? attack.decimals
      return try await attack.extract(session)
    }
  }
}

extension TreeVictim {
  /// How many different answers its leaves have: pairs of label and confidence, or numbers.
  fileprivate func uniqueAnswers(decimals: Int?) -> Int {
    let unit = decimals.map { (0..<$0).reduce(1.0) { unit, _ in unit * 10 } }
    func rounded(_ value: Double) -> Double { unit.map { (value * $0).rounded() / $0 } ?? value }
    let leaves = tree.nodes.indices.filter { tree.nodes[$0].test == .leaf }
    return Set(
      leaves.map { leaf in
        let value = tree.values.row(leaf)
        guard value.count > 1 else { return value.map(rounded) }
        let total = value.reduce(0, +)
        let best = value.indices.reduce(0) { value[$1] > value[$0] ? $1 : $0 }
        let bound = LeafConfidence.wilsonLowerBound(share: value[best] / total, count: total)
        return [Double(best), rounded(bound)]
      }
    ).count
  }
}
