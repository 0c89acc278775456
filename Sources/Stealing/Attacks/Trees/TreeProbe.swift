import LinearAlgebra
import Querying
import Tabular

/// What an answer tells of the place in a tree that it came from.
///
/// The name of the node if the model gives it away, else all that the answer says, so that leaves which answer the
/// same cannot be told apart.
struct LeafName: Sendable, Hashable {
  private let node: Int?
  private let label: Int?
  private let numbers: [Double]
  /// Columns that matter to the node and that the query left out: the one that is tested next.
  private let next: [Int]

  /// The name that an answer gives to its leaf; numbers are rounded to `decimals` digits after the point.
  ///
  /// - Parameter query: the query, if the columns that it left out tell nodes apart.
  init(_ answer: Answer, usesNodes: Bool, decimals: Int, query: [Double] = []) {
    if usesNodes, let node = answer.node {
      (self.node, label, numbers, next) = (node.id, nil, [], [])
      return
    }
    next = answer.node?.fields.filter { query.indices.contains($0) && query[$0].isNaN } ?? []
    let known =
      answer.probabilities.isEmpty
      ? [answer.number, answer.confidence].compactMap { $0 } : answer.probabilities
    node = nil
    label = answer.label
    numbers = known.map { Self.rounded($0, decimals) }
  }

  private static func rounded(_ value: Double, _ decimals: Int) -> Double {
    guard decimals < TreeSearch.allDecimals else { return value }
    let unit = (0..<decimals).reduce(1.0) { unit, _ in unit * 10 }
    return (value * unit).rounded() / unit
  }
}

/// One answer with the name of its leaf.
struct TreeReply: Sendable {
  let name: LeafName
  let answer: Answer
}

/// Asks a tree and counts what a tree attack wants to know of its queries.
struct TreeProbe {
  let session: QuerySession
  let settings: TreeSearch
  private let details: AnswerDetails
  private let usesNodes: Bool
  private let usesFields: Bool
  private var incompleteRows: Set<[UInt64]> = []
  private let limit: Int?
  /// Multiples of the grid of every column right below a threshold that was found; nil if they are not used again.
  private var thresholds: [Int: [Int]]?
  /// The first answer of all.
  private(set) var first: Answer?

  /// Different queries that left out a column.
  var incomplete: Int { incompleteRows.count }

  /// A probe.
  ///
  /// - Parameter usesFields: whether nodes are also told apart by the column that they test next.
  init(_ session: QuerySession, settings: TreeSearch, usesFields: Bool) {
    self.usesFields = usesFields
    self.session = session
    self.settings = settings
    details = session.capabilities.details.intersection(.nodes)
    usesNodes = settings.usesNodeNames && details.contains(.nodes)
    let limits = [session.budget == nil ? settings.queryLimit : nil, settings.trialLimit]
    limit = limits.compactMap { $0 }.min()
    thresholds = settings.reusesThresholds ? [:] : nil
  }

  /// Keeps a threshold in mind.
  mutating func note(threshold multiple: Int, column: Int) {
    guard thresholds?[column]?.contains(multiple) != true else { return }
    thresholds?[column, default: []].append(multiple)
  }

  /// Of the known thresholds of a column between two multiples the middle one.
  func threshold(_ column: Int, from low: Int, to high: Int) -> Int? {
    let inside = (thresholds?[column] ?? []).filter { low <= $0 && $0 < high }.sorted()
    return inside.isEmpty ? nil : inside[inside.count / 2]
  }

  /// The replies to some queries.
  ///
  /// - Throws: `QueryError.budgetSpent` also when the limit of a session without a budget is reached.
  mutating func ask(_ queries: [[Double]]) async throws -> [TreeReply] {
    guard let width = queries.first?.count else { return [] }
    if let limit, session.ledger.queries >= limit { throw QueryError.budgetSpent(limit) }
    let rows = Matrix(rows: queries.count, columns: width, elements: queries.flatMap { $0 })
    let answers = try await session.ask(rows, details: details)
    if first == nil { first = answers.first }
    for query in queries where query.contains(where: \.isNaN) {
      incompleteRows.insert(query.map(\.bitPattern))
    }
    return zip(queries, answers).map { query, answer in
      let name = LeafName(
        answer, usesNodes: usesNodes, decimals: settings.decimals, query: usesFields ? query : [])
      return TreeReply(name: name, answer: answer)
    }
  }

  /// The reply to one query.
  mutating func ask(_ query: [Double]) async throws -> TreeReply { try await ask([query])[0] }
}
