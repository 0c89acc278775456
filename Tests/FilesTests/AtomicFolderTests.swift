import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Files

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Folders that are written as a whole")
struct AtomicFolderTests {
  private let root = Folder.temporaryPath()
  private var folder: String { root + "/report" }

  private func text(_ name: String) -> String? {
    try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
  }

  private func write(_ number: Int, also name: String? = nil) throws {
    try AtomicFolder.replace(folder) { stage in
      try AtomicFile.createFolder(stage + "/figures")
      try AtomicFile.write("\(number)", to: stage + "/figures/a.csv")
      if let name { try AtomicFile.write("\(number)", to: "\(stage)/\(name)") }
      try AtomicFile.write("\(number)", to: stage + "/report.html")
    }
  }

  @Test("Takes the place of the old one; other files, folders and links of the user stay as they are")
  func replaces() throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    try write(1, also: "old.csv")
    #expect(text("report.html") == "1" && text("figures/a.csv") == "1")
    try AtomicFile.createFolder(folder + "/mine/deep")
    try AtomicFile.write("mine", to: folder + "/mine/deep/x")
    try AtomicFile.write("mine", to: folder + "/figures/own.csv")
    try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "nowhere")
    try FileManager.default.setAttributes([.posixPermissions: 0o750], ofItemAtPath: folder)
    let before =
      try FileManager.default.attributesOfItem(atPath: folder + "/mine/deep/x")[.systemFileNumber] as? Int
    try write(2)
    #expect(text("report.html") == "2" && text("figures/a.csv") == "2" && text("old.csv") == "1")
    #expect(text("mine/deep/x") == "mine" && text("figures/own.csv") == "mine")
    let after = try FileManager.default.attributesOfItem(atPath: folder + "/mine/deep/x")
    #expect(after[.systemFileNumber] as? Int == before && after[.referenceCount] as? Int == 1)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link") == "nowhere")
    #expect(try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int == 0o750)
    #expect(try FileManager.default.contentsOfDirectory(atPath: root) == ["report"])
  }

  @Test("A failure leaves the old folder and nothing else")
  func fails() throws {
    struct Stop: Error {}
    defer { try? FileManager.default.removeItem(atPath: root) }
    try write(1)
    #expect(throws: Stop.self) {
      try AtomicFolder.replace(folder) { stage in
        try AtomicFile.write("2", to: stage + "/report.html")
        throw Stop()
      }
    }
    #expect(text("report.html") == "1")
    #expect(try FileManager.default.contentsOfDirectory(atPath: root) == ["report"])
    try AtomicFile.write("file", to: root + "/file")
    #expect(throws: FileOutputError.self) { try AtomicFolder.replace(root + "/file") { _ in } }
  }

  private final class End: Sendable {
    let isOver = Atomic<Bool>(false)
    let looks = Atomic<Int>(0)
  }

  @Test("Whoever holds the folder open sees the files of one writing only")
  func readers() async throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    try write(0)
    let end = End()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [folder] in
        while !end.isOver.load(ordering: .relaxed) {
          let held = open(folder, O_RDONLY | O_DIRECTORY)
          try #require(held >= 0)
          defer { close(held) }
          func number(_ name: String) throws -> Int? {
            let file = openat(held, name, O_RDONLY)
            guard file >= 0 else { return nil }
            return try Int(
              String(
                decoding: FileHandle(fileDescriptor: file, closeOnDealloc: true).readToEnd() ?? Data(),
                as: UTF8.self))
          }
          let (page, figure) = (try number("report.html"), try number("figures/a.csv"))
          // A folder that is no longer in place loses its files.
          if let page, let figure { #expect(page == figure) }
          end.looks.add(1, ordering: .relaxed)
        }
      }
      var number = 0
      while number < 100 || end.looks.load(ordering: .relaxed) < 20 {
        number += 1
        try write(number)
      }
      end.isOver.store(true, ordering: .relaxed)
      try await group.waitForAll()
      #expect(text("report.html") == "\(number)")
    }
  }

  @Test("Files of a folder that cannot change places take theirs one after another")
  func oneByOne() throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    try write(1)
    try AtomicFile.write("mine", to: folder + "/mine")
    for _ in 0..<3 { mkfifo("\(folder)/pipe", 0o600) }
    try write(2)
    #expect(text("report.html") == "2" && text("figures/a.csv") == "2" && text("mine") == "mine")
    #expect(try FileManager.default.contentsOfDirectory(atPath: root) == ["report"])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
        "figures", "mine", "pipe", "report.html",
      ])
  }

  @Test(
    "A folder with attributes, its own or those of a folder in it, keeps them: files go one after another")
  func attributes() throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    try write(1)
    try AtomicFile.createFolder(folder + "/mine")
    let before = try FileManager.default.attributesOfItem(atPath: folder)[.systemFileNumber] as? Int
    for place in [folder, folder + "/mine"] {
      // Not every file system takes attributes.
      guard mark(place) else { continue }
      try write(2, also: "more")
      #expect(text("report.html") == "2" && text("more") == "2" && isMarked(place))
      let after = try FileManager.default.attributesOfItem(atPath: folder)[.systemFileNumber] as? Int
      #expect(after == before)
      unmark(place)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: root) == ["report"])
  }

  private static let attribute = "user.bezoar"
  #if canImport(Glibc)
    private typealias Set =
      @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafePointer<CChar>, Int, Int32) -> Int32
    private typealias Get =
      @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutableRawPointer?, Int) -> Int
    private typealias Remove = @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32

    /// A call of Linux that Swift's module of the C library does not declare.
    private static func call<Call>(_ name: String, _ type: Call.Type) -> Call? {
      dlsym(dlopen(nil, RTLD_NOW), name).map { unsafeBitCast($0, to: type) }
    }

    private func mark(_ path: String) -> Bool {
      Self.call("setxattr", Set.self)?(path, Self.attribute, "x", 1, 0) == 0
    }
    private func isMarked(_ path: String) -> Bool {
      Self.call("getxattr", Get.self)?(path, Self.attribute, nil, 0) == 1
    }
    private func unmark(_ path: String) { _ = Self.call("removexattr", Remove.self)?(path, Self.attribute) }
  #else
    private func mark(_ path: String) -> Bool { setxattr(path, Self.attribute, "x", 1, 0, 0) == 0 }
    private func isMarked(_ path: String) -> Bool { getxattr(path, Self.attribute, nil, 0, 0, 0) == 1 }
    private func unmark(_ path: String) { removexattr(path, Self.attribute, 0) }
  #endif

  @Test("Folders of the user that are carried over keep their mode and their time")
  func times() throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    try write(1)
    try AtomicFile.createFolder(folder + "/mine/deep")
    let date = Date(timeIntervalSince1970: 1_500_000_000)
    for path in ["/mine/deep", "/mine"] {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o710, .modificationDate: date], ofItemAtPath: folder + path)
    }
    try write(2)
    for path in ["/mine/deep", "/mine"] {
      let found = try FileManager.default.attributesOfItem(atPath: folder + path)
      #expect(found[.modificationDate] as? Date == date && found[.posixPermissions] as? Int == 0o710)
    }
  }

  @Test("What killed programs left is removed, but no file that is nowhere else")
  func left() throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    try write(1)
    try AtomicFile.write("linked", to: folder + "/mine")
    // No system gives a process this number.
    let (partial, swap) = (root + "/.report.2000000000-1.partial", root + "/.report.2000000000-2.swap")
    for left in [partial, swap] {
      try AtomicFile.createFolder(left + "/figures")
      try AtomicFile.write("half", to: left + "/report.html")
      try AtomicFile.write("half", to: left + "/figures/b.csv")
      try FileManager.default.linkItem(atPath: folder + "/mine", toPath: left + "/mine")
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -3600)], ofItemAtPath: left)
    }
    try write(2)
    #expect(text("report.html") == "2" && text("mine") == "linked" && text("figures/b.csv") == nil)
    #expect(!FileManager.default.fileExists(atPath: partial))
    #expect(
      try FileManager.default.subpathsOfDirectory(atPath: swap).sorted() == ["figures", "figures/b.csv"])
  }
}
