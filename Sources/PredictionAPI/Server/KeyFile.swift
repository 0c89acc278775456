import FoundationEssentials

/// A file of keys as a server and its clients read it: a line has a key, alone or behind the name of its client. A word
/// that begins with `#` begins a remark; a key may hold that sign.
struct KeyFile {
  /// A line with a key.
  struct Entry {
    /// Its number in the file, from 1.
    let line: Int
    /// The name of the client; nil for a key alone.
    let name: String?
    let key: String
  }

  private let path: String
  private let lines: [Substring]

  /// - Throws: ``ServingError/keysUnusable(path:reason:)``.
  init(path: String) throws(ServingError) {
    guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else {
      throw .keysUnusable(path: path, reason: "it cannot be read")
    }
    self.path = path
    lines = text.trimmingPrefix("\u{FEFF}").split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }

  /// The lines with keys, as many as are wanted.
  ///
  /// - Throws: ``ServingError/keysUnusable(path:reason:)`` for a line of another form, and if there is no key.
  func entries(first limit: Int = .max) throws(ServingError) -> [Entry] {
    var entries: [Entry] = []
    for (index, line) in lines.enumerated() where entries.count < limit {
      let words = line.split(whereSeparator: \.isWhitespace).prefix { !$0.hasPrefix("#") }
      guard let key = words.last else { continue }
      guard words.count <= 2 else { throw unusable("line \(index + 1) is neither a key nor 'name key'") }
      guard words.allSatisfy({ $0.utf8.allSatisfy { (33...126).contains($0) } }) else {
        throw unusable("line \(index + 1) has a character that no header can carry")
      }
      entries.append(
        Entry(line: index + 1, name: words.count == 2 ? String(words[0]) : nil, key: String(key)))
    }
    guard !entries.isEmpty else { throw unusable("it has no key") }
    return entries
  }

  /// Why the file cannot be used.
  func unusable(_ reason: String) -> ServingError { .keysUnusable(path: path, reason: reason) }
}
