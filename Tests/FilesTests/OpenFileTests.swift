import Files
import Foundation
import Testing

@Suite("Open files")
struct OpenFileTests {
  private let path = FileManager.default.temporaryDirectory
    .appending(path: "bezoar-open-\(UUID().uuidString)").path

  private func write(_ bytes: [UInt8], for use: OpenFile.Use) throws {
    let file = try OpenFile(path, for: use)
    try bytes.withUnsafeBytes { try file.writeAll($0) }
  }

  @Test("Bytes are written anew or behind the others, and read in pieces up to the end")
  func bytes() throws {
    defer { FileSystem.remove(path) }
    try write(Array("longer than the next".utf8), for: .writing)
    try write(Array("abc".utf8), for: .writing)
    try write(Array("de".utf8), for: .appending)
    #expect(FileSystem.size(of: path) == 5)
    let file = try OpenFile(path, for: .reading)
    var (buffer, pieces) = ([UInt8](repeating: 0, count: 4), [[UInt8]]())
    while case let count = try file.fill(&buffer), count > 0 { pieces.append(Array(buffer[..<count])) }
    #expect(pieces == [Array("abcd".utf8), Array("e".utf8)])
  }

  @Test("A file that is moved replaces another, and has no bytes where it stood")
  func moves() throws {
    let place = path + ".moved"
    defer { FileSystem.remove(place) }
    try write([1, 2], for: .writing)
    try "old".write(toFile: place, atomically: false, encoding: .utf8)
    try FileSystem.move(path, to: place)
    #expect(FileSystem.size(of: path) == nil)
    #expect(FileSystem.size(of: place) == 2)
  }

  @Test("What the system refuses is told by its number and its words")
  func refusals() throws {
    // ENOENT and EISDIR of POSIX.
    #expect(throws: SystemError(code: 2)) { try OpenFile(path, for: .reading) }
    #expect(throws: SystemError(code: 2)) { try FileSystem.move(path, to: path + ".moved") }
    let folder = FileManager.default.temporaryDirectory.path
    #expect(throws: SystemError(code: 21)) { try OpenFile(folder, for: .writing) }
    let file = try OpenFile(folder, for: .reading)
    var buffer = [UInt8](repeating: 0, count: 4)
    #expect(throws: SystemError(code: 21)) { try file.fill(&buffer) }
    #expect("\(SystemError(code: 2))" == "No such file or directory")
    #expect(SystemError(code: ENOSPC).isLackOfSpace && !SystemError(code: 2).isLackOfSpace)
  }
}
