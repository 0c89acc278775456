/// Files that people take for tables of text and that are none, by their first bytes.
struct ForeignFormat {
  /// What the file is, and what to do with it.
  let advice: String

  private static let beginnings: [(bytes: [UInt8], advice: String)] = [
    (
      [0x50, 0x4B, 0x03, 0x04],
      "an Excel or OpenDocument workbook or another ZIP archive; save the table as CSV"
    ),
    ([0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook; save the table as CSV"),
    // The header of the first page, whose fields begin with these bytes, follows the name of the format.
    (Array("PAR1".utf8) + [0x15], "a Parquet file; write the table as CSV"),
    (Array("SQLite format 3\0".utf8), "an SQLite database; write the table as CSV"),
    ([0x93] + Array("NUMPY".utf8), "a NumPy array; write the table as CSV"),
    ([0x89] + Array("HDF".utf8), "an HDF5 file; write the table as CSV"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "compressed with xz; decompress it, or compress it with gzip"),
    ([0x28, 0xB5, 0x2F, 0xFD], "compressed with Zstandard; decompress it, or compress it with gzip"),
  ]

  /// Words at the beginning of text, in small letters, blank lines and remarks of ARFF aside.
  private static let words: [(word: String, advice: String)] = [
    (
      "@relation",
      "an ARFF file; take the table as CSV, or pass over its lines up to @data with --skip and --header no"
    ),
    ("<!doctype", "a web page; download the table itself"),
    ("<html", "a web page; download the table itself"),
    ("<?xml", "an XML file; save the table as CSV"), ("{\"", "a JSON file; write the table as CSV"),
    ("[{", "a JSON file; write the table as CSV"),
  ]

  /// Whether bytes begin with the head of a bzip2 file, the size of its blocks, and the number that begins a block or,
  /// in an empty one, the end.
  private static func isBzip2(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.starts(with: Array("BZh".utf8)), bytes.count >= 10, (0x31...0x39).contains(bytes[3]) else {
      return false
    }
    let start = Array(bytes[4..<10])
    return start == [0x31, 0x41, 0x59, 0x26, 0x53, 0x59] || start == [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]
  }

  /// Looks at the beginning of a file; nil for one that may be a table of text.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    if let found = Self.beginnings.first(where: { bytes.starts(with: $0.bytes) }) {
      advice = found.advice
      return
    }
    if Self.isBzip2(bytes) {
      advice = "compressed with bzip2; decompress it, or compress it with gzip"
      return
    }
    let text = String(decoding: bytes.prefix(4096), as: UTF8.self)
    let line = text.split(whereSeparator: \.isNewline).lazy.map {
      $0.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    }
    .first { !$0.isEmpty && $0.first != "%" }
    let start = line?.prefix(16).lowercased() ?? ""
    guard let found = Self.words.first(where: { start.hasPrefix($0.word) }) else { return nil }
    advice = found.advice
  }
}
