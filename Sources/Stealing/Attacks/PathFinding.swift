import Learning
public import LinearAlgebra
public import Methods
public import Querying
import Tabular

/// Path finding on a decision tree: from a query to its leaf, along every column to the leaf's walls, and through
/// them to the leaves next to it.
///
/// It asks whole rows only and takes every tree that lets leaves be told apart, of classes or of numbers. Two leaves
/// with the same answer hide the wall between them, and the search from one row can end early; so it starts again
/// from new random rows until ``patience`` of them in a row bring nothing new.
///
/// - Source: Tramèr, Zhang, Juels, Reiter, Ristenpart, "Stealing Machine Learning Models via Prediction APIs", USENIX
///   Security 2016, algorithm 1; the paper starts once.
public struct PathFinding: TreeSearching {
  public static let card = MethodCard(
    id: "path-finding", family: .extraction, title: "Path finding",
    summary: "Finds the walls of every leaf of a tree by line searches, from leaf to leaf.",
    citation: "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016",
    needs: "a decision tree whose answers differ from leaf to leaf", taxonomy: .modelExtraction)

  public static let settings: [Setting<Self>] =
    searchSettings + [
      .init("patience", \.patience, "random rows without a new leaf after which it stops", in: 0...),
      .init(
        "share", \.share, "width to which thresholds are found as a share of the range; 0 for epsilon",
        in: 0...0.1),
      .init(
        "reusesThresholds", \.reusesThresholds,
        "ask first at thresholds that other lines of the column showed"),
    ]

  /// Width to which thresholds are found, in the unit of the column.
  public var epsilon = 1e-3
  /// Whether leaves are told apart by node names where the model gives them.
  public var usesNodeNames = true
  /// Digits after the point that count in the name of a leaf.
  public var decimals = 15
  /// Most queries in a session without a budget.
  public var queryLimit = 200_000
  /// Random rows that in a row must bring nothing new before the search stops.
  public var patience = 20
  /// Width to which thresholds are found as a share of the range of the column; zero for `epsilon`.
  public var share = 0.0
  /// Whether a line search asks first at thresholds of its column that were found on other lines, which the paper does
  /// not. Most of them are found anew from every leaf, and so cost two queries instead of a search.
  public var reusesThresholds = false

  public init() {}

  public static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    TreeSearch.missing(capabilities)
  }

  public func steal(
    _ session: QuerySession, using random: inout RandomStream
  ) async throws -> StolenModel {
    try await extract(session, using: &random).stolenModel
  }

  /// The attack with all that it found.
  ///
  /// - Throws: as ``steal(_:using:)``.
  public func extract(
    _ session: QuerySession, using random: inout RandomStream
  ) async throws -> TreeExtraction {
    try await extract(session) { session.schema.uniformRows(1, using: &random).row(0) }
  }

  /// The attack from one row alone, as in the paper.
  func extract(_ session: QuerySession, from start: [Double]) async throws -> TreeExtraction {
    var once = self
    once.patience = 0
    return try await once.extract(session) { start }
  }

  /// The attack with a limit.
  ///
  /// - Parameter trialLimit: most queries of the session, whatever its budget.
  func extract(
    _ session: QuerySession, trialLimit: Int, using random: inout RandomStream
  ) async throws -> TreeExtraction {
    try await extract(session, trialLimit: trialLimit) {
      session.schema.uniformRows(1, using: &random).row(0)
    }
  }

  private func extract(
    _ session: QuerySession, trialLimit: Int? = nil, drawing draw: () -> [Double]
  ) async throws -> TreeExtraction {
    var settings = TreeSearch(
      epsilon: epsilon, usesNodeNames: usesNodeNames, decimals: decimals, queryLimit: queryLimit)
    (settings.share, settings.reusesThresholds) = (share, reusesThresholds)
    settings.trialLimit = trialLimit
    var probe = TreeProbe(session, settings: settings, usesFields: false)
    let search = LineSearch(grid: SearchGrid(session.schema.inputs, epsilon: epsilon, share: share))
    var (known, isCut) = (KnownLeaves(), false)
    do {
      var idle = 0
      repeat {
        let before = known.leaves.count
        try await explore(from: draw(), search, &known, &probe)
        idle = known.leaves.count > before ? 0 : idle + 1
      } while idle < patience
    } catch QueryError.budgetSpent {
      isCut = true
    }
    return try TreeExtraction(
      known, first: probe.first, incomplete: probe.incomplete, isCut: isCut, schema: session.schema,
      method: Self.card.title)
  }

  /// Finds the leaf of a row and all that can be reached from it.
  private func explore(
    from start: [Double], _ search: LineSearch, _ known: inout KnownLeaves, _ probe: inout TreeProbe
  ) async throws {
    let inputs = search.grid.inputs
    let whole = QueryRegion(whole: inputs)
    var open = [start]
    while let query = open.popLast() {
      let reply = try await probe.ask(query)
      if known.contains(query, named: reply.name) { continue }
      let splits = try await search.splits(of: query, along: Array(inputs.indices), in: whole, &probe)
      var region = whole
      for column in inputs.indices {
        for value in step(splits[column], column, from: query[column], reply.name, &region) {
          var next = query
          next[column] = value
          open.append(next)
        }
      }
      known.add(KnownLeaf(name: reply.name, region: region, answer: reply.answer))
    }
  }

  /// Narrows the region of a leaf to its walls in one column; gives a value on the other side of every wall.
  private func step(
    _ splits: ColumnSplits?, _ column: Int, from value: Double, _ name: LeafName, _ region: inout QueryRegion
  ) -> [Double] {
    switch splits {
    case .pieces(let pieces) where pieces.count > 1:
      var others: [Double] = []
      for (place, piece) in pieces.enumerated() {
        if piece.lower < value, value <= piece.upper {
          region.restrict(column, above: piece.lower, atMost: piece.upper)
        } else {
          others.append(place == 0 ? piece.last : piece.first)
        }
      }
      return others
    case .groups(let groups) where groups.count > 1:
      for group in groups where group.reply.name == name { region.restrict(column, to: group.levels) }
      return groups.filter { $0.reply.name != name }.map { Double($0.levels[0]) }
    default: return []
    }
  }
}
