import Foundation
import Files
import TestSupport
import Testing

@Suite struct AtomicFileTests {
  private let folder = Folder.temporaryPath()

  private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder) }

  @Test func replacesAWholeFile() throws {
    try AtomicFile.createFolder(folder + "/a/b")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AtomicFile.write("first, and longer", to: folder + "/x.json")
    try AtomicFile.write("second", to: folder + "/x.json")
    #expect(try String(contentsOfFile: folder + "/x.json", encoding: .utf8) == "second")
    #expect(try names().sorted() == ["a", "x.json"])
  }

  @Test func aFailureLeavesTheOldFile() throws {
    struct Stop: Error {}
    try AtomicFile.createFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AtomicFile.write("old", to: folder + "/x")
    #expect(throws: Stop.self) {
      try AtomicFile.replace(folder + "/x") { temporary in
        try "half".write(toFile: temporary, atomically: false, encoding: .utf8)
        throw Stop()
      }
    }
    #expect(try String(contentsOfFile: folder + "/x", encoding: .utf8) == "old")
    #expect(try names() == ["x"])
  }

  @Test("What a killed program left is removed by the next write; that of a living or a young one is not")
  func removesWhatWasLeft() throws {
    try AtomicFile.createFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // No system gives a process this number.
    let (gone, young, living) = (
      ".x.2000000000-1.partial", ".x.2000000000-2.partial", ".x.\(getpid())-3.partial"
    )
    let other = ".y.2000000000-1.partial"
    let old = Date(timeIntervalSinceNow: -3600)
    for name in [gone, young, living, other] {
      try Data("half".utf8).write(to: URL(filePath: "\(folder)/\(name)"))
      if name != young {
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: "\(folder)/\(name)")
      }
    }
    try AtomicFile.write("new", to: folder + "/x")
    #expect(try names().sorted() == [young, living, other, "x"].sorted())
  }

  @Test func reasonAndRemedyAreSaid() throws {
    try AtomicFile.createFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AtomicFile.write("file", to: folder + "/file")
    let cases: [(String, String)] = [
      (folder + "/file/x", "Not a directory"), (folder + "/none/x", "create its folder first"),
      (folder, "Is a directory"), ("/proc/x", "cannot write /proc/x"),
    ]
    for (path, words) in cases {
      #expect {
        try AtomicFile.write("x", to: path)
      } throws: { error in
        "\(error)".contains(words) && "\(error)".contains(path)
      }
    }
    #expect(throws: FileOutputError.self) { try AtomicFile.createFolder(folder + "/file/x") }
    #expect(throws: FileOutputError.self) { try AtomicFile.createFolder(folder + "/file") }
  }

  /// Whether a path is, or leads to, a character device.
  private func isDevice(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFCHR
  }

  @Test func devicesAreWrittenToAndNeverReplaced() throws {
    try AtomicFile.createFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createSymbolicLink(atPath: folder + "/null", withDestinationPath: "/dev/null")
    try AtomicFile.write("gone", to: folder + "/null")
    #expect(isDevice("/dev/null") && isDevice(folder + "/null"))
    #expect(throws: FileOutputError.self) { try AtomicFile.replace(folder + "/null") { _ in } }
    #expect(isDevice("/dev/null"))
  }

  @Test func linksStayLinks() throws {
    try AtomicFile.createFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AtomicFile.write("old", to: folder + "/file")
    try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "file")
    try AtomicFile.write("new", to: folder + "/link")
    #expect(try String(contentsOfFile: folder + "/file", encoding: .utf8) == "new")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link") == "file")
  }
}
