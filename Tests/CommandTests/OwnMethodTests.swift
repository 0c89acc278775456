import ArgumentParser
import Privacy
import Inversion
import Learning
import LinearAlgebra
import Methods
import Testing
import Workbench

@testable import Commands

extension InvertCommand {
  /// The attack that rebuilds a row; nil where none is asked for.
  fileprivate func rowAttack() throws -> (any ReconstructionAttack)? {
    guard case .row(let job) = try choices.job(source, seeds: [1]) else { return nil }
    return try job.method(of: .current)
  }

  /// The attack that rebuilds a class; nil where none is asked for.
  fileprivate func classAttack() throws -> (any ClassReconstructionAttack)? {
    guard case .classes(let job) = try choices.job(source, seeds: [1]) else { return nil }
    return try job.method(of: .current)
  }
}

/// A mechanism of somebody else.
private struct OwnMechanism: PrivateMechanism {
  static let card = MethodCard(
    id: "own", family: .mechanism, title: "Own", summary: "s", citation: "c", needs: "n")
  static let models = [PrivateModel("mean", predicts: .number)]
  static let settings: [Setting<Self>] = [.epsilon(\.epsilon)]
  var epsilon: Double?

  func train(_ task: PrivateTask, using random: inout RandomStream) throws -> PrivateFit<FittedModel> {
    throw PrivacyError.notApplicable(mechanism: "own", reason: "a test")
  }
}

/// An attack on rows of somebody else.
private struct OwnRows: ReconstructionAttack {
  static let card = MethodCard(
    id: "own-rows", family: .reconstruction, title: "Own", summary: "s", citation: "c", needs: "n")
  static let knowledge = ReconstructionKnowledge.earlierModel
  static let settings: [Setting<Self>] = [.init("times", \.times, "how often", in: 1...3)]
  var times = 1

  func row(_ task: ReconstructionTask) throws -> ReconstructedRow {
    ReconstructedRow(features: [], target: nil)
  }
}

/// An attack on classes of somebody else.
private struct OwnClasses: ClassReconstructionAttack {
  static let card = MethodCard(
    id: "own-classes", family: .classReconstruction, title: "Own", summary: "s", citation: "c", needs: "n")

  func rebuilt(_ task: ClassTask, using random: inout RandomStream) async throws -> RebuiltClass {
    RebuiltClass(
      label: task.label, row: [], confidence: 0, isTaken: false, steps: 0, start: 0, hasLeftStart: false)
  }
}

@Suite("Methods of one's own on the command line")
struct OwnMethodTests {
  private static var registry: MethodRegistry {
    var registry = MethodRegistry.builtIn
    registry.mechanisms.add(OwnMechanism.self)
    registry.reconstructionAttacks.add(OwnRows.self)
    registry.classAttacks.add(OwnClasses.self)
    return registry
  }

  @Test("They are listed, with settings that must be given")
  func list() throws {
    for id in ["own", "own-rows", "own-classes"] {
      #expect(Self.registry.entries.count { $0.id == id } == 1)
      #expect(!MethodRegistry.builtIn.entries.contains { $0.id == id })
      #expect(throws: (any Error).self) { try ListCommand.parse([id]) }
      _ = try MethodRegistry.$current.withValue(Self.registry) { try ListCommand.parse([id]) }
    }
    let entry = try #require(Self.registry.entries.first { $0.id == "own" })
    #expect(entry.parameters.map(\.defaultValue) == [nil])
  }

  @Test("A private training and its checks know a mechanism of the registry")
  func training() throws {
    let flags = try PrivacyFlags.parse(["--privacy", "mechanism=own,epsilon=2"])
    #expect(throws: PrivateTrainingError.self) { try flags.settings() }
    let settings = try MethodRegistry.$current.withValue(Self.registry) { try flags.settings() }
    #expect((settings.mechanism as? OwnMechanism)?.epsilon == 2)
    func command(_ model: String, _ privacy: String) throws {
      _ = try MethodRegistry.$current.withValue(Self.registry) {
        try TrainCommand.parse([
          "--data", "d.csv", "--target", "dose", "--model", model, "-o", "m.json", "--privacy", privacy,
          "--bounds", "age=0:1,dose=0:2",
        ])
      }
    }
    try command("mean", "mechanism=own,epsilon=2")
    for (model, privacy) in [
      ("mean", "mechanism=own"), ("mean", "mechanism=own,epsilon=0"), ("ridge", "mechanism=own,epsilon=1"),
      ("mean", "mechanism=own,epsilon=1,delta=1"),
    ] {
      #expect(throws: (any Error).self, "\(model) \(privacy)") { try command(model, privacy) }
    }
  }

  @Test("Rows and classes are rebuilt by an attack of the registry that is named, and by the first otherwise")
  func rebuilding() throws {
    func command(_ arguments: [String]) throws -> InvertCommand {
      try InvertCommand.parse(["--model", "m.json"] + arguments)
    }
    try MethodRegistry.$current.withValue(Self.registry) {
      let before = ["--before", "b.json", "--data", "p.csv"]
      #expect(try command(before).rowAttack() is DeletionAttack)
      let own = try command(before + ["--attack", "own-rows", "--set", "times=3"]).rowAttack()
      #expect((own as? OwnRows)?.times == 3)
      #expect(try command(["--knows", "k.csv"]).rowAttack() is InformedAdversary)
      for wrong in [
        ["--knows", "k.csv", "--attack", "own-rows"], before + ["--attack", "own-rows", "--set", "a=1"],
      ] {
        #expect(throws: (any Error).self) { try command(wrong) }
      }
      #expect(try command(["--class", "all"]).classAttack() is MIFace)
      #expect(try command(["--class", "all", "--attack", "own-classes"]).classAttack() is OwnClasses)
    }
  }
}
