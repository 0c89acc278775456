/// The words of a command as a shell divides them, without a shell: no variable, pattern or pipe means anything.
///
/// Blanks divide words. Single quotes keep all between them; double quotes too, where a backslash keeps `"` and `\`;
/// outside of quotes a backslash keeps the next character.
enum WordList {
  /// The words of a text; nil if a quote is not closed or a backslash ends it.
  static func words(_ text: String) -> [String]? {
    var (words, word) = ([String](), String?.none)
    var quote: Character?
    var rest = text[...]
    while let character = rest.popFirst() {
      if let open = quote {
        if character == open {
          quote = nil
        } else if open == "\"", character == "\\", let next = rest.first, next == "\"" || next == "\\" {
          word?.append(next)
          rest.removeFirst()
        } else {
          word?.append(character)
        }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character == "\\" {
        guard let next = rest.popFirst() else { return nil }
        word = (word ?? "") + String(next)
      } else if character == " " || character == "\t" || character == "\n" {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    guard quote == nil else { return nil }
    if let word { words.append(word) }
    return words
  }
}
