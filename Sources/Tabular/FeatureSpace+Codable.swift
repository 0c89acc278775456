/// A bound that is not known is null in a file.
extension FeatureSpace: Codable {
  private enum CodingKeys: String, CodingKey { case names, groups, lower, upper, numeric }

  public init(from decoder: any Swift.Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    names = try container.decode([String].self, forKey: .names)
    groups = try container.decode([Group].self, forKey: .groups)
    lower = try container.decode([Double?].self, forKey: .lower).map { $0 ?? -.infinity }
    upper = try container.decode([Double?].self, forKey: .upper).map { $0 ?? .infinity }
    numeric = try container.decode([Int].self, forKey: .numeric)
  }

  public func encode(to encoder: any Swift.Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(names, forKey: .names)
    try container.encode(groups, forKey: .groups)
    try container.encode(lower.map { $0.isFinite ? $0 : nil }, forKey: .lower)
    try container.encode(upper.map { $0.isFinite ? $0 : nil }, forKey: .upper)
    try container.encode(numeric, forKey: .numeric)
  }
}
