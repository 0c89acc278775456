import Learning
import LinearAlgebra
public import Methods
import Querying

/// Answers every client so many queries and no more.
///
/// An equal query asked again counts again. A request that would go beyond the budget is refused as a whole and costs
/// nothing.
///
/// - Source: the least numbers of queries that theft takes are d + 1 for logistic and softmax models (65 on Digits),
///   so a budget that stops equation solving is smaller than any use; see ``LogRatio``.
public struct QueryBudget: ResponseGuard {
  public static let card = MethodCard(
    id: "budget", family: .guard, title: "Budget of a client",
    summary: "A client gets a number of answers and no more.",
    citation:
      "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016, table 7",
    needs: "clients that cannot take a new name", taxonomy: .queryRestriction)

  public static let settings: [Setting<Self>] = [
    .init("queries", \.queries, "answers that a client gets", in: 1...)
  ]

  /// Answers that a client gets.
  public var queries = 1000

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    PreparedQueryBudget(queries: queries)
  }
}

private struct PreparedQueryBudget: PreparedGuard {
  let queries: Int
  private let spent = ClientTable(start: 0)

  init(queries: Int) { self.queries = queries }

  func capabilities(_ offered: OracleCapabilities) -> OracleCapabilities { offered }

  func guarded(_ answers: [Answer], to queries: Matrix, client: String) throws -> [Answer] {
    let (limit, rows) = (self.queries, queries.rows)
    try spent.update(client) { spent in
      guard spent + rows <= limit else {
        throw QueryError.refused(
          "\(spent) of the \(limit) queries of this client are spent and \(rows) more were asked for")
      }
      spent += rows
    }
    return answers
  }
}
