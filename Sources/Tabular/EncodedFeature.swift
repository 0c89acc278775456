import LinearAlgebra

/// How one column of a table becomes columns of a design matrix, and back.
package struct EncodedFeature: Sendable, Hashable, Codable {
  /// What becomes of the column.
  package enum Form: Sendable, Hashable {
    /// One scaled column.
    case number(NumberForm)
    /// One indicator per level.
    case levels(LevelForm)
    /// One indicator per bin of a number.
    case bins(BinForm)
    /// One column with the number of the level.
    case codes(LevelForm)
    /// One of several 0/1 columns that the user made of a category already; stays as it is.
    case indicator(group: IndicatorGroup, fill: Double)
    /// Not used, because all rows have this number.
    case constantNumber(Double)
    /// Not used, because all rows have this category.
    case constantLevel(String)
    /// Not used, because nearly every row has a category of its own.
    case identifier
  }

  /// A column of numbers.
  package struct NumberForm: Sendable, Hashable {
    package let scaling: Scaling
    /// Smallest and largest scaled value; nil where no range is known.
    package let bounds: ClosedRange<Double>?
    /// What stands for a missing value, in the user's unit.
    package let fill: Double
    let decimals: Decimals
    /// Whether the model takes whole numbers only.
    package let isWhole: Bool
    /// The category of which it is a 0/1 indicator to the model, if that is known.
    package let group: IndicatorGroup?

    /// A column that `scaling` scales into the range `bounds`.
    package init(
      scaling: Scaling, bounds: ClosedRange<Double>?, fill: Double, decimals: Decimals, isWhole: Bool = false,
      group: IndicatorGroup? = nil
    ) {
      self.scaling = scaling
      self.bounds = bounds
      self.fill = fill
      self.decimals = decimals
      self.isWhole = isWhole
      self.group = group
    }
  }

  /// A column of numbers in bins.
  package struct BinForm: Sendable, Hashable, Codable {
    /// Upper ends of all bins but the last, ascending; a value on an end belongs to the bin below it.
    package let ends: [Double]
    /// What stands for a missing value, in the user's unit.
    package let fill: Double

    package var width: Int { ends.count + 1 }

    /// The bin of a value.
    func bin(_ value: Double) -> Int {
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = (low + high) / 2
        if value <= ends[middle] { high = middle } else { low = middle + 1 }
      }
      return low
    }
  }

  /// A column of categories.
  package struct LevelForm: Sendable, Hashable, Codable {
    package let levels: [String]
    /// The most frequent level, which stands for a missing one.
    package let fill: Int
    /// Whether missing is a level too, after the others.
    package let hasMissingLevel: Bool

    /// A column with these categories.
    package init(levels: [String], fill: Int, hasMissingLevel: Bool) {
      self.levels = levels
      self.fill = fill
      self.hasMissingLevel = hasMissingLevel
    }

    package var width: Int { levels.count + (hasMissingLevel ? 1 : 0) }
  }

  /// What a column does where that is not what the options of the encoder say.
  package struct Rules: Sendable, Hashable, Codable {
    /// Treatment of a missing value.
    package let missing: EncodingOptions.MissingValues
    /// Treatment of an unknown category.
    package let unseen: EncodingOptions.UnseenLevels

    /// Rules of one column.
    package init(missing: EncodingOptions.MissingValues, unseen: EncodingOptions.UnseenLevels) {
      self.missing = missing
      self.unseen = unseen
    }
  }

  /// Name of the column in the table.
  package let name: String
  package let form: Form
  /// Rules of its own, as models of other programs have them; nil for those of the options.
  package let rules: Rules?

  /// A feature of a column with this name.
  package init(name: String, form: Form, rules: Rules? = nil) {
    self.name = name
    self.form = form
    self.rules = rules
  }

  /// The options as they hold for this column.
  package func options(_ options: EncodingOptions) -> EncodingOptions {
    guard let rules else { return options }
    var options = options
    (options.missing, options.unseen) = (rules.missing, rules.unseen)
    return options
  }

  /// How many columns of the design it makes.
  package var width: Int {
    switch form {
    case .number, .indicator, .codes: 1
    case .bins(let form): form.width
    case .levels(let form): form.width
    case .constantNumber, .constantLevel, .identifier: 0
    }
  }

  /// Names of its columns of the design.
  var columnNames: [String] {
    switch form {
    case .number, .indicator, .codes: [name]
    case .bins(let form): form.ends.map { "\(name):<=\($0)" } + ["\(name):>\(form.ends.last ?? 0)"]
    case .levels(let form):
      form.levels.map { "\(name):\($0)" } + (form.hasMissingLevel ? ["\(name):missing"] : [])
    case .constantNumber, .constantLevel, .identifier: []
    }
  }

  /// What the reader must know of the column, if it is not used.
  var note: String? {
    switch form {
    case .number, .bins, .levels, .codes, .indicator: nil
    case .constantNumber, .constantLevel: "column '\(name)' was left out: it is the same in every row"
    case .identifier: "column '\(name)' was left out: nearly every row has a text of its own"
    }
  }
}

