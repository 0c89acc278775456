/// Negative numbers behind options, as in `--epsilon -1`.
///
/// The parser takes a word that begins with a hyphen for the name of an option, so that `--epsilon -1` would lack its
/// value and the range of the option could never be explained. A word that begins with a hyphen and a digit, a point or
/// `inf` is a value here.
enum NegativeNumbers {
  /// The arguments with such words joined to the long option before them: `--epsilon=-1`.
  static func joined(_ arguments: [String]) -> [String] {
    var result: [String] = []
    for (index, word) in arguments.enumerated() {
      if word == "--" { return result + arguments[index...] }
      if isValue(word), let option = result.last, option.hasPrefix("--"), !option.contains("=") {
        result[result.count - 1] = "\(option)=\(word)"
      } else {
        result.append(word)
      }
    }
    return result
  }

  private static func isValue(_ word: String) -> Bool {
    guard word.hasPrefix("-"), let next = word.dropFirst().first else { return false }
    return next.isNumber || next == "." || word.lowercased().hasPrefix("-inf")
  }
}
