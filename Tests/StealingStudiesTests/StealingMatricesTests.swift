import Experiments
import Guarding
import Learning
import LinearAlgebra
import Reporting
import Testing

@testable import StealingStudies

@Suite("Guards and detectors beside attacks, on a small model")
struct StealingMatricesTests {
  @Test("All of iris, from thefts to tables and curves")
  func iris() async throws {
    let study = ExtractionStudy(searchPath: StudiedModel.searchPath)
    let result = try #require(try await StealingMatrices(study: study, seeds: [1]).result(.iris))
    let again = try #require(try await StealingMatrices(study: study, seeds: [1]).result(.iris))
    #expect(result.outcomes == again.outcomes && result.curves == again.curves)

    // Waiting is what a limited rate costs, and nothing else.
    let limited = result.outcomes.matching(defence: "rate-limit")
    let free = result.outcomes.matching(defence: "none")
    for attack in StealingMatrices.attacks {
      let (one, other) = (limited.matching(attack: attack), free.matching(attack: attack))
      #expect(one.first?.metrics["fidelity_uniform"] == other.first?.metrics["fidelity_uniform"])
      #expect(one.first?.metrics["waited_seconds"] != nil && one.first?.metrics["honest_refusals"] == 0)
    }
    let guards = StealingReport.guards(result.outcomes, dataset: "iris")
    #expect(guards.rows.map { $0[0].text }.contains("rate-limit"))
    let detectors = StealingReport.detectors(result.outcomes, dataset: "iris")
    #expect(detectors.columns.map(\.title).contains("area under the curve"))
    #expect(Set(result.curves.map(\.detector)) == Set(detectors.rows.map { $0[0].text }))
    for curve in result.curves {
      #expect(
        curve.points.allSatisfy { (0...1).contains($0.falseAlarmRate) && (0...1).contains($0.detectionRate) })
    }
  }
}
