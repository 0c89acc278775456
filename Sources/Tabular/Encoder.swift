/// What to do where a table has no value.
public enum MissingPolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// The column's mean for numbers, its most frequent level for categories.
  case impute
  /// Leave out rows with a missing feature.
  case drop
  /// A level of its own for categories; numbers are imputed.
  case level
  /// Refuse the table.
  case fail
}

/// How a table becomes a design matrix.
public struct EncodingOptions: Sendable, Hashable, Codable {
  /// What to do where a feature is missing. Rows without target are always left out.
  public var missing = MissingPolicy.impute
  /// Range of the target that maps to [0, 1]; nil for the observed range.
  public var targetRange: ClosedRange<Double>?
  /// Columns that are not used.
  public var ignored: [String] = []

  /// The defaults.
  public init() {}
}

/// A learned way from a table to a design matrix and back.
///
/// Numbers are scaled to [0, 1] by their observed range; categories become one indicator column per level.
/// Columns whose names have the form `name:level` and hold only 0 and 1 already are indicators: those that share
/// the text before the last colon form one group. The groups are remembered, so that an attack can stay inside
/// them and a row can be turned back into a row of the table.
public struct Encoder: Sendable, Hashable, Codable {
  /// One feature of the table.
  enum Feature: Sendable, Hashable, Codable {
    /// A number, with its scaling and the value that stands for a missing one.
    case number(name: String, scaling: Scaling, filling: Double)
    /// A category, with its levels and the level that stands for a missing value.
    case category(name: String, levels: [String], filling: Int)
    /// An indicator column of the table itself.
    case indicator(name: String, filling: Double)

    var name: String {
      switch self {
      case .number(let name, _, _), .category(let name, _, _), .indicator(let name, _): name
      }
    }
  }

  /// Level that stands for a missing category under ``MissingPolicy/level``.
  static let missingLevel = "(missing)"

  let features: [Feature]
  let columnOrder: [String]
  /// Name of the target column.
  public let target: String
  /// How the target is scaled.
  public let targetScaling: Scaling
  let options: EncodingOptions
  /// What was decided about columns, in sentences for the reader.
  public let notes: [String]
  /// Meaning and feasible range of the columns of the design matrix.
  public let space: FeatureSpace

  /// Learns the encoding of a table.
  ///
  /// - Throws: ``DesignError``.
  public static func fit(
    _ table: Table, target: String, options: EncodingOptions = EncodingOptions()
  ) throws -> Encoder {
    let names = table.columns.map(\.name)
    guard let position = table.index(of: target) else {
      throw DesignError.unknownColumn(target, known: names)
    }
    for name in options.ignored where table.index(of: name) == nil {
      throw DesignError.unknownColumn(name, known: names)
    }
    let scaling = try targetScaling(table.columns[position], options)
    var notes: [String] = []
    let indicators = indicatorColumns(table, target: target)
    var features: [Feature] = []
    for column in table.columns where column.name != target && !options.ignored.contains(column.name) {
      let isIndicator = indicators.contains(column.name)
      if let feature = try feature(column, isIndicator: isIndicator, options, &notes) {
        features.append(feature)
      }
    }
    guard !features.isEmpty else { throw DesignError.noFeatures }
    return Encoder(
      features: features, columnOrder: names.filter { !options.ignored.contains($0) }, target: target,
      targetScaling: scaling, options: options, notes: notes, space: space(of: features))
  }

  private static func targetScaling(_ column: Table.Column, _ options: EncodingOptions) throws -> Scaling {
    switch column.values {
    case .categorical(let codes, let levels):
      guard let code = codes.first(where: { $0 >= 0 }) else { throw DesignError.allMissing(column.name) }
      throw DesignError.targetNotNumeric(column.name, example: levels[code])
    case .numeric(let values):
      let known = values.filter { !$0.isNaN }
      guard let least = known.min(), let most = known.max() else { throw DesignError.allMissing(column.name) }
      guard least < most else { throw DesignError.constantTarget(column.name) }
      return Scaling(options.targetRange ?? least...most)
    }
  }

  /// Columns that are indicators of a `name:level` group.
  private static func indicatorColumns(_ table: Table, target: String) -> Set<String> {
    var result: Set<String> = []
    for column in table.columns where column.name != target && groupName(column.name) != nil {
      if case .numeric(let values) = column.values,
        values.allSatisfy({ $0 == 0 || $0 == 1 || $0.isNaN })
      {
        result.insert(column.name)
      }
    }
    return result
  }

  /// The text before the last colon of a name, if there is text on both sides.
  static func groupName(_ name: String) -> String? {
    guard let colon = name.lastIndex(of: ":"), colon != name.startIndex,
      name.index(after: colon) != name.endIndex
    else { return nil }
    return String(name[..<colon])
  }

  private static func feature(
    _ column: Table.Column, isIndicator: Bool, _ options: EncodingOptions, _ notes: inout [String]
  ) throws -> Feature? {
    let missing = column.values.missing
    guard missing < column.values.count else { throw DesignError.allMissing(column.name) }
    if missing > 0 { notes.append(missingNote(column.name, missing, options.missing)) }
    switch column.values {
    case .numeric(let values):
      let known = values.filter { !$0.isNaN }
      let mean = known.reduce(0, +) / Double(known.count)
      if isIndicator { return .indicator(name: column.name, filling: mean >= 0.5 ? 1 : 0) }
      guard let least = known.min(), let most = known.max(), least < most else {
        notes.append("column '\(column.name)' is constant and left out")
        return nil
      }
      return .number(name: column.name, scaling: Scaling(least...most), filling: mean)
    case .categorical(let codes, var levels):
      if levels.count > 20 && levels.count * 10 > 9 * (codes.count - missing) {
        notes.append("column '\(column.name)' has a level of its own for almost every row and is left out")
        return nil
      }
      var counts = [Int](repeating: 0, count: levels.count)
      for code in codes where code >= 0 { counts[code] += 1 }
      var filling = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
      if missing > 0 && options.missing == .level {
        filling = levels.count
        levels.append(missingLevel)
      }
      guard levels.count > 1 else {
        notes.append("column '\(column.name)' is constant and left out")
        return nil
      }
      return .category(name: column.name, levels: levels, filling: filling)
    }
  }

  private static func missingNote(_ name: String, _ count: Int, _ policy: MissingPolicy) -> String {
    let what =
      switch policy {
      case .impute: "imputed by mean or most frequent level"
      case .drop: "rows left out"
      case .level: "a level of its own, or imputed by the mean"
      case .fail: "refused"
      }
    return "column '\(name)' has no value in \(count) rows: \(what)"
  }

  private static func space(of features: [Feature]) -> FeatureSpace {
    var names: [String] = []
    var groups: [(name: String, columns: [Int])] = []
    for feature in features {
      switch feature {
      case .number(let name, _, _): names.append(name)
      case .category(let name, let levels, _):
        groups.append((name, levels.indices.map { names.count + $0 }))
        names += levels.map { "\(name):\($0)" }
      case .indicator(let name, _):
        let group = groupName(name) ?? name
        if let index = groups.firstIndex(where: { $0.name == group }) {
          groups[index].columns.append(names.count)
        } else {
          groups.append((group, [names.count]))
        }
        names.append(name)
      }
    }
    return FeatureSpace(
      names: names, groups: groups.map { .init(name: $0.name, columns: $0.columns) },
      lower: [Double](repeating: 0, count: names.count), upper: [Double](repeating: 1, count: names.count))
  }
}
