import Foundation
import Methods
import Testing

@testable import External

@Suite("Programs and their limits")
struct ProgramTests {
  @Test(
    "A command is divided into words as a shell would",
    arguments: [
      ("./a.py", ["./a.py"]), ("python3  a.py --fast", ["python3", "a.py", "--fast"]),
      ("p 'a b' \"c 'd'\"", ["p", "a b", "c 'd'"]), ("p a\\ b \"x\\\"y\" ''", ["p", "a b", "x\"y", ""]),
      ("p $HOME *;ls", ["p", "$HOME", "*;ls"]), ("", []),
    ])
  func words(text: String, words: [String]) { #expect(WordList.words(text) == words) }

  @Test("A quote that is not closed is refused", arguments: ["p 'a", "p \"a", "p a\\"])
  func openQuotes(text: String) throws {
    #expect(WordList.words(text) == nil)
    #expect(throws: ExternalError.unclosed(text)) { try ExternalProgram(text) }
  }

  @Test("A program that is not there, or may not be executed, is refused when it is named")
  func missing() throws {
    let programs = try Programs()
    let file = "\(programs.path)/plain.py"
    try Data("print(1)".utf8).write(to: URL(filePath: file))
    #expect(throws: ExternalError.noProgram) { try ExternalProgram(" ") }
    #expect(throws: ExternalError.notFound("no-such-program")) { try ExternalProgram("no-such-program x") }
    #expect(throws: ExternalError.notFound("./no/such")) { try ExternalProgram("./no/such") }
    #expect(throws: ExternalError.notExecutable(file)) { try ExternalProgram("'\(file)'") }
  }

  @Test(
    "The id has the name of the program and its arguments, the origin the hash of every file of the command")
  func origin() throws {
    let programs = try Programs()
    let file = "\(programs.path)/attack.sh"
    try Data("abc".utf8).write(to: URL(filePath: file))
    let read = try ExternalProgram("sh '\(file)' --fast 3")
    #expect(read.id == "exec:attack.sh --fast 3")
    #expect(read.origin.command == ["sh", file, "--fast", "3"])
    #expect(read.origin.files.map(\.name) == ["sh", file])
    // FIPS 180-4, the example of "abc".
    #expect(
      read.origin.files.last?.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    let entry = ExternalPoisoning(read).entry
    #expect(entry.program == read.origin && entry.card.traits == [.external])
    #expect(ExternalPoisoning.card.id == "exec:PROGRAM")
  }

  private static func run(_ program: ExternalProgram) throws -> String {
    try program.run(on: ScratchFolder())
  }

  @Test("A program gets its folder as the last argument, where scenario.json is, and the folder goes away")
  func folder() throws {
    let programs = try Programs()
    let folder = try ScratchFolder()
    try folder.write(Array("{}".utf8), to: "scenario.json")
    #expect(try programs.shell("ls \"$1\"; echo done >&2").run(on: folder) == "scenario.json / done")
    let path = folder.path
    #expect(FileManager.default.fileExists(atPath: path))
    ScratchFolder.remove(path)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("A code that is not 0 and a signal are told, with the end of what was said")
  func failures() throws {
    let programs = try Programs()
    let failing = try programs.shell("echo reason >&2; exit 3")
    #expect(throws: ExternalError.failed(id: failing.id, code: 3, said: "reason")) { try Self.run(failing) }
    let crashing = try programs.shell("kill -SEGV $$")
    #expect(throws: ExternalError.ended(id: crashing.id, signal: 11, said: "")) { try Self.run(crashing) }
  }

  @Test("A program that is late is ended with what it started, whatever it does with its output")
  func late() throws {
    let programs = try Programs()
    for lines in [
      "sleep 60 & sleep 60", "yes flood >&2", "exec 1>&- 2>&-; sleep 60", "trap '' TERM INT; sleep 60",
    ] {
      let start = ContinuousClock.now
      let error = #expect(throws: ExternalError.self) { try Self.run(programs.shell(lines, seconds: 0.5)) }
      guard case .late = error else {
        Issue.record("\(lines): \(String(describing: error))")
        continue
      }
      #expect(ContinuousClock.now - start < .seconds(15))
    }
    // What is left behind does not keep the run waiting either.
    #expect(try Self.run(programs.shell("sleep 60 & exit 0")) == "")
  }

  @Test("A run that is cancelled ends its program within two seconds", .timeLimit(.minutes(1)))
  func cancelled() async throws {
    let programs = try Programs()
    let program = try programs.shell("sleep 60", seconds: 60)
    let start = ContinuousClock.now
    let run = Task { try Self.run(program) }
    try await Task.sleep(for: .milliseconds(200))
    run.cancel()
    await #expect(throws: CancellationError.self) { try await run.value }
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  @Test("No file may be larger than allowed, and a message names the limit")
  func fileSize() throws {
    let programs = try Programs()
    let program = try programs.shell("head -c 5000000 /dev/zero > \"$1/big\"") { $0.fileSize = 1 << 20 }
    let error = #expect(throws: ExternalError.self) { try Self.run(program) }
    #expect(error?.description.contains(program.id) == true)
  }

  #if os(Linux)
    @Test("Memory beyond the limit is not given", .enabled(if: Programs.has("python3")))
    func memory() throws {
      var limits = ProgramLimits()
      limits.memory = 200 << 20
      let error = #expect(throws: ExternalError.self) {
        try ProgramLimits.$current.withValue(limits) {
          try Self.run(ExternalProgram("python3 -c 'x = bytearray(10 ** 9)'"))
        }
      }
      #expect(error?.description.contains("--exec-memory") == true)
    }
  #endif

  @Test("What a program says is told while it runs, two hundred lines of it")
  func told() throws {
    let heard = Heard()
    let program = try Programs().shell("i=0; while [ $i -lt 1000 ]; do echo line $i; i=$((i + 1)); done") {
      $0.tell = { heard.add($0) }
    }
    #expect(try Self.run(program) == "line 997 / line 998 / line 999")
    #expect(heard.lines.count == 201)
    #expect(heard.lines.first == "\(program.id): line 0")
  }
}

/// Lines that were told.
private final class Heard: @unchecked Sendable {
  private let lock = NSLock()
  private var all: [String] = []
  func add(_ line: String) { lock.withLock { all.append(line) } }
  var lines: [String] { lock.withLock { all } }
}
