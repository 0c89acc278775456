/// A table of text cells, shown with aligned columns on a terminal and as an HTML table in a report.
public struct TextTable: Sendable, Hashable {
  /// Where the text of a column stands.
  public enum Alignment: Sendable, Hashable {
    /// Words.
    case leading
    /// Numbers.
    case trailing
  }

  /// What a cell says beyond its text; a terminal shows it as colour, a report as colour and weight.
  public enum Tone: String, Sendable, Hashable {
    case plain, good, bad, warning, muted, strong
  }

  /// One column.
  public struct Column: Sendable, Hashable {
    /// Heading.
    public let title: String
    /// Where its cells stand.
    public let alignment: Alignment

    /// A column of words unless said otherwise.
    public init(_ title: String, _ alignment: Alignment = .leading) {
      self.title = VisibleText.of(title)
      self.alignment = alignment
    }

    /// A column of numbers.
    public static func number(_ title: String) -> Column { Column(title, .trailing) }
  }

  /// One cell; a string literal is a plain cell.
  public struct Cell: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// What it shows, on one line; control characters are shown as escapes, see ``VisibleText``.
    public let text: String
    /// What it says beyond its text.
    public let tone: Tone

    /// A cell of a given tone.
    public init(_ text: String, tone: Tone = .plain) {
      self.text = VisibleText.of(text)
      self.tone = tone
    }

    /// A plain cell.
    public init(stringLiteral text: String) { self.init(text) }
  }

  /// Heading of the whole table; empty for none.
  public let title: String
  /// The columns, the first of which names the row.
  public let columns: [Column]
  /// The rows in order; each has as many cells as there are columns.
  public private(set) var rows: [[Cell]]
  /// A remark under the table; empty for none.
  public let note: String

  /// A table, usually filled by ``append(_:)``.
  public init(title: String = "", columns: [Column], rows: [[Cell]] = [], note: String = "") {
    precondition(rows.allSatisfy { $0.count == columns.count }, "every row needs \(columns.count) cells")
    self.title = VisibleText.of(title, keepsLines: true)
    self.columns = columns
    self.rows = rows
    self.note = VisibleText.of(note, keepsLines: true)
  }

  /// Adds a row at the end.
  public mutating func append(_ row: [Cell]) {
    precondition(row.count == columns.count, "the row has \(row.count) cells for \(columns.count) columns")
    rows.append(row)
  }
}
