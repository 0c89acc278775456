import Datasets
import Foundation
import LinearAlgebra
import Methods
import Tabular
import TestSupport
import Testing

import Experiments
@testable import StealingStudies

/// Rows 8 to 11 and 17 of the published figures: Tramèr et al. (USENIX Security 2016), table 6.
@Suite("Theft of the trees of the paper")
struct TreeTheftTests {
  static let folder = StudiedModel.searchPath

  private func theft(
    _ name: TreeVictim.Named, _ attack: TreeAttack, decimals: Int? = nil, seed: UInt64 = 1
  ) async throws -> TreeTheft {
    let victim = try TreeVictim.named(name, searchPath: Self.folder, seed: seed)
    return try await TreeTheft.run(victim, attack, decimals: decimals, seed: seed)
  }

  private let paths = TreeAttack.pathFinding(patience: 20, epsilon: 1e-3)

  @Test(
    "German credit: 26 leaves of 70 % of the rows, and fewer queries from the top than along the paths",
    .needs("german-credit.csv"))
  func germanCredit() async throws {
    for seed in 1...(TestData.runsLong ? 3 : 1) {
      let down = try await theft(
        .germanCredit, .topDown(followsPaper: true, epsilon: 1e-3), seed: UInt64(seed))
      #expect(down.leaves == 26)
      let path = try await theft(.germanCredit, paths, seed: UInt64(seed))
      #expect(path.incompleteQueries == 0 && path.queries > down.queries)
      // Leaves with answers of their own are all found.
      for theft in [down, path] where theft.uniqueNames == theft.leaves {
        #expect(theft.isEquivalent && theft.agreementOnOwnRows == 1 && theft.agreementOnTestRows == 1)
        #expect(theft.agreementOnUniform == 1)
      }
    }
  }

  @Test(
    "Steak: 70 % of the rows give fewer than 193 leaves with few answers, which path finding takes for one another",
    .needs("steak.csv"))
  func steak() async throws {
    let down = try await theft(.steak, .topDown(followsPaper: false, epsilon: 1e-3))
    #expect((100..<193).contains(down.leaves), "\(down.leaves) leaves")
    #expect(down.uniqueNames < 60, "\(down.uniqueNames) answers")
    #expect(down.agreementOnOwnRows >= 0.99 && down.agreementOnTestRows >= 0.97)
    #expect(down.agreementOnUniform >= 0.99)
    let path = try await theft(.steak, paths)
    #expect(path.agreementOnOwnRows < 1 && path.agreementOnOwnRows > 0.8)
    #expect(path.agreementOnUniform < down.agreementOnUniform)
  }

  @Test(
    "Happiness: 159 leaves; published 7,434 and 2,752 queries",
    .needs("gss-happiness.csv"), .long)
  func happiness() async throws {
    let down = try await theft(.happiness, .topDown(followsPaper: false, epsilon: 1e-3))
    #expect(down.leaves == 159 && down.agreementOnTestRows >= 0.995 && down.agreementOnUniform >= 0.995)
    let path = try await theft(.happiness, paths)
    #expect(path.agreementOnTestRows >= 0.995 && path.agreementOnUniform >= 0.995)
    #expect(2 * down.queries <= path.queries)
  }

  @Test("A full tree on numbers alone")
  func numbers() async throws {
    let down = try await theft(.digits, .topDown(followsPaper: false, epsilon: 1e-3))
    #expect(down.leaves > 100)
    #expect(down.agreementOnOwnRows >= 0.99 && down.agreementOnTestRows >= 0.97)
    #expect(down.agreementOnUniform >= 0.99)
  }

  /// A staircase of eight steps, each `rise` above the one before.
  private func staircase(rise: Double, seed: UInt64) throws -> TreeVictim {
    let x = (0..<400).map { Double($0) / 50 }
    return try .regressor(
      "staircase",
      Table(columns: [
        .init(name: "x", values: .numeric(x)),
        .init(name: "step", values: .numeric(x.map { rise * $0.rounded(.down) })),
      ]), target: "step", leaves: nil, seed: seed)
  }

  @Test("Two digits hide no leaf of a regression tree whose numbers they tell apart", arguments: [1, 3, 101])
  func toldApart(seed: UInt64) async throws {
    let victim = try staircase(rise: 0.01, seed: seed)
    let theft = try await TreeTheft.run(victim, paths, decimals: 2, seed: seed)
    #expect(theft.leaves == 8 && theft.uniqueNames == 8)
    // Seven ends, each known to 1e-3 in a range of 8: about one row in a thousand lies between.
    #expect(theft.isEquivalent && theft.agreementOnUniform > 0.998)
  }

  @Test("Two digits hide leaves of a regression tree whose numbers round alike", arguments: [1, 3, 101])
  func roundedAlike(seed: UInt64) async throws {
    let victim = try staircase(rise: 0.004, seed: seed)
    let theft = try await TreeTheft.run(victim, paths, decimals: 2, seed: seed)
    #expect(theft.leaves == 8 && theft.uniqueNames < 8)
    #expect(!theft.isEquivalent && theft.agreementOnUniform < 0.998)
    let whole = try await TreeTheft.run(victim, paths, seed: seed)
    #expect(whole.isEquivalent && whole.agreementOnUniform > 0.998)
  }

  @Test("Every seed holds other rows out, and no row is on both sides")
  func heldOut() throws {
    let victims = try [1, 2].map { try TreeVictim.named(.digits, searchPath: Self.folder, seed: $0) }
    for victim in victims { #expect(victim.rows.rows == 1257 && victim.testRows.rows == 540) }
    #expect(victims[0].testRows != victims[1].testRows && victims[0].tree != victims[1].tree)
    let split = HeldOutSplit(100, of: "a", seed: 7)
    #expect((split.training + split.test).sorted() == Array(0..<100) && split.training.count == 70)
    #expect(split.training == HeldOutSplit(100, of: "a", seed: 7).training)
  }

  @Test(
    "Two digits hide leaves of a classification tree",
    .needs("german-credit.csv"))
  func roundedConfidences() async throws {
    let classes = try await theft(.germanCredit, .topDown(followsPaper: true, epsilon: 1e-3), decimals: 2)
    #expect(classes.uniqueNames < 25 && !classes.isEquivalent && classes.missedUniform > 0)
  }
}
