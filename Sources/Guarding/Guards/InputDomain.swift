import Learning
import LinearAlgebra
public import Methods
import Querying
import Tabular

/// Refuses queries that no honest user could make: numbers out of range, unknown categories, more or fewer indicators of
/// a category than rows have in which the model was trained (mostly exactly one), fractions where all known values are
/// whole, and missing values.
///
/// - Source: Tramèr et al., USENIX Security 2016 (queries through an extraction of features stop attacks
///   that choose the model's own inputs).
public struct InputDomain: ResponseGuard {
  public static let card = MethodCard(
    id: "input-domain", family: .guard, title: "Input validation",
    summary: "Queries outside the domain of the data are refused.",
    citation:
      "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016",
    needs: "ranges of the columns; honest queries to know which columns are whole numbers",
    taxonomy: .queryRestriction)

  public static let settings: [Setting<Self>] = [
    .init("slack", \.slack, "how far outside its range a number may be, in widths of the range", in: 0...),
    .init(
      "wholeNumbers", \.wholeNumbers,
      "whether columns that are whole numbers in all honest queries take only those"),
    .init("allowsMissing", \.allowsMissing, "whether values may be left out"),
  ]

  /// How far outside its range a number may be, in widths of the range.
  public var slack = 0.1
  /// Whether columns that are whole numbers in all honest queries take only those.
  public var wholeNumbers = true
  /// Whether values may be left out.
  public var allowsMissing = false

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    let whole = context.schema.inputs.indices.map {
      wholeNumbers && Self.isWhole(context.benign.column($0))
    }
    return PreparedInputDomain(
      columns: context.schema.inputs, groups: Self.groups(context), whole: whole, slack: slack,
      allowsMissing: allowsMissing)
  }

  /// The indicators of every category, where queries consist of encoded numbers as the model has them.
  private static func groups(_ context: ServiceContext) -> [QuerySchema.Indicators] {
    guard let features = context.features, context.schema.inputs.map(\.name) == features.space.names else {
      return context.schema.indicatorGroups
    }
    let known = Dictionary(
      features.describedColumns.compactMap(\.group).map { ($0.name, $0) }
    ) { first, _ in first }
    return features.space.groups.map { group in
      QuerySchema.Indicators(
        group: known[group.name] ?? IndicatorGroup(name: group.name, least: 1, most: 1),
        columns: group.columns)
    }
  }
}

extension InputDomain {
  /// Whether a column seems to hold whole numbers only: all known values are whole, and at least 30 of them are not the
  /// most frequent one, so that a column which is nearly always the same proves nothing.
  private static func isWhole(_ values: [Double]) -> Bool {
    let known = values.filter { !$0.isNaN }
    guard known.allSatisfy({ $0 == $0.rounded() }) else { return false }
    var counts: [Double: Int] = [:]
    for value in known { counts[value, default: 0] += 1 }
    return known.count - (counts.values.max() ?? 0) >= 30
  }
}

private struct PreparedInputDomain: PreparedGuard {
  let columns: [InputColumn]
  /// Columns that are the indicators of one category, and how many of them may be 1.
  let groups: [QuerySchema.Indicators]
  let whole: [Bool]
  let slack: Double
  let allowsMissing: Bool

  func capabilities(_ offered: OracleCapabilities) -> OracleCapabilities {
    var result = offered
    result.acceptsMissing = offered.acceptsMissing && allowsMissing
    return result
  }

  func guarded(_ answers: [Answer], to queries: Matrix, client: String) throws -> [Answer] {
    for row in 0..<queries.rows {
      if let reason = defect(queries.row(row)) { throw QueryError.refused("row \(row + 1): \(reason)") }
    }
    return answers
  }

  /// How many indicators of a category must be 1, in words.
  private static func rule(_ group: IndicatorGroup, _ names: [String]) -> String {
    let listed = names.prefix(6).map { "'\($0)'" } + (names.count > 6 ? ["…"] : [])
    let number =
      switch (group.least, group.most) {
      case (1, 1): "exactly one"
      case (0, 1): "at most one"
      case (let least, let most): least == most ? "exactly \(most)" : "\(least) to \(most)"
      }
    return "\(number) of the indicators \(listed.joined(separator: ", ")) must be 1, and the others 0"
  }

  /// What is wrong with a query; nil if nothing is.
  private func defect(_ query: [Double]) -> String? {
    for (index, value) in query.enumerated() {
      let column = columns[index]
      if value.isNaN {
        if allowsMissing { continue }
        return "'\(column.name)' is missing"
      }
      switch column.kind {
      case .category(let levels):
        guard let level = Int(exactly: value), levels.indices.contains(level) else {
          return "'\(column.name)' has no category \(value)"
        }
      case .number(let lower, let upper):
        let room = slack * (upper - lower)
        guard value >= lower - room, value <= upper + room else {
          return "'\(column.name)' is \(value), which is outside \(lower) to \(upper)"
        }
        if whole[index], value != value.rounded() { return "'\(column.name)' is no whole number" }
      }
    }
    for indicators in groups where !indicators.columns.contains(where: { query[$0].isNaN }) {
      let (group, places) = (indicators.group, indicators.columns)
      let ones = places.count { query[$0] == 1 }
      let isFeasible =
        places.allSatisfy { query[$0] == 0 || query[$0] == 1 } && ones >= group.least && ones <= group.most
      if !isFeasible {
        return Self.rule(group, places.map { columns[$0].name })
      }
    }
    return nil
  }
}
