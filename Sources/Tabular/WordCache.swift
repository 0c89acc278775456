/// Finds words that a column has seen by their bytes, so that one that repeats is neither copied nor hashed as text.
///
/// One word per place of a table that is four times as large as the number of words, up to a limit; what it has
/// forgotten is looked up as text again.
struct WordCache {
  private struct Entry {
    var start = 0
    var count = -1
    var isQuoted = false
    var code = 0
  }

  private static let most = 1 << 14
  /// The longest word that is kept, in bytes.
  private static let longest = 64

  private var entries: [Entry] = []

  /// The code of the word in a field; nil if it is not known here.
  func code(_ field: CSVParser.Field, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    guard !entries.isEmpty else { return nil }
    let count = field.end - field.start
    let entry = entries[place(field, bytes)]
    guard entry.count == count, entry.isQuoted == field.isQuoted else { return nil }
    for index in 0..<count where bytes[entry.start + index] != bytes[field.start + index] { return nil }
    return entry.code
  }

  /// Keeps the code of the word in a field of a column with so many words.
  mutating func insert(
    _ code: Int, _ field: CSVParser.Field, in bytes: UnsafeBufferPointer<UInt8>, words: Int
  ) {
    let count = field.end - field.start
    guard count <= Self.longest else { return }
    if 2 * words >= entries.count, entries.count < Self.most {
      let old = entries
      entries = Array(repeating: Entry(), count: max(8, 2 * old.count))
      for entry in old where entry.count >= 0 {
        let kept = CSVParser.Field(
          start: entry.start, end: entry.start + entry.count, isQuoted: entry.isQuoted)
        entries[place(kept, bytes)] = entry
      }
    }
    entries[place(field, bytes)] = Entry(
      start: field.start, count: count, isQuoted: field.isQuoted, code: code)
  }

  private func place(_ field: CSVParser.Field, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in field.start..<min(field.end, field.start + Self.longest) {
      hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3
    }
    return Int(truncatingIfNeeded: hash ^ hash >> 29) & (entries.count - 1)
  }
}
