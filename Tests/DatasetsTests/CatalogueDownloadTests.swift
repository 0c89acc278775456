import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct CatalogueDownloadTests {
  /// A data set of one file with the bytes `abc`.
  static let card = DatasetCard(
    id: "abc", title: "abc", description: "", citation: "", licence: .init(name: "none", url: nil),
    creators: [], published: "2000-01-01", url: "https://example.org",
    files: [
      .init(
        path: "sub/abc.csv", sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        bytes: 3, format: .csv, separator: ",", header: true, role: nil, urls: [])
    ], rows: 1, columns: 1, target: "a", sensitive: [], schema: [], traps: [])

  /// Runs `body` with an empty folder that is gone afterwards.
  private func inFolder(_ body: (String) async throws -> Void) async throws {
    let folder = try Folder()
    try await body(folder.path)
    withExtendedLifetime(folder) {}
  }

  private func write(_ text: String, _ path: String) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test func aFileComesFromAFolder() async throws {
    let file = try #require(Self.card.files.first)
    try await inFolder { folder in
      try write("abc", folder + "/abc.csv")
      let download = DatasetDownload(Self.card, to: folder + "/to", from: folder)
      #expect(try await download.fetch(file) == .obtained(from: folder + "/abc.csv"))
      #expect(try String(contentsOfFile: folder + "/to/sub/abc.csv", encoding: .utf8) == "abc")
      #expect(try await download.fetch(file) == .present)
      try write("abd", folder + "/to/sub/abc.csv")
      #expect(try await download.fetch(file) == .obtained(from: folder + "/abc.csv"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/to/sub") == ["abc.csv"])
    }
  }

  @Test func anotherVersionIsRefusedWithBothHashes() async throws {
    let file = try #require(Self.card.files.first)
    try await inFolder { folder in
      try write("abd", folder + "/abc.csv")
      let download = DatasetDownload(Self.card, to: folder + "/to", from: folder)
      let error = await #expect(throws: CatalogueError.self) { try await download.fetch(file) }
      let text = try #require(error?.description)
      #expect(text.contains(file.sha256) && text.contains(FileHash.sha256(bytes: Array("abd".utf8))))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/to/sub") == [])
    }
  }

  @Test("an absent folder, another protocol and a card without an address are errors that say so")
  func sourcesThatCannotBeUsed() async throws {
    let file = try #require(Self.card.files.first)
    func error(_ origin: String?) async -> CatalogueError? {
      let download = DatasetDownload(Self.card, to: "/nowhere", from: origin)
      return await #expect(throws: CatalogueError.self) { try await download.fetch(file) }
    }
    #expect(await error("/no") == .notInFolder(path: file.path, folder: "/no"))
    #expect(await error("ftp://a.org/x.csv") == .invalidURL("ftp://a.org/x.csv"))
    #expect(await error(nil) == .noKnownURL(id: "abc", path: file.path, page: Self.card.url))
  }

  @Test("the path on the card is added to an address unless it names the file")
  func addresses() throws {
    let file = try #require(Self.card.files.first)
    func address(_ origin: String, _ isOnly: Bool) -> String {
      DatasetDownload.address(of: file, from: origin, isOnly: isOnly)
    }
    #expect(address("http://a/b/", true) == "http://a/b/sub/abc.csv")
    #expect(address("http://a/b.csv", true) == "http://a/b.csv")
    #expect(address("http://a/b", false) == "http://a/b/sub/abc.csv")
  }

  @Test("a part of a file is resumed only where the server gives just what is missing")
  func resumeArithmetic() {
    #expect(PartialFile.plan(present: 0, expected: 3) == .fresh)
    #expect(PartialFile.plan(present: 2, expected: 3) == .resume(from: 2))
    #expect(PartialFile.plan(present: 3, expected: 3) == .complete)
    #expect(PartialFile.plan(present: 4, expected: 3) == .fresh)
    #expect(PartialFile.answer(status: 206, contentRange: "bytes 2-2/3", start: 2) == .append)
    #expect(PartialFile.answer(status: 206, contentRange: "bytes 0-2/3", start: 2) == .askAgain)
    #expect(PartialFile.answer(status: 206, contentRange: nil, start: 2) == .askAgain)
    #expect(PartialFile.answer(status: 200, contentRange: nil, start: 2) == .restart)
    #expect(PartialFile.answer(status: 416, contentRange: nil, start: 2) == .askAgain)
    #expect(PartialFile.answer(status: 416, contentRange: nil, start: 0) == .refused)
    #expect(PartialFile.answer(status: 404, contentRange: nil, start: 0) == .refused)
  }
}
