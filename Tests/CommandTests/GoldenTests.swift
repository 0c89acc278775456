import Datasets
import Experiments
import Foundation
import TestSupport
import Testing

/// The commands of `Tests/Fixtures/golden/commands.json`, beside what they gave when the set was made by
/// `Tests/Fixtures/make/golden`.
@Suite("Golden set")
struct GoldenTests {
  private struct Command: Decodable {
    let name: String
    let arguments: [String]
    /// Files that the command writes and that are compared.
    let files: [String]?
  }

  /// Words that were changed since the set was made, each from the old to the new one.
  private struct Renamed: Decodable {
    let metrics: [String: String]
    let values: [String: String]
    let claims: [String: String]
  }

  /// What is kept of a document.
  private struct Golden: Decodable {
    struct Outcome: Decodable {
      let about: [String: Value]
      let metrics: [String: Value]
    }
    struct File: Decodable, Equatable {
      let name: String
      let sha256: String
    }
    var outcomes: [Outcome]
    var claims: [Claim]
    let files: [File]
  }

  private struct Claim: Decodable, Equatable {
    var id: String
    let measured: Value
    let verdict: String
  }

  /// A document of the program.
  private struct Document: Decodable {
    let outcomes: [[String: Value]]
    let claims: [Claim]
  }

  /// A value of JSON. Numbers are equal if their bits are.
  private enum Value: Decodable, Hashable {
    case null
    case truth(Bool)
    case number(UInt64)
    case text(String)
    case list([Value])
    case object([String: Value])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let truth = try? container.decode(Bool.self) {
        self = .truth(truth)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number.bitPattern)
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let list = try? container.decode([Value].self) {
        self = .list(list)
      } else {
        self = .object(try container.decode([String: Value].self))
      }
    }

    /// Whether it says that there is no attack, data set, rate and so on, which an outcome may leave unsaid.
    var saysNothing: Bool { [.null, .text("none"), .number(0)].contains(self) }

    func renamed(_ names: [String: String]) -> Value {
      guard case .text(let text) = self else { return self }
      return .text(names[text] ?? text)
    }
  }

  #if arch(x86_64)
    @Test("Every command gives the metrics, verdicts and files of the set, to the last bit")
    func equal() throws {
      let renamed: Renamed = try FixtureFile.decode("golden/renamed.json")
      let commands: [Command] = try FixtureFile.decode("golden/commands.json")
      try #require(commands.count > 20)
      let folder = try Folder()
      for command in commands {
        let golden: Golden = try FixtureFile.decode("golden/\(command.name).json")
        let run = try BuiltProgram.run(
          command.arguments + ["--json", "--quiet"], in: folder.path,
          // One BLAS kernel and thread, and built-in tables alone.
          environment: [
            "OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "1", "BEZOAR_DATA": "",
            "XDG_DATA_HOME": folder.path("none"),
          ])
        try #require(run.status == 0, "\(command.name): \(run.errors)")
        for file in golden.files {
          let hash = try FileHash.sha256(path: folder.path(file.name))
          #expect(hash == file.sha256, "\(command.name): \(file.name)")
        }
        guard !run.output.isEmpty else {
          #expect(golden.outcomes.isEmpty && golden.claims.isEmpty, "\(command.name) printed no document")
          continue
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(run.output.utf8))
        Self.compare(document, golden, renamed, command.name)
      }
    }
  #endif

  private static func compare(_ document: Document, _ golden: Golden, _ renamed: Renamed, _ command: String) {
    #expect(document.outcomes.count == golden.outcomes.count, "\(command)")
    for (index, (found, old)) in zip(document.outcomes, golden.outcomes).enumerated() {
      let place = Comment(rawValue: "\(command), outcome \(index + 1)")
      let metrics = old.metrics.map { (renamed.metrics[$0.key] ?? $0.key, $0.value) }
      #expect(found["metrics"] == .object(Dictionary(uniqueKeysWithValues: metrics)), place)
      for (name, value) in found where name != "metrics" {
        #expect(value == old.about[name]?.renamed(renamed.values), place)
      }
      let unsaid = old.about.filter { found[$0.key] == nil && !$0.value.saysNothing }
      #expect(unsaid.isEmpty, place)
    }
    let claims = golden.claims.map { claim in
      var claim = claim
      claim.id = renamed.claims[claim.id] ?? claim.id
      return claim
    }
    #expect(document.claims == claims, "\(command)")
  }
}