/// How many digits after the point the numbers of a column have, so that whole numbers stay whole on the way
/// back.
package struct Decimals: Sendable, Hashable, Codable {
  /// Ten to the number of digits; nil if there are more than six.
  let unit: Double?

  /// These digits; nil for no rounding.
  package init(unit: Double?) { self.unit = unit }

  /// The digits of finite numbers.
  init(of values: [Double]) {
    unit = [1, 10, 100, 1e3, 1e4, 1e5, 1e6].first { unit in
      values.allSatisfy { abs($0) * unit < 0x1p53 && ($0 * unit).rounded() / unit == $0 }
    }
  }

  /// The nearest number with these digits.
  func rounded(_ value: Double) -> Double {
    guard let unit, abs(value) * unit < 0x1p53 else { return value }
    return (value * unit).rounded() / unit
  }
}

extension EncodedFeature {
  /// The share of rows with a text of their own from which a column counts as an identifier, if it has at least
  /// ten rows.
  private static let identifierShare = 0.9

  /// Learns how to encode a column from the rows that are used.
  init(fitting column: Table.Column, group: IndicatorGroup?, options: EncodingOptions) {
    name = column.name
    rules = nil
    switch column.values {
    case .numeric(let all):
      let values = all.filter { !$0.isNaN }
      if let group {
        form = .indicator(
          group: group, fill: values.count { $0 == 1 } * 2 > values.count ? 1 : 0)
      } else {
        form = Self.numberForm(values, options)
      }
    case .categorical(let codes, let levels):
      form = Self.levelForm(codes, levels, options)
    }
  }

  private static func numberForm(_ values: [Double], _ options: EncodingOptions) -> Form {
    let isKept = options.keepsConstants == true && options.numeric == .none && options.bins == nil
    guard let smallest = values.min(), let largest = values.max(), smallest < largest || isKept else {
      return .constantNumber(values.first ?? 0)
    }
    let count = Double(values.count)
    // Halves keep the sums finite for the largest numbers.
    let middle = smallest / 2 + largest / 2
    let mean = middle + values.reduce(0) { $0 + ($1 - middle) / count }
    if let bins = options.bins { return .bins(BinForm(ends: ends(values, bins: bins), fill: mean)) }
    let scaling: Scaling
    switch options.numeric {
    case .unitRange: scaling = Scaling(offset: smallest, scale: finite(largest - smallest))
    case .symmetricRange: scaling = Scaling(offset: middle, scale: finite(largest / 2 - smallest / 2))
    case .standard:
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / count }
      let deviation =
        SquareRange.isSafe(variance) ? variance.squareRoot() : rootMeanSquare(values, about: mean)
      scaling = Scaling(offset: mean, scale: finite(deviation))
    case .none: scaling = .identity
    }
    return .number(
      NumberForm(
        scaling: scaling,
        bounds: scaling.scaled(smallest).nearestFinite...scaling.scaled(largest).nearestFinite, fill: mean,
        decimals: Decimals(of: values)))
  }

  /// The quantiles between bins of about equal mass; fewer where many values are equal.
  private static func ends(_ values: [Double], bins: Int) -> [Double] {
    let sorted = values.sorted()
    var result: [Double] = []
    for bin in 1..<max(bins, 1) {
      let end = sorted[max((bin * sorted.count + bins - 1) / bins, 1) - 1]
      if end < sorted[sorted.count - 1], result.last.map({ end > $0 }) ?? true { result.append(end) }
    }
    return result
  }

  /// A usable scale: neither zero nor infinite, which numbers near the limits of `Double` would give.
  private static func finite(_ scale: Double) -> Double {
    scale > 0 ? min(scale, .greatestFiniteMagnitude) : .leastNormalMagnitude
  }

  private static func levelForm(
    _ codes: [Int], _ levels: [String], _ options: EncodingOptions
  ) -> Form {
    var counts = [Int](repeating: 0, count: levels.count)
    for code in codes where code >= 0 { counts[code] += 1 }
    let used = levels.indices.filter { counts[$0] > 0 }
    let present = counts.reduce(0, +)
    let hasMissingLevel = options.missing == .ownLevel && present < codes.count
    if present >= 10, Double(used.count) > identifierShare * Double(present) { return .identifier }
    guard let first = used.first, used.count + (hasMissingLevel ? 1 : 0) > 1 else {
      return .constantLevel(used.first.map { levels[$0] } ?? "")
    }
    let most = used.reduce(first) { counts[$1] > counts[$0] ? $1 : $0 }
    let form = LevelForm(
      levels: used.map { levels[$0] }, fill: used.firstIndex(of: most) ?? 0, hasMissingLevel: hasMissingLevel)
    return options.categories == .codes ? .codes(form) : .levels(form)
  }
}
