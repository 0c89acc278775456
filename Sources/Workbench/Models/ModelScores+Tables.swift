import Experiments
public import Reporting

extension ModelScores {
  /// Most classes whose counts are shown as a square.
  private static let widestSquare = 12

  /// All metrics, one row each; for a classifier also those of its classes on the last table, and the counts of
  /// true and predicted classes.
  public func tables(title: String) -> [TextTable] {
    guard let last = parts.last, !classes.isEmpty else { return [overall(title)] }
    var result = [overall(title), classTable(last)]
    if classes.count <= Self.widestSquare { result.append(confusion(last)) }
    return result
  }

  private func overall(_ title: String) -> TextTable {
    var table = TextTable(
      title: title, columns: [.init("metric")] + parts.map { .number("\($0.name) (\($0.rows) rows)") },
      note: "The baseline uses no feature: the most frequent class, or the mean, of the rows themselves.")
    for name in parts.first?.metrics.names ?? [] where !name.contains(":") {
      table.append(
        [.init(name)] + parts.map { .init($0.metrics[name].map { $0.significant(5) } ?? "–") })
    }
    return table
  }

  private func classTable(_ part: Part) -> TextTable {
    var table = TextTable(
      title: "Classes on \(part.name)",
      columns: [.init("class")] + ["precision", "recall", "f1", "auc"].map { .number($0) })
    for label in classes {
      table.append(
        [.init(label)]
          + ["precision", "recall", "f1", "auc"].map { name in
            .init(part.metrics["\(name):\(label)"].map { $0.fixed(4) } ?? "–")
          })
    }
    return table
  }

  private func confusion(_ part: Part) -> TextTable {
    var table = TextTable(
      title: "True classes (rows) and predicted ones (columns) on \(part.name)",
      columns: [.init("class")] + classes.map { .number($0) })
    for label in classes {
      table.append(
        [.init(label)]
          + classes.map { other in .init("\(Int(part.metrics["count:\(label)>\(other)"] ?? 0))") })
    }
    return table
  }
}
