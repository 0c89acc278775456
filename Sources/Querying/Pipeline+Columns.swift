public import Learning
public import Tabular

extension Pipeline {
  /// The columns that the model takes, with what is known of them. Where no range is known, thresholds of trees suggest
  /// one: from the least to the largest, and a quarter of that more to both sides.
  public var describedColumns: [DescribedColumn] {
    var columns = features.describedColumns
    guard columns.contains(where: \.isOfUnknownRange) else { return columns }
    let (owners, scalings) = (features.inputOfColumn, features.scalings)
    for (column, thresholds) in thresholds {
      let owner = owners[column]
      guard columns[owner].isOfUnknownRange, let least = thresholds.min(), let most = thresholds.max()
      else { continue }
      let natural = [least, most].map { scalings[column]?.natural($0) ?? $0 }
      let (lower, upper) = (min(natural[0], natural[1]), max(natural[0], natural[1]))
      let room = lower < upper ? (upper - lower) / 4 : max(abs(upper), 1) / 2
      guard (lower - room).isFinite, (upper + room).isFinite else { continue }
      columns[owner].suggestion = .init(lower - room...upper + room, from: "its thresholds")
    }
    return columns
  }

  /// The finite thresholds of all trees, by the columns of the encoded features.
  private var thresholds: [Int: [Double]] {
    var result: [Int: [Double]] = [:]
    for node in model.trees.lazy.flatMap(\.nodes) {
      if case .atMost(let threshold) = node.test, abs(threshold) < 1e150 {
        result[Int(node.feature), default: []].append(threshold)
      }
    }
    return result
  }
}
