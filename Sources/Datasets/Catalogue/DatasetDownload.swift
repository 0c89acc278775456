import Files
import Foundation
import Methods

/// Obtains the files of a data set and puts them in a folder, checked against the hashes of the card.
///
/// Bytes are gathered in `<name>.part`; after a broken transfer the next one continues there if the server
/// can (HTTP Range). A file takes its name only with the right hash.
public struct DatasetDownload: Sendable {
  /// What became of a file.
  public enum Outcome: Hashable, Sendable {
    /// The right file was there already.
    case present
    /// The file came from this folder or address.
    case obtained(from: String)
  }

  /// The data set.
  public let card: DatasetCard
  /// Where the files go.
  public let folder: String
  /// A folder, an address of a file or of a folder on a server; nil for the addresses of the card.
  public let origin: String?

  /// The obtaining of the files of `card`; `origin` is a folder, or an address that ends with a slash or, for
  /// a single file, with its name.
  public init(_ card: DatasetCard, to folder: String, from origin: String? = nil) {
    self.card = card
    self.folder = folder
    self.origin = origin
  }

  /// Where the file will stand.
  public func destination(_ file: DatasetCard.File) -> String { "\(folder)/\(file.path)" }

  /// Obtains one file.
  ///
  /// - Parameter progress: is told how many bytes of the file are there, from any thread.
  /// - Throws: ``CatalogueError``; `CancellationError` if the task is cancelled.
  public func fetch(
    _ file: DatasetCard.File, progress: @escaping @Sendable (_ done: Int) -> Void = { _ in }
  ) async throws -> Outcome {
    let destination = destination(file)
    if FileManager.default.fileExists(atPath: destination),
      try FileHash.sha256(path: destination) == file.sha256
    {
      progress(file.bytes)
      return .present
    }
    if origin == nil, let bytes = DatasetCatalogue.embedded(file.path) {
      try AtomicFile.createFolder(folder)
      try AtomicFile.write(bytes, to: destination)
      progress(file.bytes)
      return .obtained(from: "this program")
    }
    let source = try source(of: file)
    if let slash = destination.lastIndex(of: "/"), slash != destination.startIndex {
      try AtomicFile.createFolder(String(destination[..<slash]))
    }
    let part = PartialFile(destination: destination)
    switch source {
    case .file(let path):
      try copy(path, to: part, progress: progress)
      try part.finish(file, from: path)
      return .obtained(from: path)
    case .urls(let urls):
      return .obtained(from: try await firstThatWorks(urls, file, part, progress))
    }
  }

  private enum Source {
    case file(String)
    case urls([URL])
  }

  private func source(of file: DatasetCard.File) throws -> Source {
    guard let origin else {
      guard !file.urls.isEmpty else {
        throw CatalogueError.noKnownURL(id: card.id, path: file.path, page: card.url)
      }
      return .urls(try file.urls.map(Self.url))
    }
    if origin.contains("://") {
      return .urls([try Self.url(Self.address(of: file, from: origin, isOnly: card.files.count == 1))])
    }
    guard let path = DataSearchPath.path(of: file.path, in: origin) else {
      throw CatalogueError.notInFolder(path: file.path, folder: origin)
    }
    return .file(path)
  }

  /// The address of a file on a server: `origin` itself if it names the only file, else the path below it.
  static func address(of file: DatasetCard.File, from origin: String, isOnly: Bool) -> String {
    if origin.hasSuffix("/") { return origin + file.path }
    return isOnly ? origin : "\(origin)/\(file.path)"
  }

  private static func url(_ text: String) throws -> URL {
    guard let url = URL(string: text), let scheme = url.scheme?.lowercased(),
      ["http", "https"].contains(scheme), url.host?.isEmpty == false
    else { throw CatalogueError.invalidURL(text) }
    return url
  }

  private func firstThatWorks(
    _ urls: [URL], _ file: DatasetCard.File, _ part: PartialFile,
    _ progress: @escaping @Sendable (Int) -> Void
  ) async throws -> String {
    var first: (any Error)?
    for url in urls {
      do {
        try await Transfer(file, from: url, to: part, progress: progress).run()
        try part.finish(file, from: url.absoluteString)
        return url.absoluteString
      } catch let error as CatalogueError {
        if case .unwritable = error { throw error }
        first = first ?? error
      }
    }
    throw first ?? CatalogueError.noKnownURL(id: card.id, path: file.path, page: card.url)
  }

  private func copy(_ path: String, to part: PartialFile, progress: (Int) -> Void) throws {
    guard let input = FileHandle(forReadingAtPath: path) else {
      throw CatalogueError.unreadable(path: path, code: EACCES)
    }
    defer { try? input.close() }
    let output = try part.open(appending: false)
    var done = 0
    while let data = try input.read(upToCount: 1 << 18), !data.isEmpty {
      try data.withUnsafeBytes { try part.write($0, to: output) }
      done += data.count
      progress(done)
    }
  }
}
