import Workbench
import ArgumentParser
import ArgumentParser
import Datasets
import Experiments
import Foundation
import Methods
import TestSupport
import Testing

@testable import Commands

@Suite("External methods on the command line")
struct ExternalMethodTests {
  private static let numbers = BadInputTests.table(rows: 120)

  /// A program of the shell that keeps its scenario beside itself and then does what `lines` say; its folder is `$1`.
  private static func write(_ name: String, _ lines: String, in folder: Folder) throws -> String {
    _ = try folder.write(name, "#!/bin/sh\ncp \"$1/scenario.json\" \"$0.json\"\n\(lines)\n")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: "\(folder.path)/\(name)")
    return "exec:sh ./\(name)"
  }

  private static func schema(_ part: String) throws -> SchemaCheck {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(
      contentsOf: root.appending(path: "Labs/extensions/python/program.schema.json"), encoding: .utf8)
    return try SchemaCheck(
      text.replacing("\"$ref\": \"#/$defs/scenario\"", with: "\"$ref\": \"#/$defs/\(part)\""))
  }

  @Test("They stand in the lists of the families that take them")
  func list() throws {
    let registry = MethodRegistry.builtIn
    #expect(Set(registry.openEntries.map(\.id)) == ["exec:PROGRAM"])
    #expect(
      registry.openEntries.map(\.card.family) == [
        .poisoning, .attributeInference, .membershipInference, .trainingDefence, .queryDetector,
      ])
    #expect(!registry.entries.contains { $0.card.traits.contains(.external) })
    let folder = try Folder()
    let text = try BuiltProgram.run(["list"], in: folder.path).output
    #expect(text.components(separatedBy: "exec:PROGRAM").count == 6)
    #expect(try BuiltProgram.run(["list", "exec:PROGRAM"], in: folder.path).status == 0)
    let document = try ResultsDocument(
      json: try BuiltProgram.run(["list", "--json"], in: folder.path).output)
    #expect(document.methods.map(\.id) == registry.entries.map(\.id))
  }

  @Test("A program that is not there is refused before any work, wherever a method is named, also in a list")
  func missing() throws {
    let table = ["--data", "d.csv", "--target", "y"]
    for arguments in [
      table + ["--attack", "exec:./none", "-o", "p.csv"], table + ["--attack", "exec:", "-o", "p.csv"],
    ] {
      #expect(throws: (any Error).self) { try PoisonCommand.parse(arguments) }
    }
    #expect(throws: (any Error).self) { try DefendCommand.parse(table + ["--defence", "exec:./none"]) }
    let membership = ["--train", "tree", "--data", "iris-fisher", "--target", "species", "--attack"]
    #expect(throws: (any Error).self) { try MembershipCommand.parse(membership + ["gap,exec:./none"]) }
    let invert = [
      "--train", "tree", "--data", "iris-fisher", "--target", "species", "--sensitive", "a", "--attack",
    ]
    #expect(throws: (any Error).self) { try InvertCommand.parse(invert + ["map,exec:./none"]) }
    _ = try InvertCommand.parse(invert + ["map,exec:true"])
    let two = try MembershipCommand.parse(membership + ["gap,\"exec:true 1,2\""]).choices.request()
      .attacks(of: .current)
    #expect(two.map(\.card.id) == ["gap", "exec:true 1,2"])
    #expect(throws: (any Error).self) {
      try MembershipCommand.parse(membership + ["exec:true,exec:/bin/true"])
    }
    #expect(throws: (any Error).self) { try InvertCommand.parse(invert + ["exec:true,exec:/bin/true"]) }
  }

  @Test("Limits of programs are taken by the commands that take programs, and wrong ones refused")
  func limits() throws {
    let table = ["--data", "d.csv", "--target", "y", "--defence", "exec:true"]
    let command = try DefendCommand.parse(table + ["--exec-timeout", "0.5", "--exec-memory", "64"])
    #expect(command.programs.timeout == 0.5 && command.programs.memory == 64)
    for wrong in [["--exec-timeout", "0"], ["--exec-timeout", "nan"], ["--exec-memory", "1"]] {
      #expect(throws: (any Error).self) { try DefendCommand.parse(table + wrong) }
    }
  }

  @Test("An attack and a defence give results that name the program and the hash of its file")
  func poisonAndDefend() throws {
    let folder = try Folder()
    _ = try folder.write("d.csv", Self.numbers)
    let target = try #require(Self.numbers.split(separator: "\n").first?.split(separator: ",").last)
    let attack = try Self.write(
      "copy.sh",
      "head -n \"$(($(grep '\"rows\"' \"$1/scenario.json\" | tr -dc 0-9) + 1))\" \"$1/train.csv\" "
        + "> \"$1/poison.csv\"; echo copied >&2", in: folder)
    let table = ["--data", "d.csv", "--target", String(target), "--json"]
    let run = try BuiltProgram.run(
      ["poison", "--attack", attack, "--set", "a=b", "-o", "p.csv"] + table, in: folder.path)
    try #require(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("exec:copy.sh: copied") && run.errors.contains("is an external method"))
    try Self.check(run.output, "exec:copy.sh", file: "copy.sh", in: folder)
    let scenario = String(decoding: try folder.data("copy.sh.json"), as: UTF8.self)
    #expect(try Self.schema("scenario").complaints(about: scenario) == [])
    #expect(scenario.contains("\"a\" : \"b\"") || scenario.contains("\"a\": \"b\""))

    let defence = try Self.write(
      "keep.sh",
      "awk 'NR == 1 { print \"row,keep\"; next } { print NR - 1 \",\" (NR > 4) }' \"$1/train.csv\" "
        + "> \"$1/keep.csv\"", in: folder)
    let defended = try BuiltProgram.run(["defend", "--defence", defence] + table, in: folder.path)
    try #require(defended.status == 0, "\(defended.errors)")
    try Self.check(defended.output, "exec:keep.sh", file: "keep.sh", in: folder)
    #expect(
      try Self.schema("scenario").complaints(
        about: String(decoding: try folder.data("keep.sh.json"), as: UTF8.self)) == [])
    let kept = try ResultsDocument(json: defended.output)
    #expect(kept.outcomes.first?.metrics["rejected"] == 3 && kept.outcomes.first?.defence == "exec:keep.sh")
  }

  private static func check(_ json: String, _ id: String, file: String, in folder: Folder) throws {
    #expect(try SchemaCheck(ResultsDocument.schemaText).complaints(about: json) == [])
    let method = try #require(try ResultsDocument(json: json).methods.first { $0.id == id })
    let hash = FileHash.sha256(bytes: [UInt8](try folder.data(file)))
    #expect(
      method.program?.command == ["sh", "./\(file)"]
        && method.program?.files.last == .init(name: "./\(file)", sha256: hash)
    )
    #expect(method.card.traits == [.external])
  }

  @Test("Attacks on people are told what the schema says, and stand beside the others")
  func people() throws {
    let folder = try Folder()
    let scoring = try Self.write(
      "score.sh",
      "awk 'NR == 1 { print \"row,score\"; next } { print NR - 1 \",\" NR % 7 }' \"$1/records.csv\" "
        + "> \"$1/scores.csv\"", in: folder)
    let run = try BuiltProgram.run(
      [
        "membership", "--train", "tree", "--data", "iris-fisher", "--target", "species", "--shadows", "2",
        "--attack", "gap,\(scoring)", "--json",
      ], in: folder.path)
    try #require(run.status == 0, "\(run.errors)")
    try Self.check(run.output, "exec:score.sh", file: "score.sh", in: folder)
    #expect(try ResultsDocument(json: run.output).outcomes.map(\.attack) == ["gap", "exec:score.sh"])
    let schema = try Self.schema("scenario")
    #expect(try schema.complaints(about: String(decoding: folder.data("score.sh.json"), as: UTF8.self)) == [])

    // No guesses: the scenario is what counts here, and the sentence.
    let guessing = try Self.write("guess.sh", "exit 7", in: folder)
    let failed = try BuiltProgram.run(
      [
        "invert", "--train", "tree", "--data", "iris-fisher", "--target", "species", "--sensitive",
        "petal width", "--attack", guessing, "--seeds", "1",
      ], in: folder.path)
    #expect(failed.status == 1 && failed.errors.contains("exec:guess.sh ended with code 7"))
    #expect(try schema.complaints(about: String(decoding: folder.data("guess.sh.json"), as: UTF8.self)) == [])
  }

  @Test("Lines of a detector keep to the schema, and others are found out")
  func lines() throws {
    let query = try Self.schema("query")
    let line = #"{"client":1,"confidence":0.75,"label":0,"probabilities":[0.75,0.25],"row":[0.5,null]}"#
    #expect(try query.complaints(about: line) == [])
    #expect(try !query.complaints(about: #"{"row":[1]}"#).isEmpty)
    let reading = try Self.schema("reading")
    #expect(try reading.complaints(about: #"{"score":null,"alarm":false}"#) == [])
    #expect(try !reading.complaints(about: #"{"score":1}"#).isEmpty)
  }
}
