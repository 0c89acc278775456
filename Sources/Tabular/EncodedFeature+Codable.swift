extension EncodedFeature.Form: Codable {
  /// The form as it stands in a file. How many columns of a group are 1 in a row stands beside its name, or is absent in
  /// files of earlier versions: none or one then.
  private enum Stored: Codable {
    case number(EncodedFeature.NumberForm)
    case levels(EncodedFeature.LevelForm)
    case bins(EncodedFeature.BinForm)
    case codes(EncodedFeature.LevelForm)
    case indicator(group: String, fill: Double, ones: Ones?)
    case constantNumber(Double)
    case constantLevel(String)
    case identifier

    struct Ones: Codable {
      let least: Int
      let most: Int
    }
  }

  package init(from decoder: any Decoder) throws {
    switch try Stored(from: decoder) {
    case .number(let form): self = .number(form)
    case .levels(let form): self = .levels(form)
    case .bins(let form): self = .bins(form)
    case .codes(let form): self = .codes(form)
    case .indicator(let name, let fill, let ones):
      let (least, most) = (ones?.least ?? 0, ones?.most ?? 1)
      guard least >= 0, most >= max(least, 1) else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: decoder.codingPath, debugDescription: "a group has impossible numbers of ones"))
      }
      self = .indicator(group: IndicatorGroup(name: name, least: least, most: most), fill: fill)
    case .constantNumber(let value): self = .constantNumber(value)
    case .constantLevel(let level): self = .constantLevel(level)
    case .identifier: self = .identifier
    }
  }

  package func encode(to encoder: any Swift.Encoder) throws {
    let stored: Stored =
      switch self {
      case .number(let form): .number(form)
      case .levels(let form): .levels(form)
      case .bins(let form): .bins(form)
      case .codes(let form): .codes(form)
      case .indicator(let group, let fill):
        .indicator(group: group.name, fill: fill, ones: .init(least: group.least, most: group.most))
      case .constantNumber(let value): .constantNumber(value)
      case .constantLevel(let level): .constantLevel(level)
      case .identifier: .identifier
      }
    try stored.encode(to: encoder)
  }
}
