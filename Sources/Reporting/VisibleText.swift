/// Text for a terminal, which obeys control characters: a name in a file or an answer of a server must not move the
/// cursor, change colours or the title of the window, or hide what stands before it.
public enum VisibleText {
  /// The text with control characters, marks of direction and invisible marks as escapes such as `\u{1B}`; all
  /// else as it is. The joiners of letters stay, which several scripts need.
  ///
  /// - Parameter keepsLines: whether line breaks and tabs stay, as in text of several lines.
  public static func of(_ text: String, keepsLines: Bool = false) -> String {
    guard text.unicodeScalars.contains(where: { isHidden($0, keepsLines) }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isHidden(scalar, keepsLines) {
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func isHidden(_ scalar: Unicode.Scalar, _ keepsLines: Bool) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: !keepsLines
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x20...0x7E: false
    // Joiners, which belong to words and pictures, and marks that choose the form of what stands before them.
    case 0x034F, 0x180B...0x180F, 0x200C, 0x200D, 0xFE00...0xFE0F, 0xE0100...0xE01EF: false
    // Some terminals break a line at these.
    case 0x2028, 0x2029: true
    // Marks that turn the direction of what follows, such as U+200E and U+202E, and those that take no room.
    case 0xFFF9...0xFFFB: true
    default: scalar.properties.isDefaultIgnorableCodePoint
    }
  }
}
