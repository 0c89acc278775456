public import Reporting

/// A statement as it stands before anything is measured: whose number it is, how it is judged, and what stands against it.
public struct StatementEntry: Sendable, Codable, Equatable {
  /// What decides.
  public enum Decision: String, Sendable, Codable, CaseIterable {
    /// The range.
    case judged
    /// Nothing: another setting than the source's.
    case anotherSetting = "another setting"
    /// Nothing: the method sets the number.
    case byConstruction = "by construction"
    /// Nothing: the source cannot be found or gives no procedure.
    case unconfirmed
  }

  /// The reproduction that it belongs to, as on the command line.
  public let chapter: String
  /// Row of the table of statements.
  public let row: Int
  /// Stable lower-case name.
  public let id: String
  /// The statement in words.
  public let statement: String
  /// Where the number comes from.
  public let origin: Origin
  /// Author, title, venue, year and place of the number; or how it was made.
  public let source: String
  /// The number; nil if the source gives only words.
  public let reference: Double?
  /// The metrics of results that it and its null read.
  public let metrics: [String]
  /// Unit of the numbers.
  public let unit: String
  /// What decides.
  public let decision: Decision
  /// Which numbers count as met; nil where nothing is judged.
  public let accepted: Claim.Accepted?
  /// What stands in place of the effect; nil where nothing is judged.
  public let null: String?
  /// Whether the null is measured in the same work; nil where nothing is judged.
  public let isNullMeasured: Bool?
  /// Whether a stronger method of this project stands in place of the published one.
  public let isOurMethod: Bool
  /// How the data or the model differ from the source's; nil where they do not.
  public let setting: String?
  /// A remark; nil for none.
  public let note: String?

  /// A statement of a chapter.
  public init<Work>(_ chapter: String, _ statement: Statement<Work>) {
    self.chapter = chapter
    row = statement.row
    id = statement.id
    self.statement = statement.words
    origin = statement.reference.origin
    source = statement.reference.source
    reference = statement.reference.number
    metrics = statement.read.map(\.id)
    unit = statement.unit
    isOurMethod = statement.isOurMethod
    setting = statement.setting
    note = statement.note
    switch statement.judging {
    case .by(let expectation, let null, let basis):
      decision = .judged
      accepted = Claim.Accepted(expectation, basis: basis, rule: statement.rule(of: expectation))
      (self.null, isNullMeasured) = (null.words, null.isMeasured)
    case .anotherSetting: (decision, accepted, null, isNullMeasured) = (.anotherSetting, nil, nil, nil)
    case .byConstruction: (decision, accepted, null, isNullMeasured) = (.byConstruction, nil, nil, nil)
    case .unconfirmed: (decision, accepted, null, isNullMeasured) = (.unconfirmed, nil, nil, nil)
    }
  }

  private enum CodingKeys: String, CodingKey {
    case chapter, row, id, statement, origin, source, reference, metrics, unit, decision, accepted, null,
      setting, note
    case isNullMeasured = "null_measured"
    case isOurMethod = "own_method"
  }

  /// Writes every key, with null for what is missing.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(chapter, forKey: .chapter)
    try container.encode(row, forKey: .row)
    try container.encode(id, forKey: .id)
    try container.encode(statement, forKey: .statement)
    try container.encode(origin, forKey: .origin)
    try container.encode(source, forKey: .source)
    try container.encode(reference, forKey: .reference)
    try container.encode(metrics, forKey: .metrics)
    try container.encode(unit, forKey: .unit)
    try container.encode(decision, forKey: .decision)
    try container.encode(accepted, forKey: .accepted)
    try container.encode(null, forKey: .null)
    try container.encode(isNullMeasured, forKey: .isNullMeasured)
    try container.encode(isOurMethod, forKey: .isOurMethod)
    try container.encode(setting, forKey: .setting)
    try container.encode(note, forKey: .note)
  }
}

/// All statements as data: what `reproduce statements --json` prints.
public struct StatementsDocument: Sendable, Codable, Equatable {
  /// Name and version of the format.
  public static let schema = "urn:bezoar:statements:1"

  /// Which format this is.
  public let schema: String
  /// The statements by chapters and rows.
  public let statements: [StatementEntry]

  /// A document of statements.
  public init(_ statements: [StatementEntry]) {
    schema = Self.schema
    self.statements = statements
  }

  /// The document as JSON with keys in order, the same bytes for the same statements.
  public func json() throws -> String { try StableJSON.text(self) }
}

extension TextTable {
  /// Statements one by one: whose number, what is accepted, what decides and what stands against it.
  public init(entries: [StatementEntry]) {
    self.init(
      title: "Statements",
      columns: [
        .init("chapter"), .number("row"), .init("id"), .init("origin"), .number("reference"),
        .init("accepted"),
        .init("decided by"), .init("without effect"),
      ],
      note: "Decided by: what is held against the range, or why nothing is judged. --json has all the words.")
    for entry in entries {
      append([
        .init(entry.chapter), .init("\(entry.row)"), .init(entry.id), .init(entry.origin.rawValue),
        .init(entry.referenceText), .init(entry.acceptedText),
        .init(
          entry.accepted.map(\.basis.rawValue) ?? entry.decision.rawValue,
          tone: entry.decision == .judged ? .plain : .muted), .init(entry.null ?? ""),
      ])
    }
  }

  /// How many statements of each origin every chapter has, and how many of them are judged.
  public init(originsOf entries: [StatementEntry]) {
    let chapters = entries.reduce(into: [String]()) { if $0.last != $1.chapter { $0.append($1.chapter) } }
    self.init(
      title: "Statements by origin: judged of all",
      columns: [.init("chapter")] + Origin.allCases.map { .number($0.rawValue) } + [.number("all")])
    for chapter in chapters + ["all"] {
      let own = entries.filter { chapter == "all" || $0.chapter == chapter }
      func cell(_ part: [StatementEntry]) -> Cell {
        .init("\(part.count { $0.decision == .judged }) of \(part.count)")
      }
      append(
        [.init(chapter)] + Origin.allCases.map { origin in cell(own.filter { $0.origin == origin }) }
          + [cell(own)])
    }
  }
}

extension StatementEntry {
  private var claim: Claim {
    Claim(
      id: id, statement: statement, reference: Reference(origin, reference, source), unit: unit,
      estimate: nil,
      verdict: .notMeasured, accepted: accepted)
  }

  fileprivate var referenceText: String { claim.referenceText ?? "" }
  fileprivate var acceptedText: String { claim.acceptedText ?? "" }
}
