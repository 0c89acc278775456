import Learning
public import LinearAlgebra
public import Methods
public import Querying
import Tabular

/// Top-down extraction of a decision tree that answers incomplete queries with the node where they stop.
///
/// It begins with the empty query at the root and fills in one column after the other. A model that lists the columns
/// on the way of a query and of the next test spares most searches. Some values of a column that was filled in can
/// stay in a node while others leave it: then a split higher up was missed, and is looked for first.
///
/// - Source: Tramèr, Zhang, Juels, Reiter, Ristenpart, "Stealing Machine Learning Models via Prediction APIs", USENIX
///   Security 2016, section 4.2, "top-down approach".
public struct TopDown: TreeSearching {
  public static let card = MethodCard(
    id: "top-down", family: .extraction, title: "Top-down extraction",
    summary: "Follows a tree from its root by queries that leave columns out.",
    citation: "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016",
    needs: "a decision tree that takes incomplete queries and whose answers differ from node to node",
    taxonomy: .modelExtraction)

  public static let settings: [Setting<Self>] =
    searchSettings + [
      .init(
        "followsPaper", \.followsPaper,
        "tell nodes apart by their answers alone, and know visited ones by the query alone")
    ]

  /// Width to which thresholds are found, in the unit of the column.
  public var epsilon = 1e-3
  /// Whether nodes are told apart by their names where the model gives them.
  public var usesNodeNames = true
  /// Digits after the point that count in the name of a node.
  public var decimals = 15
  /// Most queries in a session without a budget.
  public var queryLimit = 200_000
  /// Whether nodes are told apart by their answers alone, and count as visited if one with the same answer holds the
  /// query. Otherwise the column that is tested next tells them apart too, and the visited one must hold the whole
  /// region, so that fewer nodes with equal answers are taken for one.
  public var followsPaper = false

  public init() {}

