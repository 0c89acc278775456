extension TextTable {
  /// The table as lines for a terminal or a log: columns two blanks apart, a rule under the headings, no blank
  /// at the end of a line, a line break after the last.
  ///
  /// - Parameter colour: whether tones are shown with ANSI escape sequences.
  public func text(colour: Bool = false) -> String {
    let widths = columns.indices.map { column in
      rows.reduce(DisplayWidth.of(columns[column].title)) { widest, row in
        max(widest, DisplayWidth.of(row[column].text))
      }
    }
    var lines: [String] = title.isEmpty ? [] : [TerminalStyle.styled(title, .strong, if: colour)]
    lines.append(line(columns.map { Cell($0.title, tone: .strong) }, widths, colour))
    lines.append(widths.map { String(repeating: "─", count: $0) }.joined(separator: "  "))
    for row in rows { lines.append(line(row, widths, colour)) }
    if !note.isEmpty { lines.append(TerminalStyle.styled(note, .muted, if: colour)) }
    return lines.map { $0 + "\n" }.joined()
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ colour: Bool) -> String {
    var text = ""
    var blanks = 0
    for (index, cell) in cells.enumerated() {
      let padding = widths[index] - DisplayWidth.of(cell.text)
      let isTrailing = columns[index].alignment == .trailing
      if !cell.text.isEmpty {
        text += String(repeating: " ", count: blanks + (isTrailing ? padding : 0))
        text += TerminalStyle.styled(cell.text, cell.tone, if: colour)
        blanks = isTrailing ? 2 : padding + 2
      } else {
        blanks += widths[index] + 2
      }
    }
    return text
  }
}

/// Colours of a terminal.
public enum TerminalStyle {
  /// `text` in the colour of its tone, or unchanged when colours are off.
  public static func styled(_ text: String, _ tone: TextTable.Tone, if colour: Bool) -> String {
    guard colour, let code = code(tone) else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }

  private static func code(_ tone: TextTable.Tone) -> String? {
    switch tone {
    case .plain: nil
    case .good: "32"
    case .bad: "31"
    case .warning: "33"
    case .muted: "2"
    case .strong: "1"
    }
  }
}
