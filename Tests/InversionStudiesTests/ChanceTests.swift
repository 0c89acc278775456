import Experiments
import Learning
import TestSupport
import Testing

@testable import InversionStudies

/// Figures that hang on chance or on a choice of the attacker; references by `Tests/Peers/inversion_reference.py`.
@Suite("Attacks that rest on chance")
struct ChanceTests {
  /// A support vector machine on the same halves is right on 99 %.
  @Test("The judge of rebuilt digits knows digits that it never saw")
  func judge() throws {
    #expect(try FaceWorld(StudyData.lab, .softmax, seed: 1).judgeAccuracy > 0.98)
  }

  @Test("Wide differences find the digits that rounding hides from narrow ones")
  func wide() async throws {
    func found(_ difference: Double) async throws -> Double {
      let study = FaceStudy(model: .softmax, rounding: 0.1, difference: difference, seed: 2)
      return try #require(try await study.outcomes(at: StudyData.lab).first?.metrics["identified"])
    }
    #expect(try await found(0.05) <= 0.2)
    #expect(try await found(1) >= 0.5)
  }

  /// Reference, twenty splits: accuracy .805 (.002), precision .77 (.04), recall .031 (.007) on members.
  @Test(
    "Counts beside expected people are right more often than the most frequent answer",
    .needs("gss-happiness.csv"))
  func expected() async throws {
    let outcomes = try await TreeInversion(source: .happiness, leaves: 159, criterion: .entropy, seed: 1)
      .outcomes(at: StudyData.lab)
    func value(_ attack: String, _ metric: String) throws -> Double {
      try #require(outcomes.matching(attack: attack).first?.metrics[metric])
    }
    let attack = "counts of the class beside expected ones"
    #expect(abs(try value(attack, "member_accuracy") - 0.805) < 0.01)
    #expect(abs(try value(attack, "member_recall") - 0.031) < 0.02)
    #expect(try value(attack, "member_mcc") > value("counts of the class", "member_mcc"))
    #expect(try value(attack, "member_accuracy") > value("mode", "member_accuracy"))
  }
}
