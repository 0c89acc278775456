/// Columns that are named before the table is known.
public struct ColumnList: Sendable, Hashable, ExpressibleByArrayLiteral {
  private enum Content: Sendable, Hashable {
    case names([String])
    case text(String)
  }

  private let content: Content

  /// Columns by their names.
  public init(_ names: [String]) { content = .names(names) }

  /// Columns by their names.
  public init(arrayLiteral names: String...) { self.init(names) }

  /// A list with commas, as ``ListOption/columns(_:of:)`` reads it; no columns for nil.
  public init(text: String?) { content = text.map { .text($0) } ?? .names([]) }

  /// The names, as far as a list with commas can be told apart by the names of a table.
  public func names(among known: [String]) -> [String] {
    switch content {
    case .names(let names): names
    case .text(let text): ListOption.columns(text, of: known)
    }
  }
}
