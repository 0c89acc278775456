import Experiments
import Learning
import Tabular

extension TreeVictim {
  /// The trees of the paper whose data are at hand, with its numbers of leaves, and stand-ins for others.
  public enum Named: String, Sendable, CaseIterable {
    /// German credit, 26 leaves. The paper's model had 11 of the 20 attributes; which is not known. Here they are
    /// those of largest importance in a tree on all 20.
    case germanCredit = "german-credit"
    /// How Americans like their steak, 193 leaves, without the number of the respondent.
    case steak
    /// General Social Survey, 159 leaves. The paper's model had 7 columns; which is not known. Here the target is the
    /// level of happiness, and year, number and the last question are left out.
    case happiness = "gss-happiness"
    /// Digits, the full tree on 64 numbers with 169 leaves, for the paper's tree of 219 leaves on 46 numbers of e-mails.
    case digits
    /// Diabetes, a regression tree.
    case diabetes
  }

  /// One of the named trees.
  ///
  /// - Throws: ``CatalogueError`` and `TabularError` if the data are not there, `DesignError`, `LearningError`.
  public static func named(
    _ name: Named, searchPath: DataSearchPath, leaves: Int? = nil, minimumLeafRows: Int = 1
  ) throws -> TreeVictim {
    let whole = try DataSource(name.rawValue, searchPath: searchPath).table(TableReader())
    switch name {
    case .germanCredit:
      func grown(without ignored: [String]) throws -> TreeVictim {
        try classifier(
          name.rawValue, whole, target: "default", ignored: ignored, leaves: leaves ?? 26,
          minimumLeafRows: minimumLeafRows)
      }
      return try grown(without: try grown(without: []).columns(after: 11))
    case .steak:
      // The first row is a second header.
      return try classifier(
        name.rawValue, whole.rows(at: Array(1..<whole.rowCount)),
        target: "How do you like your steak prepared?", ignored: ["RespondentID"], leaves: leaves ?? 193,
        minimumLeafRows: minimumLeafRows)
    case .happiness:
      let table = whole.numbering("age", ["89 OR OLDER": 89]).numbering("children", ["EIGHT OR MORE": 8])
      return try classifier(
        name.rawValue, table, target: "Happiness level",
        ignored: ["year", "id", "watched x-rated movies in the last year"], leaves: leaves ?? 159,
        minimumLeafRows: minimumLeafRows)
    case .digits:
      return try classifier(
        name.rawValue, whole, target: "digit", leaves: leaves ?? 169, minimumLeafRows: minimumLeafRows)
    case .diabetes:
      let target = whole.columns.last?.name ?? ""
      return try regressor(
        name.rawValue, whole, target: target, leaves: leaves ?? 49, minimumLeafRows: minimumLeafRows)
    }
  }
}

extension TreeVictim {
  /// Names of the columns that follow the `count` most important ones.
  fileprivate func columns(after count: Int) -> [String] {
    let names = pipeline.features.inputColumns.map(\.name)
    let importances = tree.featureImportances
    let order = names.indices.sorted { (-importances[$0], $0) < (-importances[$1], $1) }
    return order.dropFirst(count).map { names[$0] }
  }
}
