/// A document of headings, text, tables and figures that becomes one HTML page.
public struct Report: Sendable {
  /// One piece of the page.
  public enum Block: Sendable {
    /// A heading that opens a section.
    case section(String)
    /// A heading inside a section.
    case subsection(String)
    /// A paragraph.
    case paragraph(String)
    /// A remark that must not be overlooked, such as that the data are synthetic.
    case notice(String)
    /// A list of sentences.
    case list([String])
    /// Large numbers at the head of a section.
    case keyFigures([KeyFigure])
    /// A table.
    case table(TextTable)
    /// A figure.
    case figure(Figure)
    /// Small pictures.
    case pictures(PictureGrid)
    /// Published statements beside what was measured.
    case claims([ClaimEntry])
    /// Descriptions of methods.
    case methods([MethodEntry])
  }

  /// One large number.
  public struct KeyFigure: Sendable, Hashable {
    /// The number with its unit.
    public let value: String
    /// What it says.
    public let label: String
    /// How it is meant.
    public let tone: TextTable.Tone

    /// A number and what it says.
    public init(_ value: String, _ label: String, tone: TextTable.Tone = .plain) {
      self.value = value
      self.label = label
      self.tone = tone
    }
  }

  /// A published statement with its verdict.
  public struct ClaimEntry: Sendable, Hashable {
    /// The statement.
    public let statement: String
    /// Who published it where.
    public let source: String
    /// What stands before the number beside which the measured one stands: `Published`, or whose else it is.
    public let label: String
    /// What was published, as text with its unit.
    public let published: String
    /// What was measured, with its spread and seeds.
    public let measured: String
    /// One word on how the two compare.
    public let verdict: String
    /// How the word is meant.
    public let tone: TextTable.Tone
    /// A remark; empty for none.
    public let note: String

    /// A statement with all that is shown of it.
    public init(
      statement: String, source: String, published: String, measured: String, verdict: String,
      tone: TextTable.Tone, note: String = "", label: String = "Published"
    ) {
      self.label = label
      self.statement = statement
      self.source = source
      self.published = published
      self.measured = measured
      self.verdict = verdict
      self.tone = tone
      self.note = note
    }
  }

  /// The description of a method.
  public struct MethodEntry: Sendable, Hashable {
    /// Name in tables and on the command line.
    public let id: String
    /// Heading.
    public let title: String
    /// What kind of method it is.
    public let kind: String
    /// One sentence on what it does.
    public let summary: String
    /// Further facts by name, such as its source.
    public let facts: [Fact]
    /// Its settings; nil for none.
    public let parameters: TextTable?

    /// A named fact.
    public struct Fact: Sendable, Hashable {
      /// Name.
      public let name: String
      /// Value.
      public let value: String

      /// A named fact.
      public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
      }
    }

    /// A method with all that is shown of it.
    public init(
      id: String, title: String, kind: String, summary: String, facts: [Fact], parameters: TextTable? = nil
    ) {
      self.id = id
      self.title = title
      self.kind = kind
      self.summary = summary
      self.facts = facts
      self.parameters = parameters
    }
  }

  /// Heading of the page.
  public let title: String
  /// One or two sentences under it.
  public let subtitle: String
  /// What made the page, at its foot: program, version, data.
  public let colophon: String
  /// The pieces in order.
  public private(set) var blocks: [Block]

  /// A report, usually filled by ``append(_:)``.
  public init(title: String, subtitle: String, colophon: String, blocks: [Block] = []) {
    self.title = title
    self.subtitle = subtitle
    self.colophon = colophon
    self.blocks = blocks
  }

  /// Adds a piece at the end.
  public mutating func append(_ block: Block) { blocks.append(block) }

  /// The figures in order.
  public var figures: [Figure] {
    blocks.compactMap { block in
      if case .figure(let figure) = block { figure } else { nil }
    }
  }
}
