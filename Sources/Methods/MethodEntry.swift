/// A card with its settings and their defaults: what `bezoar list` shows and a document of results holds.
public struct MethodEntry: Sendable, Hashable, Codable {
  /// One setting of a method.
  public struct Parameter: Sendable, Hashable, Codable {
    /// Name as written on the command line.
    public let name: String
    /// What it does, with its unit.
    public let meaning: String
    /// Allowed values.
    public let allowed: AllowedValues
    /// Value when nothing is said; nil where one must be given.
    public let defaultValue: String?

    /// The word in the place of a default for a setting that must be given.
    public static let required = "must be given"

    /// A setting with its documentation.
    public init(name: String, meaning: String, allowed: AllowedValues, defaultValue: String?) {
      self.name = name
      self.meaning = meaning
      self.allowed = allowed
      self.defaultValue = defaultValue
    }
  }

  /// Identity, source and family.
  public let card: MethodCard
  /// The settings, in the order in which they are listed.
  public let parameters: [Parameter]
  /// The program that the method is; nil for one in Swift.
  public let program: ProgramOrigin?

  /// A card with its settings.
  public init(_ card: MethodCard, settings parameters: [Parameter] = [], program: ProgramOrigin? = nil) {
    self.card = card
    self.parameters = parameters
    self.program = program
  }

  /// Stable name of the method.
  public var id: String { card.id }

  private enum CodingKeys: String, CodingKey { case parameters, program }

  public func encode(to encoder: any Encoder) throws {
    try card.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(parameters, forKey: .parameters)
    try container.encodeIfPresent(program, forKey: .program)
  }

  public init(from decoder: any Decoder) throws {
    card = try MethodCard(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    parameters = try container.decode([Parameter].self, forKey: .parameters)
    program = try container.decodeIfPresent(ProgramOrigin.self, forKey: .program)
  }
}

extension MethodEntry.Parameter {
  private enum CodingKeys: String, CodingKey { case name, meaning, range, defaultValue }

  /// The range is written as text, as the list shows it.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(meaning, forKey: .meaning)
    try container.encode(allowed.description, forKey: .range)
    try container.encode(defaultValue ?? Self.required, forKey: .defaultValue)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let text = try container.decode(String.self, forKey: .defaultValue)
    self.init(
      name: try container.decode(String.self, forKey: .name),
      meaning: try container.decode(String.self, forKey: .meaning),
      allowed: .text(try container.decode(String.self, forKey: .range)),
      defaultValue: text == Self.required ? nil : text)
  }
}
