extension FeatureEncoder {
  /// For every column of ``space`` the place of the input column that it belongs to.
  public var inputOfColumn: [Int] {
    features.filter { $0.width > 0 }.enumerated().flatMap { index, feature in
      [Int](repeating: index, count: feature.width)
    }
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
