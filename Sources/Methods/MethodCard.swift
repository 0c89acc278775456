/// What a reader must know of a method before trusting a number that it made.
public struct MethodCard: Sendable, Hashable, Codable {
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

  /// How a method behaves, where tests and programs must know it.
  public enum Trait: String, Sendable, Hashable, Codable, CaseIterable {
    /// The result does not depend on the seed.
    case deterministic
    /// An extraction attack that asks about rows of its own choice, so that recorded answers do not serve it.
    case choosesQueries = "chooses-queries"
    /// The answer to a query depends on those before it.
    case stateful
    /// Takes minutes where others of its family take seconds.
    case slow
    /// A program outside of this package, which vouches for nothing that it does.
    case external
  }

  /// Stable lower-case name used on the command line, in results and in reports.
  public let id: String
  /// What the method does.
  public let family: MethodFamily
  /// Title for tables and headings.
  public let title: String
  /// One sentence on what it does.
  public let summary: String
  /// Author, title, venue and year of the source.
  public let citation: String
  /// What it has to know or be given, in words.
  public let needs: String
  /// Its place in the threat catalogues; nil for learners.
  public let taxonomy: Taxonomy?
  /// How it behaves.
  public let traits: Set<Trait>

  /// A complete card.
  public init(
    id: String, family: MethodFamily, title: String, summary: String, citation: String, needs: String,
    taxonomy: Taxonomy? = nil, traits: Set<Trait> = []
  ) {
    self.id = id
    self.family = family
    self.title = title
    self.summary = summary
    self.citation = citation
    self.needs = needs
    self.taxonomy = taxonomy
    self.traits = traits
  }
}
