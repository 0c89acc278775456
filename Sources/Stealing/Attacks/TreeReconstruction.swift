import Learning
public import LinearAlgebra
public import Methods
public import Querying
import Tabular

/// The tree reconstruction attack: a tree or forest from counterfactual explanations.
///
/// It asks about the middle of a region for the nearest query in that region with another label. If there is none the
/// region has one label; else every column that the counterfactual changed has a threshold where the changed value
/// begins, the region is cut there, and both sides are searched in turn. The copy has the labels of the victim
/// everywhere and no more leaves than needed for the cuts that were seen.
///
/// - Source: "tree reconstruction attack", arXiv 2502.05325 (2025), algorithm 1.
public struct TreeReconstruction: ExtractionAttack {
  public static let card = MethodCard(
    id: "tra", family: .extraction, title: "Tree reconstruction from counterfactuals",
    summary:
      "Cuts the space of queries where the nearest counterfactuals change it, until regions have one label.",
    citation: "Tree reconstruction attack, arXiv 2502.05325, 2025",
    needs: "nearest counterfactuals in a region, of a decision tree or a small forest",
    taxonomy: .modelExtraction)

  public static let settings: [Setting<Self>] = [
    .init("queryLimit", \.queryLimit, "most queries if no budget is set", in: 1...)
  ]

  /// Most queries in a session without a budget.
  public var queryLimit = 200_000

  public init() {}

  public static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    if schema.classCount == 0 { return "classes" }
    return capabilities.details.contains(.boundedCounterfactuals)
      ? nil : "nearest counterfactuals in a given region"
  }

  public func steal(
    _ session: QuerySession, using random: inout RandomStream
  ) async throws -> StolenModel {
    try await extract(session).stolenModel
  }

  /// A region that waits for its question, with the label that its surroundings suggest.
  private struct Visit {
    let region: QueryRegion
    let guess: Answer?
  }

  /// The attack with all that it found; it draws nothing at random.
  ///
  /// - Throws: as ``steal(_:using:)``.
  public func extract(_ session: QuerySession) async throws -> TreeExtraction {
    let schema = session.schema
    var open = [Visit(region: QueryRegion(whole: schema.inputs), guess: nil)]
    var (known, first, isCut) = (KnownLeaves(), Answer?.none, false)
    let limit = session.budget == nil ? queryLimit : nil
    do {
      while let visit = open.last {
        if let limit, session.ledger.queries >= limit { throw QueryError.budgetSpent(limit) }
        let bounded = visit.region.intersection(QueryRegion(bounds: schema.inputs))
        let centre = bounded.centre
        let answer = try await session.ask(centre, counterfactualIn: bounded)
        open.removeLast()
        if first == nil { first = answer }
        guard answer.counterfactual.count == centre.count else {
          known.add(Self.leaf(visit.region, answer))
          continue
        }
        let parts = Self.cut(visit.region, from: centre, to: answer.counterfactual)
        guard parts.count > 1 else {
          throw QueryError.answerDamaged("a counterfactual is the query itself")
        }
        for (place, part) in parts.enumerated() {
          let isOther = place == parts.count - 1
          open.append(Visit(region: part, guess: isOther ? Self.other(answer, schema) : answer))
        }
      }
    } catch QueryError.budgetSpent {
      isCut = true
    }
    let coarse = open.compactMap { visit in visit.guess.map { Self.leaf(visit.region, $0) } }
    return try TreeExtraction(
      known, coarse: coarse, first: first, isCut: isCut, schema: schema, method: Self.card.title)
  }

  private static func leaf(_ region: QueryRegion, _ answer: Answer) -> KnownLeaf {
    let plain = Answer(label: answer.label)
    return KnownLeaf(
      name: LeafName(plain, usesNodes: false, decimals: TreeSearch.allDecimals), region: region, answer: plain
    )
  }

  /// The other label, if there are two.
  private static func other(_ answer: Answer, _ schema: QuerySchema) -> Answer? {
    guard schema.classCount == 2, let label = answer.label else { return nil }
    return Answer(label: 1 - label)
  }

  /// Cuts a region column by column where a counterfactual begins. The last part holds the counterfactual, each of the
  /// others lies on the side of the query in one column.
  private static func cut(
    _ region: QueryRegion, from query: [Double], to counterfactual: [Double]
  ) -> [QueryRegion] {
    var (parts, rest) = ([QueryRegion](), region)
    for column in query.indices where query[column] != counterfactual[column] {
      let value = counterfactual[column]
      var near = rest
      if case .levels = rest.sides[column] {
        near.restrict(column, .equals(value), holds: false)
        rest.restrict(column, .equals(value), holds: true)
      } else if query[column] < value {
        near.restrict(column, atMost: value.nextDown)
        rest.restrict(column, above: value.nextDown)
      } else {
        near.restrict(column, above: value)
        rest.restrict(column, atMost: value)
      }
      parts.append(near)
    }
    return parts + [rest]
  }
}

extension QueryRegion {
  /// The middle of every interval of a bounded region, and the middle one of the levels.
  fileprivate var centre: [Double] {
    sides.map { side in
      switch side {
      case .interval(let lower, let upper):
        let middle = lower / 2 + upper / 2
        return middle > lower && middle <= upper ? middle : upper
      case .levels(let isIn):
        let levels = isIn.indices.filter { isIn[$0] }
        return Double(levels[levels.count / 2])
      }
    }
  }
}
