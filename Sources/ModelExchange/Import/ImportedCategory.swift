/// A column of texts that a model cannot take yet, with what was put in the place of some of them.
struct ImportedText: Hashable {
  /// What graphs of other programs have for a missing text; an empty one is what tables have.
  static let missingTexts: Set<String> = ["", "nan", "NaN", "None"]

  /// What texts become other texts.
  struct Map: Hashable {
    let keys: [String]
    let values: [String]
    /// What every other text becomes; nil if there may be none.
    let other: String?
  }

  /// The column of the table.
  var name: String
  /// Texts in whose place another one was put, and that one.
  var replaced: [String: String] = [:]
  /// The map that was applied after that.
  var map: Map?

  /// A column as it is in the table.
  init(name: String) { self.name = name }

  /// What the map makes of a text; nil for one that there may not be.
  private func mapped(_ text: String) -> String? {
    guard let map else { return text }
    return map.keys.firstIndex(of: text).map { map.values[$0] } ?? map.other
  }

  /// The category that a table of numbers makes of the texts.
  ///
  /// - Parameters:
  ///   - keys: the texts that the table knows, each once.
  ///   - columns: the columns of `keys`.
  ///   - acceptsOthers: whether further texts are let through.
  func category(
    _ keys: [String], _ columns: [ImportedCategory.Column], acceptsOthers: Bool
  ) -> ImportedCategory {
    let places = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, $0) })
    guard map != nil || !replaced.isEmpty else {
      return ImportedCategory(
        name: name, levels: keys, columns: columns, acceptsOthers: acceptsOthers,
        missing: ImportedCategory.Missing(levels: keys, acceptsOthers: acceptsOthers))
    }
    // The texts of the table, each with the place of what becomes of it among the keys.
    var (levels, keyOfLevel) = ([String](), [Int?]())
    for (level, text) in zip(map?.keys ?? keys, map?.values ?? keys) where replaced[level] == nil {
      levels.append(level)
      keyOfLevel.append(places[text])
    }
    var missing: ImportedCategory.Missing?
    for (from, to) in replaced.sorted(by: { $0.key < $1.key }) {
      let place = mapped(to).flatMap { places[$0] }
      if Self.missingTexts.contains(from) {
        missing = levels.firstIndex(of: to).map { .level($0) } ?? (acceptsOthers ? .other : .refused)
      } else {
        levels.append(from)
        keyOfLevel.append(place)
      }
    }
    let others = map.map { $0.other.flatMap { places[$0] } }
    return ImportedCategory(
      name: name, levels: levels,
      columns: columns.map { $0.at(keyOfLevel, others: others ?? nil) },
      acceptsOthers: acceptsOthers && (map == nil || map?.other != nil),
      missing: missing ?? ImportedCategory.Missing(levels: levels, acceptsOthers: acceptsOthers))
  }
}

/// A column of categories as numbers: every encoded column has a value for each level and one for all other texts.
struct ImportedCategory: Hashable {
  /// One encoded column.
  enum Column: Hashable {
    /// `on` for one level, and `off` for all other texts.
    case indicator(Int, on: Double, off: Double)
    /// A value for each level, and one for other texts.
    case values([Double], other: Double)

    /// What it is for a level, by its place, or for another text.
    func value(_ level: Int?) -> Double {
      switch self {
      case .indicator(let place, let on, let off): level == place ? on : off
      case .values(let values, let other): level.map { values[$0] } ?? other
      }
    }

    /// The same after `change` of every value.
    func changed(_ change: (Double) -> Double) -> Column {
      switch self {
      case .indicator(let place, let on, let off): .indicator(place, on: change(on), off: change(off))
      case .values(let values, let other): .values(values.map(change), other: change(other))
      }
    }

    /// The column over other levels, of which each is one of the former, or another text.
    ///
    /// - Parameters:
    ///   - formers: the former level of each.
    ///   - others: the former level of all further texts, if they have one.
    func at(_ formers: [Int?], others: Int?) -> Column {
      let (values, other) = (formers.map(value), value(others))
      let own = values.indices.filter { values[$0] != other }
      guard own.count == 1, case .indicator = self else { return .values(values, other: other) }
      return .indicator(own[0], on: values[own[0]], off: other)
    }

    /// The same as an indicator, if it is one.
    var simplified: Column {
      guard case .values(let values, let other) = self else { return self }
      let own = values.indices.filter { values[$0] != other }
      return own.count == 1 ? .indicator(own[0], on: values[own[0]], off: other) : self
    }

    /// Bytes of memory.
    var memory: Int {
      let size = MemoryLayout<Column>.stride
      guard case .values(let values, _) = self else { return size }
      return size + 32 + values.count * MemoryLayout<Double>.stride
    }
  }

  /// What becomes of a missing text.
  enum Missing: Hashable {
    /// Nothing that means something.
    case refused
    /// It counts as a level.
    case level(Int)
    /// It counts as a text that is no level.
    case other

    /// What it is to a graph that was told nothing of it: the level that other programs write for a missing text, else any
    /// other text.
    init(levels: [String], acceptsOthers: Bool) {
      let level = levels.firstIndex { ImportedText.missingTexts.contains($0) }
      self = level.map { .level($0) } ?? (acceptsOthers ? .other : .refused)
    }
  }

  /// The column of the table.
  var name: String
  private(set) var levels: [String]
  var columns: [Column]
  /// Whether texts that are no level are let through.
  var acceptsOthers: Bool
  var missing: Missing

  /// Whether it is one indicator per level, in their order.
  var isPlain: Bool {
    columns.count == levels.count
      && columns.enumerated().allSatisfy { $1 == .indicator($0, on: 1, off: 0) }
  }

  /// Most values that are compared in the search for the twin of a missing text.
  private static let comparisonLimit = 1 << 22

  /// The same without the level of a missing text, if it is to all columns what another level is, or any other text.
  var withoutTwinOfMissing: ImportedCategory {
    guard case .level(let place) = missing, ImportedText.missingTexts.contains(levels[place]),
      levels.count > 1, levels.count * columns.count <= Self.comparisonLimit
    else { return self }
    let own = columns.map { $0.value(place) }
    func isTwin(_ level: Int?) -> Bool { zip(columns, own).allSatisfy { $0.value(level) == $1 } }
    let twin = levels.indices.first { $0 != place && isTwin($0) }
    guard twin != nil || (acceptsOthers && isTwin(nil)) else { return self }
    let kept = levels.indices.filter { $0 != place }
    var result = self
    result.levels.remove(at: place)
    result.columns = columns.map { $0.at(kept, others: nil) }
    if columns.count > 1 { result.columns = result.columns.map(\.simplified) }
    result.missing = twin.map { .level($0 > place ? $0 - 1 : $0) } ?? .other
    return result
  }

  /// Bytes of its columns.
  var memory: Int { columns.reduce(0) { $0 + $1.memory } }
}
