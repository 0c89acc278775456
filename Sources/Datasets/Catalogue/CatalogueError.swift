import Files

/// What can go wrong with a data set and its files.
public enum CatalogueError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No card has this id.
  case unknownDataset(String, known: [String])
  /// A card cannot be read.
  case invalidCard(id: String, reason: String)
  /// The data come from a generator.
  case generated(id: String)
  /// A file is in none of the places.
  case notFound(id: String, path: String, places: [String])
  /// No address of the file is known.
  case noKnownURL(id: String, path: String, page: String)
  /// A folder named by the user does not hold the file.
  case notInFolder(path: String, folder: String)
  /// A text is not an address of the web.
  case invalidURL(String)
  /// The server refused.
  case refused(url: String, status: Int)
  /// The transfer broke off; what came is kept.
  case interrupted(url: String, reason: String)
  /// The server sent more than the file holds.
  case tooLong(url: String, expected: Int)
  /// The bytes are not those of the card.
  case hashMismatch(path: String, expected: String, found: String)
  /// The system cannot read a file; `code` is its error number.
  case unreadable(path: String, code: Int32)
  /// The system cannot write a file; `code` is its error number.
  case unwritable(path: String, code: Int32)

  /// Whether the data are simply not here.
  public var isAbsence: Bool {
    switch self {
    case .generated, .notFound, .noKnownURL, .notInFolder: true
    default: false
    }
  }

  /// One sentence: what, where, why and what to do.
  public var description: String {
    switch self {
    case .unknownDataset(let id, let known):
      "no data set is called \(id); known are \(known.joined(separator: ", "))"
    case .invalidCard(let id, let reason):
      "the card of \(id) cannot be read: \(reason)"
    case .generated(let id):
      "\(id) has no file because it is made up: run bezoar data generate \(id) -o FILE"
    case .notFound(let id, let path, let places):
      "\(path) is in none of \(places.joined(separator: ", ")); run bezoar data get \(id)"
    case .noKnownURL(let id, let path, let page):
      "no address of \(path) is known; obtain it (see \(page)) "
        + "and run bezoar data get \(id) --from FOLDER"
    case .notInFolder(let path, let folder):
      "\(folder) does not hold \(path); name the folder or the server that does with --from"
    case .invalidURL(let text):
      "\(text) is no address of the web; it must begin with http:// or https:// and name a server"
    case .refused(let url, let status):
      "the server answered \(status)\(Self.meaning(status)) for \(url); try again later or use --from"
    case .interrupted(let url, let reason):
      "the transfer from \(url) broke off (\(reason)); run the same command again to continue"
    case .tooLong(let url, let expected):
      "\(url) is longer than the \(expected) bytes of the card, so it is another file; use --from"
    case .hashMismatch(let path, let expected, let found):
      "\(path) is another version: its SHA-256 is \(found) and the card wants \(expected); "
        + "obtain the right one or use --from"
    case .unreadable(let path, let code):
      "cannot read \(path): \(SystemError(code: code)); check the path and its permissions"
    case .unwritable(let path, let code):
      "cannot write \(path): \(SystemError(code: code)); "
        + (SystemError(code: code).isLackOfSpace
          ? "free some space and run the same command again to continue"
          : "choose a folder that you may write to with --to")
    }
  }

  private static func meaning(_ status: Int) -> String {
    switch status {
    case 401, 403: " (not allowed)"
    case 404, 410: " (not found)"
    case 429: " (too many requests)"
    case 500...: " (trouble of the server)"
    default: ""
    }
  }
}
