/// Text for a terminal, which obeys control characters: a name in a file or an answer of a server must not move the
/// cursor, change colours or the title of the window, or hide what stands before it.
public enum VisibleText {
  /// The text with control characters and marks of direction as escapes such as `\u{1B}`; all else as it is.
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
    // These turn the direction of what follows.
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    // Some terminals break a line at these.
    case 0x2028, 0x2029: true
    default: false
    }
  }
}
