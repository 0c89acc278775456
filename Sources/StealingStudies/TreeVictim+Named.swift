import Datasets
import Experiments
import Learning
import Tabular

extension TreeVictim {
  /// The trees of the paper whose data are at hand, with its numbers of leaves, and others.
  public enum Named: String, Sendable, CaseIterable {
    /// German credit, 26 leaves. The paper's model had 11 of the 20 columns; which is not known. Here they are
    /// ``TreeVictim/germanCreditColumns``.
    case germanCredit = "german-credit"
    /// How Americans like their steak, at most 193 leaves, without the number of the respondent.
    case steak
    /// General Social Survey, 159 leaves. The paper's model had 7 columns; which is not known. Here the target is the
    /// level of happiness, and year, number and the last question are left out.
    case happiness = "gss-happiness"
    /// Digits, the full tree on 64 numbers; no tree of the paper.
    case digits
    /// Diabetes, a regression tree; none of the paper.
    case diabetes
  }

  /// The columns of largest importance in a tree of 26 leaves on all 20 columns and all rows (scikit-learn 1.9.1,
  /// indicators of categories, importances summed over the indicators of a column).
  public static let germanCreditColumns = [
    "checking_balance", "months_loan_duration", "amount", "purpose", "credit_history", "savings_balance",
    "employment_length", "property", "age", "installment_plan", "telephone",
  ]

  /// One of the named trees.
  ///
  /// - Parameters:
  ///   - leaves: most leaves; nil for those of the paper, or for all where it has none.
  ///   - seed: of the choice of the rows that it is grown on.
  /// - Throws: `CatalogueError` and `TabularError` if the data are not there, `DesignError`, `LearningError`.
  public static func named(
    _ name: Named, searchPath: DataSearchPath, leaves: Int? = nil, minimumLeafRows: Int = 1, seed: UInt64
  ) throws -> TreeVictim {
    let whole = try DataSource(name.rawValue, searchPath: searchPath).table(TableReader())
    func classifier(
      _ table: Table, _ target: String, ignored: [String] = [], most: Int?
    ) throws -> TreeVictim {
      try .classifier(
        name.rawValue, table, target: target, ignored: ignored, leaves: leaves ?? most,
        minimumLeafRows: minimumLeafRows, seed: seed)
    }
    switch name {
    case .germanCredit:
      let target = "default"
      let others = whole.columns.map(\.name).filter { $0 != target && !germanCreditColumns.contains($0) }
      return try classifier(whole, target, ignored: others, most: 26)
    case .steak:
      // The first row is a second header.
      return try classifier(
        whole.rows(at: Array(1..<max(whole.rowCount, 1))), "How do you like your steak prepared?",
        ignored: ["RespondentID"], most: 193)
    case .happiness:
      let table = whole.numbering("age", ["89 OR OLDER": 89]).numbering("children", ["EIGHT OR MORE": 8])
      return try classifier(
        table, "Happiness level", ignored: ["year", "id", "watched x-rated movies in the last year"],
        most: 159)
    case .digits: return try classifier(whole, "digit", most: nil)
    case .diabetes:
      return try regressor(
        name.rawValue, whole, target: whole.columns.last?.name ?? "", leaves: leaves ?? 49,
        minimumLeafRows: minimumLeafRows, seed: seed)
    }
  }
}
