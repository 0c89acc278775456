/// What can go wrong with data sets and their files.
public enum CatalogueError: Error, Equatable, CustomStringConvertible {
  /// No card has this id.
  case unknownDataset(String, known: [String])
  /// A file of a data set is in none of the places that were searched.
  case notPresent(id: String, file: String, places: [String])
  /// A file cannot be opened or read.
  case unreadable(String)
  /// A file is not the one that its card describes.
  case hashMismatch(file: String, expected: String, found: String)
  /// A card cannot be decoded.
  case badCard(String, reason: String)
  /// The card gives no address to download from.
  case noAddress(id: String, file: String)
  /// A server or folder did not give the file.
  case downloadFailed(address: String, reason: String)
  /// The data set is made by a generator and has no file.
  case generated(id: String)

  public var description: String {
    switch self {
    case .unknownDataset(let id, let known):
      "no data set is called '\(id)'; known are \(known.joined(separator: ", "))"
    case .notPresent(let id, let file, let places):
      "\(file) is not here (looked in \(places.joined(separator: ", "))); run 'bezoar data get \(id)', or name its "
        + "folder with --data-dir or BEZOAR_DATA"
    case .unreadable(let path): "cannot read \(path); check the path and its permissions"
    case .hashMismatch(let file, let expected, let found):
      "\(file) is not the file on its card: SHA-256 \(found), expected \(expected); fetch it again"
    case .badCard(let id, let reason): "the card \(id) cannot be read: \(reason)"
    case .noAddress(let id, let file):
      "the card of \(id) gives no address for \(file); fetch it yourself and run 'bezoar data get \(id) --from FOLDER'"
    case .downloadFailed(let address, let reason): "cannot download \(address): \(reason)"
    case .generated(let id):
      "\(id) has no file; 'bezoar data generate \(id) -o FILE' makes one"
    }
  }
}
