import Experiments
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import InversionStudies

@Suite(
  "Genotypes through the dosage model", .needs("iwpc-scaled.csv"))
struct DosageInversionTests {
  /// Reference: scikit-learn 1.9.1, 20 splits: attack .566 (.012), mode .360 (.015), with the prior by race
  /// .673 (.010), ideal .668 (.009).
  @Test("One split lies where twenty of the reference do")
  func split() async throws {
    let outcomes = try await DosageInversion(sensitive: "vkorc1", seed: 1, hasDemographics: false).outcomes(
      at: StudyData.lab)
    func value(_ attack: String, _ metric: String = "other_accuracy") throws -> Double {
      try #require(outcomes.matching(attack: attack).first?.metrics[metric])
    }
    #expect(abs(try value("map", "member_accuracy") - 0.563) < 0.02)
    #expect(abs(try value("map") - 0.566) < 0.05)
    #expect(abs(try value("map, prior by race", "member_accuracy") - 0.671) < 0.02)
    #expect(abs(try value("mode", "member_accuracy") - 0.366) < 0.02)
    #expect(try value("imputation, no response", "member_accuracy") > value("map", "member_accuracy"))
    #expect(
      try abs(value("ideal", "member_accuracy") - value("map, prior by race", "member_accuracy")) < 0.03)
  }

  /// Reference: scikit-learn 1.9.1, ten splits: advantage 0, .118, .662 at depths 1, 10, 20.
  @Test(
    "The deeper the tree, the more it tells its members apart",
    arguments: [(1, 0.0), (10, 0.118), (20, 0.662)])
  func depths(depth: Int, advantage: Double) async throws {
    var sum = 0.0
    for seed in 1...4 {
      let outcomes = try await DepthCurve(depth: depth, seed: UInt64(seed)).outcomes(at: StudyData.lab)
      sum += try #require(outcomes.first?.metrics["advantage"]) / 4
    }
    #expect(abs(sum - advantage) < 0.03)
  }

  @Test("The worked patient of the appendix")
  func worked() async throws {
    let dose = try await WorkedPatient().outcomes(at: StudyData.lab)[0].metrics["dose"]
    #expect(abs(try #require(dose) - 29.51640241) < 1e-8)
  }
}

@Suite("Attributes behind trees", .needs("steak.csv"))
struct TreeStudyTests {
  /// Row 7. Reference: scikit-learn 1.9.1 with all 430 people, 120 leaves: precision 1.00, recall .181, accuracy .863.
  @Test("The white box names cheaters with certainty, and as printed nobody")
  func steak() async throws {
    let outcomes = try await TreeInversion(source: .steak, leaves: 120, isWhole: true, seed: 1)
      .outcomes(at: StudyData.lab)
    let ofClass = try #require(outcomes.matching(attack: "counts of the class").first?.metrics)
    #expect(ofClass["member_precision"] == 1)
    #expect(abs(try #require(ofClass["member_recall"]) - 0.181) < 0.06)
    #expect(abs(try #require(ofClass["member_accuracy"]) - 0.863) < 0.01)
    let printed = try #require(outcomes.matching(attack: "counts as printed").first?.metrics)
    #expect(abs(try #require(printed["member_mcc"])) < 0.1)
  }

  /// Row 9. Reference: recall .782 at depth 2 and .059 at depth 14.
  @Test("A deep split priority protects most")
  func priority() async throws {
    func recall(_ depth: Int) async throws -> Double {
      let outcome = try await SplitPriorityStudy(depth: depth, seed: 1).outcomes(at: StudyData.lab)[0]
      return try #require(outcome.metrics["member_recall"])
    }
    let (top, deep) = (try await recall(2), try await recall(14))
    #expect(abs(top - 0.782) < 0.15 && deep < 0.2)
  }
}

@Suite("Rows of patients", .needs("iwpc-scaled.csv"))
struct ReconstructionStudyTests {
  /// Row 16: relative error at most 1e-8.
  @Test("The unknown patient is exact", arguments: [(true, 100), (false, 100), (true, 3614), (false, 3614)])
  func informed(isLogistic: Bool, count: Int) async throws {
    let outcome = try await InformedReconstruction(isLogistic: isLogistic, count: count, seed: 1)
      .outcomes(at: StudyData.lab)[0]
    #expect(try #require(outcome.metrics["relative_error"]) <= 1e-8)
    #expect(try #require(outcome.metrics["target_error"]) <= 1e-6)
  }

  /// Row 17: median cosine at least .99, VKORC1 right in 95 %.
  @Test("The deleted patient is nearly exact")
  func deletion() async throws {
    let outcome = try await DeletionReconstruction(seed: 1).outcomes(at: StudyData.lab)[0]
    #expect(try #require(outcome.metrics["median_cosine"]) >= 0.99)
    #expect(try #require(outcome.metrics["genotype_right"]) >= 0.95)
  }
}
