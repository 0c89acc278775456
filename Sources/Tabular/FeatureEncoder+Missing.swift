/// What stands for a missing value of a column.
public enum MissingFill: Sendable, Hashable {
  /// A number, in the user's unit; for a column of numbers.
  case number(Double)
  /// The place of a category; for a column of categories.
  case level(Int)
  /// A level of its own, whose column comes after those of the others; for categories that are encoded as indicators.
  case ownLevel
}

extension FeatureEncoder {
  /// The same encoding with other numbers and categories in the place of missing ones.
  ///
  /// - Parameter fills: one per column of ``inputColumns``, of its kind; nil leaves what stood there.
  public func filling(missing fills: [MissingFill?]) -> FeatureEncoder {
    precondition(fills.count == inputColumns.count, "\(fills.count) fills for \(inputColumns.count) columns")
    var rest = fills[...]
    let filled = features.map { feature in
      feature.width > 0 ? feature.filling(missing: rest.removeFirst()) : feature
    }
    var options = options
    options.missing = .impute
    return FeatureEncoder(space: FeatureSpace(filled), options: options, notes: notes, features: filled)
  }

  /// The same encoding, with missing values kept as such.
  public var keepingMissing: FeatureEncoder {
    var options = options
    options.missing = .keep
    let kept = features.map { feature in
      EncodedFeature(
        name: feature.name, form: feature.form,
        rules: feature.rules.map { .init(missing: .keep, unseen: $0.unseen) })
    }
    return FeatureEncoder(space: space, options: options, notes: notes, features: kept)
  }
}

extension EncodedFeature {
  fileprivate func filling(missing fill: MissingFill?) -> EncodedFeature {
    switch (form, fill) {
    case (.number(let form), .number(let value)):
      return EncodedFeature(
        name: name,
        form: .number(
          NumberForm(
            scaling: form.scaling, bounds: form.bounds, fill: value, decimals: form.decimals,
            isWhole: form.isWhole, group: form.group)))
    case (.bins(let form), .number(let value)):
      return EncodedFeature(name: name, form: .bins(BinForm(ends: form.ends, fill: value)))
    case (.indicator(let group, _), .number(let value)):
      return EncodedFeature(name: name, form: .indicator(group: group, fill: value))
    case (.levels(let form), .level(let level)):
      return EncodedFeature(
        name: name, form: .levels(LevelForm(levels: form.levels, fill: level, hasMissingLevel: false)))
    case (.levels(let form), .ownLevel):
      return EncodedFeature(
        name: name, form: .levels(LevelForm(levels: form.levels, fill: form.fill, hasMissingLevel: true)))
    case (.codes(let form), .level(let level)):
      return EncodedFeature(
        name: name, form: .codes(LevelForm(levels: form.levels, fill: level, hasMissingLevel: false)))
    default: return self
    }
  }
}
