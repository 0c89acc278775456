import LinearAlgebra

extension FeatureEncoder: Codable {
  private enum CodingKeys: String, CodingKey { case space, options, notes, features }

  public func encode(to encoder: any Swift.Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(space, forKey: .space)
    try container.encode(options, forKey: .options)
    try container.encode(notes, forKey: .notes)
    try container.encode(features, forKey: .features)
  }

  /// Decodes an encoder and checks that its parts fit together, so that no table can lead it outside a row. Ranges are
  /// those of the features: files of earlier versions have the largest numbers where none is known.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let written = try container.decode(FeatureSpace.self, forKey: .space)
    options = try container.decode(EncodingOptions.self, forKey: .options)
    notes = try container.decode([String].self, forKey: .notes)
    features = try container.decode([EncodedFeature].self, forKey: .features)
    let spanned = FeatureSpace(features)
    space = spanned.names == written.names ? spanned : written
    if let reason = written.defect ?? defect {
      throw DecodingError.dataCorruptedError(forKey: .features, in: container, debugDescription: reason)
    }
  }

  private var defect: String? {
    guard Set(features.map(\.name)).count == features.count else { return "two features have the same name" }
    if let broken = features.first(where: { $0.defect != nil }), let reason = broken.defect {
      return "the feature '\(broken.name)' \(reason)"
    }
    let width = features.reduce(0) { $0 + $1.width }
    return width == space.count ? nil : "the features make \(width) columns and the space has \(space.count)"
  }
}

extension FeatureSpace {
  /// What is wrong with a space that was read, if anything.
  fileprivate var defect: String? {
    guard lower.count == count, upper.count == count else {
      return "\(count) names of columns with \(lower.count) and \(upper.count) bounds"
    }
    if let column = names.indices.first(where: { !areBoundsOrUnknown(lower[$0], upper[$0]) }) {
      return "the column '\(names[column])' has bounds that are not finite or in the wrong order"
    }
    guard (numeric + groups.flatMap(\.columns)).allSatisfy({ (0..<count).contains($0) }) else {
      return "a group has a column that is not there"
    }
    return nil
  }
}

extension EncodedFeature {
  /// What is wrong with the form, if anything.
  fileprivate var defect: String? {
    switch form {
    case .number(let form):
      form.defect
    case .bins(let form):
      !form.ends.isEmpty && form.ends.allSatisfy(\.isFinite)
        && zip(form.ends, form.ends.dropFirst()).allSatisfy { $0 < $1 }
        ? nil : "has bins that do not ascend"
    case .levels(let form), .codes(let form):
      form.levels.indices.contains(form.fill) && Set(form.levels).count == form.levels.count
        ? nil : "has no usable levels"
    case .indicator, .constantNumber, .constantLevel, .identifier: nil
    }
  }
}

extension EncodedFeature.NumberForm {
  fileprivate var defect: String? {
    guard scaling.scale != 0, scaling.scale.isFinite, scaling.offset.isFinite, fill.isFinite else {
      return "has no usable scaling"
    }
    guard let bounds else { return nil }
    let areFinite =
      scaling.natural(bounds.lowerBound).isFinite && scaling.natural(bounds.upperBound).isFinite
    return areFinite && areBounds(bounds.lowerBound, bounds.upperBound)
      ? nil : "has bounds that are not finite or in the wrong order"
  }
}

extension EncodedFeature.NumberForm: Codable {
  private enum CodingKeys: String, CodingKey { case scaling, lower, upper, fill, decimals, whole, group }

  /// Decodes a column. Files of earlier versions have the bounds ``unknownBound(_:)`` where none is known.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    scaling = try container.decode(Scaling.self, forKey: .scaling)
    fill = try container.decode(Double.self, forKey: .fill)
    decimals = try container.decode(Decimals.self, forKey: .decimals)
    group = try container.decodeIfPresent(IndicatorGroup.self, forKey: .group)
    isWhole = try container.decodeIfPresent(Bool.self, forKey: .whole) ?? (group != nil)
    let lower = try container.decodeIfPresent(Double.self, forKey: .lower)
    let upper = try container.decodeIfPresent(Double.self, forKey: .upper)
    switch (lower, upper) {
    case (nil, nil): bounds = nil
    case (let lower?, let upper?):
      guard lower.isFinite, upper.isFinite, lower <= upper else {
        throw DecodingError.dataCorruptedError(
          forKey: .lower, in: container,
          debugDescription: "a feature has bounds that are not finite or in the wrong order")
      }
      let unknown = Self.unknownBound(scaling.scale)
      bounds = lower == -unknown && upper == unknown ? nil : lower...upper
    default:
      throw DecodingError.dataCorruptedError(
        forKey: .lower, in: container, debugDescription: "a feature has one bound only")
    }
  }

  package func encode(to encoder: any Swift.Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(scaling, forKey: .scaling)
    try container.encodeIfPresent(bounds?.lowerBound, forKey: .lower)
    try container.encodeIfPresent(bounds?.upperBound, forKey: .upper)
    try container.encode(fill, forKey: .fill)
    try container.encode(decimals, forKey: .decimals)
    if isWhole { try container.encode(true, forKey: .whole) }
    try container.encodeIfPresent(group, forKey: .group)
  }

  /// What earlier versions wrote as the upper bound of a column of unknown range.
  fileprivate static func unknownBound(_ scale: Double) -> Double {
    .greatestFiniteMagnitude / 4 / max(abs(scale), 1)
  }
}

/// Whether two numbers are finite and in order, or infinite because no bounds are known.
private func areBoundsOrUnknown(_ lower: Double, _ upper: Double) -> Bool {
  areBounds(lower, upper) || (lower == -.infinity && upper == .infinity)
}

/// Whether two numbers are finite and in order.
private func areBounds(_ lower: Double, _ upper: Double) -> Bool {
  lower.isFinite && upper.isFinite && lower <= upper
}
