extension Table {
  /// From how many categories on a column is asked about.
  private static let manyLevels = 1000

  /// Columns that look like no features, one sentence each: those that count the rows, have another whole number in
  /// every row or thousands of categories.
  ///
  /// - Parameter ignored: columns that are none, such as the target.
  public func questions(without ignored: [String]) -> [String] {
    columns.filter { !ignored.contains($0.name) }.compactMap { column in
      let hint = "--ignore '\(column.name)' leaves it out"
      switch column.values {
      case .numeric(let values):
        guard values.count >= 20, let first = values.first else { return nil }
        // Distances of one, so that a sorted table and a part of one count too.
        if first == first.rounded(), values.indices.allSatisfy({ values[$0] == first + Double($0) }) {
          return
            "column '\(column.name)' counts the rows from \(Int(exactly: first) ?? 0), as an index does; \(hint)"
        }
        guard values.allSatisfy({ $0 == $0.rounded() }), Set(values).count == values.count,
          let least = values.min(), let most = values.max(),
          least >= 1000 || most - least == Double(values.count - 1)
        else { return nil }
        return "column '\(column.name)' has another whole number in every row, as an id does; \(hint)"
      case .categorical(let codes, let levels):
        // Of one text per row the encoder says that it is left out.
        guard levels.count > Self.manyLevels else { return nil }
        let used = Set(codes).subtracting([-1]).count
        return "column '\(column.name)' has \(used) categories, each of which may become a column; \(hint)"
      }
    }
  }

  /// Whether the target of a classifier may have been meant for a model of a number; nil if not.
  public func question(classes target: String) -> String? {
    guard let place = index(of: target), case .numeric(let values) = columns[place].values else { return nil }
    let different = Set(values.filter { !$0.isNaN })
    guard different.count > 20 || (different.count > 2 && different.contains { $0 != $0.rounded() }) else {
      return nil
    }
    return
      "the target '\(target)' has \(different.count) different numbers, each a class of its own to a classifier; for a "
      + "number take a model such as ridge or tree-regressor"
  }
}
