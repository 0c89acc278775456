extension FeatureEncoder {
  /// For every column of ``space`` the place of the input column that it belongs to.
  public var inputOfColumn: [Int] {
    features.filter { $0.width > 0 }.enumerated().flatMap { index, feature in
      [Int](repeating: index, count: feature.width)
    }
  }

  /// For every group of ``space`` how many of its columns are 1 in a row, where the table had 0/1 columns; nil for a
  /// group made of categories.
  public var indicatorGroups: [IndicatorGroup?] {
    var known: [Int: IndicatorGroup] = [:]
    var start = 0
    for feature in features {
      if case .indicator(let group, _) = feature.form { known[start] = group }
      start += feature.width
    }
    return space.groups.map { group in group.columns.first.flatMap { known[$0] } }
  }

  /// The scaling of every column of ``space``; nil where it is no scaled number but an indicator or a code.
  ///
  /// - Complexity: O(*d*) for *d* columns; keep it where several are looked up.
  public var scalings: [Scaling?] {
    features.flatMap { feature -> [Scaling?] in
      if case .number(let form) = feature.form { return [form.scaling] }
      return [Scaling?](repeating: nil, count: feature.width)
    }
  }

  /// The natural difference of a scaled difference of 1 for every column, if all inputs are numbers that are scaled
  /// one to one; nil otherwise.
  public var numberScales: [Double]? {
    let scalings = scalings.compactMap { $0 }
    return scalings.count == space.count ? scalings.map(\.scale) : nil
  }

  /// What 1 in every column of ``space`` is in the user's unit: the scale of a number, and 1 for an indicator or a code.
  public var columnScales: [(name: String, scale: Double)] {
    zip(space.names, scalings).map { ($0, $1?.scale ?? 1) }
  }
}

extension FeatureEncoder {
  /// Whether a row of features is the row of the values of the columns.
  public var takesValues: Bool {
    features.allSatisfy { feature in
      // The forms count, not the options: an encoder that was not fitted may scale without them.
      switch feature.form {
      case .number(let form): form.scaling == .identity
      case .codes, .constantNumber, .constantLevel, .identifier: true
      case .levels, .bins, .indicator: false
      }
    }
  }
}
