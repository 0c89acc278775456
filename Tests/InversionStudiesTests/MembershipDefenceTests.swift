import Experiments
import Inversion
import Learning
import LinearAlgebra
import Querying
import Reporting
import Guarding
import Stealing
import TestSupport
import Testing

@testable import InversionStudies

@Suite("Defences against attacks on membership", .needs("adult.csv"))
struct MembershipDefenceTests {
  private func outcomes(_ training: DefendedTraining, workers: Int = 1) async throws -> [Outcome] {
    BLASRuntime.setThreads(1)
    let lab = InversionLab(searchPath: StudyData.searchPath, workers: workers)
    return try await MembershipDefence(training: training, people: 120, shadowCount: 4, seed: 1).outcomes(
      at: lab)
  }

  @Test("A small tree behind each guard: what is left works, what is not left is not tried")
  func guards() async throws {
    let outcomes = try await outcomes(.tree(leafRows: 1))
    #expect(outcomes.distinct(\.defence) == ["none"] + MembershipDefence.guards)
    func value(_ metric: String, _ attack: String, _ defence: String) throws -> Double {
      try #require(outcomes.matching(attack: attack, defence: defence).first?.metrics[metric])
    }
    // A full tree answers 0 or 1, which rounding leaves as it is; of two classes the largest tells all.
    let lira = MembershipDefence.ratio
    for guarded in ["rounding:decimals=2", "rounding:step=0.1", "top-k"] {
      #expect(try value("auc", lira, guarded) == value("auc", lira, "none"))
    }
    #expect(outcomes.matching(defence: "label-only").map(\.attack) == ["gap", "label-only"])
    #expect(try value("auc", "gap", "label-only") == value("auc", "gap", "none"))
    for outcome in outcomes {
      #expect(outcome.metrics["accuracy_cost"] == 0 || outcome.defence != "none")
      #expect(outcome.metrics["classifier_auc_cost"] != nil && outcome.metrics["tpr_at_1"] != nil)
      // What a constant answer costs is the same behind every guard of the same model.
      #expect(outcome.metrics["constant_cost"] == outcomes[0].metrics["constant_cost"])
      #expect(try #require(outcome.metrics["chance_cost"]) > 0)
    }
  }

  @Test("Threads change nothing; costs are against the plain training of the same members")
  func training() async throws {
    let one = try await outcomes(.privateTrees(epsilon: 1))
    #expect(try await outcomes(.privateTrees(epsilon: 1), workers: 2) == one)
    let plain = try await outcomes(.tree(leafRows: 1)).matching(attack: "gap", defence: "none")[0].metrics
    let own = try #require(one.first?.metrics)
    let cost = try #require(plain["accuracy_others"]) - (try #require(own["accuracy_others"]))
    #expect(own["accuracy_cost"] == cost)
    #expect(one.distinct(\.defence) == ["private trees, epsilon 1"])
  }

  @Test("Guards are told who the members are, and honest queries are not among them")
  func roles() async throws {
    var random = RandomStream(seed: 1)
    let pool = try AdultPool(ClassPeople(.adult, StudyData.lab), count: 100, using: &random)
    let scene = try MembershipScene(
      pool.records, shadowCount: nil, workers: 1, using: &random,
      training: DefendedTraining.logistic(penalty: 1).training(pool))
    let (members, others) = (scene.places(members: true), scene.places(members: false))
    #expect(Set(members).isDisjoint(with: others) && members.count == 50 && others.count == 50)
    #expect(members.allSatisfy { scene.isMember[$0] })
    // MemGuard needs 20 of each, so that it refuses a scene that has them the other way round or mixed up.
    let model = try #require(scene.model.flatMap { FittedModel($0) })
    let few = try await MembershipScene(
      pool.records, isMember: (0..<100).map { $0 < 10 }, oracle: scene.oracle, shadows: nil)
    await #expect(throws: GuardingError.self) {
      try await few.guarded(
        by: ["memguard"], before: pool.pipeline(model), key: .simulated(secret: [1]))
    }
    let guarded = try await scene.guarded(
      by: ["memguard:iterations=20"], before: pool.pipeline(model), key: .simulated(secret: [1]))
    #expect(guarded.isMember == scene.isMember && guarded.otherAccuracy == scene.otherAccuracy)
  }

  @Test("A table for each model names the best attack on what every defence leaves")
  func table() async throws {
    let outcomes = try await outcomes(.logistic(penalty: 100)) + outcomes(.logistic(penalty: 1))
    let tables = InversionReport.defenceTables(outcomes)
    #expect(tables.count == 1)
    let table = try #require(tables.first)
    #expect(table.rows.map { $0[0].text } == outcomes.distinct(\.defence))
    for row in table.rows {
      let own = outcomes.matching(defence: row[0].text)
      let best = try #require(own.max { ($0.metrics["auc"] ?? 0) < ($1.metrics["auc"] ?? 0) })
      let area = try #require(best.metrics["auc"])
      // The last of equal ones is as good as the first.
      #expect(own.filter { $0.metrics["auc"] == area }.map(\.attack).contains(row[1].text))
      #expect(row[2].text == area.fixed(3))
      #expect(row[4].text == best.metrics["accuracy_others"]?.fixed(3))
    }
  }
}
