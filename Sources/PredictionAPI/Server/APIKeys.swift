import Crypto

/// The keys of a service's clients. Only their digests are kept.
public struct APIKeys: Sendable {
  private let entries: [(name: String, digest: [UInt8])]

  /// Keys with the names of their clients.
  public init(_ keys: [(name: String, key: String)]) {
    entries = keys.map { ($0.name, Self.digest($0.key)) }
  }

  /// Reads a file with one `name key` per line; a word that begins with `#` begins a remark.
  ///
  /// - Throws: ``ServingError/keysUnusable(path:reason:)``.
  public init(path: String) throws {
    let file = try KeyFile(path: path)
    var (keys, names) = ([(name: String, key: String)](), Set<String>())
    for entry in try file.entries() {
      guard let name = entry.name else { throw file.unusable("line \(entry.line) is not 'name key'") }
      guard names.insert(name).inserted else { throw file.unusable("two keys are named '\(name)'") }
      keys.append((name, entry.key))
    }
    self.init(keys)
  }

  /// The name of the client with this key; nil if there is none.
  ///
  /// All digests are compared in full, so the time does not depend on how much of a key is right.
  func client(of key: String) -> String? {
    let digest = Self.digest(key)
    var found = -1
    for (index, entry) in entries.enumerated() {
      var difference: UInt8 = 0
      for (one, other) in zip(digest, entry.digest) { difference |= one ^ other }
      // All ones if the digests are equal, else zero, without a branch on the secret.
      let mask = -((Int(difference) - 1) >> 8 & 1)
      found = (found & ~mask) | (index & mask)
    }
    return found < 0 ? nil : entries[found].name
  }

  private static func digest(_ key: String) -> [UInt8] { Array(SHA256.hash(data: Array(key.utf8))) }
}

extension APIRequest {
  /// The name of the key behind the question mark.
  private static let queryName = "api_key="

  /// Takes the key off what stands behind the question mark, where nobody else is to see it.
  mutating func dropKeyOfQuery() {
    guard query.contains(Self.queryName) else { return }
    query = query.split(whereSeparator: { $0 == ";" || $0 == "&" })
      .filter { !$0.hasPrefix(Self.queryName) }.joined(separator: "&")
  }

  /// The key that the client sent: as `X-API-Key`, as a bearer's token, or as `api_key` behind the question mark.
  var key: String? { keys.first }

  /// All keys that the client sent.
  var keys: [String] {
    var keys: [String] = []
    if let key = headers["x-api-key"] { keys.append(key) }
    if let header = headers["authorization"] {
      let parts = header.split(separator: " ", maxSplits: 1)
      keys.append(
        parts.count == 2 && parts[0].lowercased() == "bearer" ? String(parts[1].trimmedASCII) : header)
    }
    for pair in query.split(whereSeparator: { $0 == ";" || $0 == "&" }) where pair.hasPrefix(Self.queryName) {
      keys.append(String(pair.dropFirst(Self.queryName.count)))
    }
    return keys
  }
}
