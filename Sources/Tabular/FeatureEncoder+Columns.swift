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
      if case .indicator(let name, _, let ones?) = feature.form {
        known[start] = IndicatorGroup(name: name, least: ones.least, most: ones.most)
      }
      start += feature.width
    }
    return space.groups.map { group in group.columns.first.flatMap { known[$0] } }
  }

  /// The natural difference of a scaled difference of 1 for every column, if all inputs are numbers that are scaled
  /// one to one; nil otherwise.
  public var numberScales: [Double]? {
    var scales: [Double] = []
    for feature in features where feature.width > 0 {
      guard case .number(let form) = feature.form else { return nil }
      scales.append(form.scaling.scale)
    }
    return scales
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

extension FeatureEncoder {
  /// Whether 0 and 1 of a column of ``space`` are 0 and 1 in the user's unit.
  public func isNatural(_ column: Int) -> Bool {
    naturalNumber(0, column: column) == 0 && naturalNumber(1, column: column) == 1
  }

  /// The value in the user's unit of an encoded number of a column of ``space``; the number itself where the column is
  /// no scaled number.
  public func naturalNumber(_ encoded: Double, column: Int) -> Double {
    var start = 0
    for feature in features {
      if start == column, case .number(let form) = feature.form { return form.scaling.natural(encoded) }
      start += feature.width
    }
    return encoded
  }

  /// The encoded form of a range of a number's column of ``space``; nil for another column.
  public func encodedRange(_ lower: Double, _ upper: Double, column: Int) -> ClosedRange<Double>? {
    var start = 0
    for feature in features {
      if start == column, case .number(let form) = feature.form { return form.scaling.scaled(lower, upper) }
      start += feature.width
    }
    return nil
  }
}