  public static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    capabilities.acceptsMissing
      ? TreeSearch.missing(capabilities) : "answers to queries that leave columns out"
  }

  public func steal(
    _ session: QuerySession, using random: inout RandomStream
  ) async throws -> StolenModel {
    try await extract(session).stolenModel
  }

  /// A node that waits for a visit: a query that ends there, and what is known of the way.
  private struct Visit {
    var query: [Double]
    var region: QueryRegion
    /// Columns of which the region was narrowed.
    var narrowed: Set<Int>

    /// The visit of a node further down.
    func step(_ column: Int, to value: Double, _ narrow: (inout QueryRegion) -> Void) -> Visit {
      var next = self
      next.query[column] = value
      next.narrowed.insert(column)
      narrow(&next.region)
      return next
    }
  }

  /// The attack with all that it found; it draws nothing at random.
  ///
  /// - Throws: as ``steal(_:using:)``.
  public func extract(_ session: QuerySession) async throws -> TreeExtraction {
    let inputs = session.schema.inputs
    var probe = TreeProbe(
      session,
      settings: TreeSearch(
        epsilon: epsilon, usesNodeNames: usesNodeNames, decimals: decimals, queryLimit: queryLimit),
      usesFields: !followsPaper)
    let search = LineSearch(grid: SearchGrid(inputs, epsilon: epsilon))
    var (nodes, leaves, isCut) = (KnownLeaves(), KnownLeaves(), false)
    let root = Visit(query: inputs.map { _ in .nan }, region: QueryRegion(whole: inputs), narrowed: [])
    var open = [root]
    var next = 0
    do {
      while next < open.count {
        var visit = open[next]
        open[next].query = []
        next += 1
        let reply = try await probe.ask(visit.query)
        try Self.checkStop(reply.answer, visit.query)
        if isKnown(visit, reply.name, nodes) { continue }
        open += try await missedSplits(&visit, reply.name, search, &probe)
        if !followsPaper, isKnown(visit, reply.name, nodes) { continue }
        let children = try await newSplits(visit, reply, search, &probe)
        let node = KnownLeaf(name: reply.name, region: visit.region, answer: reply.answer)
        if children.isEmpty { leaves.add(node) }
        nodes.add(node)
        open += children
        if session.budget == nil, next > queryLimit { throw QueryError.budgetSpent(queryLimit) }
      }
    } catch QueryError.budgetSpent {
      isCut = true
    }
    return try TreeExtraction(
      leaves, coarse: isCut ? nodes.leaves : [], first: probe.first, incomplete: probe.incomplete,
      isCut: isCut, schema: session.schema, method: Self.card.title)
  }

  /// Refuses a tree whose answers show that queries do not stop where a column is left out: the way to the answer then
  /// holds several such columns, where there can be but the one at its end.
  private static func checkStop(_ answer: Answer, _ query: [Double]) throws {
    guard let node = answer.node,
      node.fields.count(where: { query.indices.contains($0) && query[$0].isNaN }) > 1
    else { return }
    throw StealingError.undetermined(
      method: card.title,
      reason: "queries that leave columns out go on to a leaf instead of stopping; use path-finding")
  }

  private func isKnown(_ visit: Visit, _ name: LeafName, _ nodes: KnownLeaves) -> Bool {
    followsPaper ? nodes.contains(visit.query, named: name) : nodes.covers(visit.region, named: name)
  }

  /// Looks along the columns that are filled in for values that leave the node; those are visited on their own, and
  /// the node keeps the rest.
  private func missedSplits(
    _ visit: inout Visit, _ name: LeafName, _ search: LineSearch, _ probe: inout TreeProbe
  ) async throws -> [Visit] {
    let columns = visit.narrowed.sorted()
    let splits = try await search.splits(of: visit.query, along: columns, in: visit.region, &probe)
    let start = visit
    var others: [Visit] = []
    for column in columns {
      switch splits[column] {
      case .pieces(let pieces) where pieces.count > 1:
        for piece in pieces {
          if piece.lower < start.query[column], start.query[column] <= piece.upper {
            visit.region.restrict(column, above: piece.lower, atMost: piece.upper)
          } else {
            others.append(child(start, column, piece, isLast: piece.upper == .infinity))
          }
        }
      case .groups(let groups) where groups.count > 1:
        for group in groups.bySize {
          if group.reply.name == name {
            visit.region.restrict(column, to: group.levels)
          } else {
            others.append(child(start, column, group))
          }
        }
      default: break
      }
    }
    return others
  }

  /// Looks for columns whose value leads on from the node; no such column makes it a leaf.
  private func newSplits(
    _ visit: Visit, _ reply: TreeReply, _ search: LineSearch, _ probe: inout TreeProbe
  ) async throws -> [Visit] {
    let all = Array(search.grid.inputs.indices)
    let fields = (reply.answer.node?.fields ?? []).filter { !visit.narrowed.contains($0) }
    let open = reply.answer.node == nil ? all.filter { !visit.narrowed.contains($0) } : fields
    let columns = open.isEmpty ? all : open
    let splits = try await search.splits(of: visit.query, along: columns, in: visit.region, &probe)
    var children: [Visit] = []
    for column in columns {
      switch splits[column] {
      case .pieces(let pieces) where pieces.count > 1:
        for piece in pieces where piece.reply.name != reply.name {
          children.append(child(visit, column, piece, isLast: piece.upper == .infinity))
        }
      case .groups(let groups) where groups.count > 1:
        for group in groups.bySize where group.reply.name != reply.name {
          children.append(child(visit, column, group))
        }
      default: break
      }
    }
    return children.isEmpty && !followsPaper && !fields.isEmpty ? hidden(visit, fields, search) : children
  }

  /// The visits behind a test that is known from the fields and yet shows no split, because all that follows answers
  /// the same: every level on its own, and of a number the lowest one.
  private func hidden(_ visit: Visit, _ fields: [Int], _ search: LineSearch) -> [Visit] {
    fields.flatMap { column in
      if let ends = search.grid.multiples(column, in: visit.region) {
        return [visit.step(column, to: search.grid.value(ends.low, column: column)) { _ in }]
      }
      return visit.region.levels(column).map { level in
        visit.step(column, to: Double(level)) { $0.restrict(column, to: [level]) }
      }
    }
  }

  private func child(
    _ visit: Visit, _ column: Int, _ piece: ColumnSplits.Piece, isLast: Bool
  ) -> Visit {
    visit.step(column, to: isLast ? piece.first : piece.last) {
      $0.restrict(column, above: piece.lower, atMost: piece.upper)
    }
  }

  private func child(_ visit: Visit, _ column: Int, _ group: ColumnSplits.Group) -> Visit {
    visit.step(column, to: Double(group.levels[0])) { $0.restrict(column, to: group.levels) }
  }
}

extension [ColumnSplits.Group] {
  /// The groups with the fewest levels first; of equal ones the first.
  fileprivate var bySize: [ColumnSplits.Group] {
    enumerated().sorted { ($0.element.levels.count, $0.offset) < ($1.element.levels.count, $1.offset) }
      .map(\.element)
  }
}
