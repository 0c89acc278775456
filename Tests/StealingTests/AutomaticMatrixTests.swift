import Foundation
import Learning
import LinearAlgebra
import Methods
import Querying
import Tabular
import TestSupport
import Testing

@testable import Stealing

@Suite("The automatic choice on many models")
struct AutomaticMatrixTests {
  @Test("Models that answers determine are copied exactly and called complete", arguments: 0..<13)
  func exact(number: Int) async throws {
    let target = try MatrixTarget.makers[number]()
    try #require(target.isExact)
    for knowsRows in [true, false] {
      let theft = try await target.steal(AutomaticAttack(), knowsRows: knowsRows)
      let label =
        "\(target.name): \(theft.check.differing) differ after \(theft.queries); \(theft.stolen.notes)"
      #expect(theft.check.differing == 0, "\(label)")
      #expect(theft.stolen.isComplete, "\(label)")
    }
  }

  @Test(
    "Copies of forests and networks are not called complete but approximations, with what held-out rows showed",
    arguments: 13..<MatrixTarget.makers.count)
  func approximate(number: Int) async throws {
    let target = try MatrixTarget.makers[number]()
    let theft = try await target.steal(AutomaticAttack(), budget: 600)
    #expect(!target.isExact && !theft.stolen.isComplete && theft.queries <= 600)
    #expect(theft.stolen.notes.contains { $0.contains("an approximation:") && $0.contains("rows held out") })
  }

  @Test(
    "The automatic choice is as good as every single attack with as many queries", .long,
    arguments: 0..<15)
  func single(number: Int) async throws {
    let target = try MatrixTarget.makers[number]()
    let own = try await target.steal(AutomaticAttack())
    let oracle = PipelineOracle(target.pipeline)
    var best: (id: String, theft: MatrixTarget.Theft)?
    for attack in ExtractionAttacks.builtIn.working(on: oracle.schema, oracle.capabilities)
    where !(attack is AutomaticAttack) {
      guard let theft = try? await target.steal(attack, budget: own.queries, knowsRows: false) else {
        continue
      }
      if theft.share < best?.theft.share ?? .infinity { best = (type(of: attack).card.id, theft) }
    }
    let other = try #require(best)
    print(
      "| \(target.name) | \(own.queries) | \(own.share) | \(own.stolen.isComplete) | \(other.id) | "
        + "\(other.theft.queries) | \(other.theft.share) |")
    #expect(own.share <= other.theft.share + 0.01)
    #expect(!own.stolen.isComplete || own.share == 0)
  }
}
