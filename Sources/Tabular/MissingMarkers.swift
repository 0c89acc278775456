/// The words that stand for a missing value.
public enum MissingMarkers {
  /// Those that mean nothing else in any column; the ones that pandas knows, without `None`.
  static let everywhere: Set<String> = [
    "", "NA", "N/A", "NaN", "nan", "-NaN", "-nan", "null", "NULL", "n/a", "#N/A", "#N/A N/A", "#NA", "<NA>",
    "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN",
  ]

  /// Whether a text stands for a missing value in any column.
  public static func isUsual(_ text: String) -> Bool { everywhere.contains(text) }

  /// Signs that mean it in a column of numbers.
  private static let signs: Set<String> = [
    "?", "??", "???", ".", "..", "...", "-", "--", "---", "–", "—", "*", "**", "***", "_", "\\N", "(null)",
    "<null>",
    "#VALUE!", "#DIV/0!", "#REF!", "#NUM!", "#NULL!", "#NAME?", "#N/A!",
  ]

  /// Words that mean it in a column of numbers, in small letters.
  private static let words: Set<String> = [
    "na", "n/a", "n.a.", "n.a", "nan", "null", "none", "nil", "nat", "nd", "n.d.", "missing", "unknown",
    "not available", "not applicable", "not reported", "no data", "undefined",
  ]

  /// Whether a text in a column of numbers stands for a missing one.
  static func isPlaceholder(_ text: String) -> Bool {
    signs.contains(text) || (text.utf8.count < 16 && words.contains(text.lowercased()))
  }

  /// Whether it would be asked about in a column of words: signs, and `None`, which may be a category.
  static func isQuestionable(_ text: String) -> Bool {
    // Columns may have millions of longer words.
    guard text.utf8.count <= 8 else { return false }
    return signs.contains(text) || ["none", "n.a.", "na", "nan"].contains(text.lowercased())
  }
}
