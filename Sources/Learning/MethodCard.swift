/// What a reader must know of a method before trusting a number that it made.
public struct MethodCard: Sendable, Hashable, Codable {
  /// What the method is.
  public enum Kind: String, Sendable, Hashable, Codable {
    case learner, attack, defence, detector
    case `guard`
  }

  /// One setting of a method.
  public struct Parameter: Sendable, Hashable, Codable {
    /// Name as written on the command line.
    public let name: String
    /// What it does, with its unit.
    public let meaning: String
    /// Allowed values, such as `0...1`.
    public let range: String
    /// Value when nothing is said.
    public let defaultValue: String

    /// A parameter with its documentation.
    public init(_ name: String, _ meaning: String, range: String, default defaultValue: String) {
      self.name = name
      self.meaning = meaning
      self.range = range
      self.defaultValue = defaultValue
    }
  }

  /// Identifiers of the public threat catalogues that the method belongs to.
  public struct Taxonomy: Sendable, Hashable, Codable {
    /// MITRE ATLAS techniques (attacks) or mitigations (defences), version 5.6.
    public let atlas: [String]
    /// OWASP Machine Learning Security Top 10 (2023).
    public let owasp: [String]
    /// NIST AI 100-2 E2025 attack classes.
    public let nist: [String]

    /// The ids of one method.
    public init(atlas: [String], owasp: [String], nist: [String]) {
      self.atlas = atlas
      self.owasp = owasp
      self.nist = nist
    }
  }

  /// Stable lower-case name used on the command line, in results and in reports.
  public let id: String
  /// What the method is.
  public let kind: Kind
  /// Title for tables and headings.
  public let title: String
  /// One sentence on what it does.
  public let summary: String
  /// Author, title, venue and year of the source.
  public let citation: String
  /// What it has to know or be given, in words.
  public let needs: String
  /// Its settings.
  public let parameters: [Parameter]
  /// Its place in the threat catalogues; nil for learners.
  public let taxonomy: Taxonomy?

  /// A complete card.
  public init(
    id: String, kind: Kind, title: String, summary: String, citation: String, needs: String,
    parameters: [Parameter] = [], taxonomy: Taxonomy? = nil
  ) {
    self.id = id
    self.kind = kind
    self.title = title
    self.summary = summary
    self.citation = citation
    self.needs = needs
    self.parameters = parameters
    self.taxonomy = taxonomy
  }

  /// The same card with other settings.
  public func replacingParameters(_ parameters: [Parameter]) -> MethodCard {
    MethodCard(
      id: id, kind: kind, title: title, summary: summary, citation: citation, needs: needs,
      parameters: parameters, taxonomy: taxonomy)
  }
}
