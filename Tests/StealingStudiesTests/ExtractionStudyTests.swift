import Datasets
import Foundation
import Learning
import LinearAlgebra
import Methods
import Querying
import Stealing
import Tabular
import TestSupport
import Testing

import Experiments
@testable import StealingStudies

/// Published figures of Tramèr et al. (USENIX Security 2016) on real data, in a small version; the whole tables run
/// with `BEZOAR_LONG_TESTS`.
@Suite("Thefts of published models")
struct ExtractionStudyTests {
  private static let searchPath = DataSearchPath(folders: TestData.folders, home: "Datasets")
  private static let tables = [
    "mushrooms.csv", "adult.csv", "pima-diabetes.csv", "breast-cancer-wisconsin.csv", "steak.csv",
  ]

  private func study(_ uniformRows: Int = 2000) -> ExtractionStudy {
    BLASRuntime.setThreads(1)
    return ExtractionStudy(searchPath: Self.searchPath, uniformRows: uniformRows)
  }

  /// Queries for a number of queries per unknown of a linear model.
  private func budget(
    _ study: ExtractionStudy, _ data: VictimData, _ alpha: Double, model: VictimModel? = nil
  ) async throws -> Int {
    let victim = try await study.victim(data, model ?? .linear(data), seed: 1)
    return Int(alpha * Double(victim.linearUnknowns))
  }

  @Test("Digits: 65 queries by the log-ratio, 650 by the cross entropy, nothing left over")
  func digits() async throws {
    let study = study(FidelityReport.uniformRows)
    let fast = try await study.run(ExtractionCell(.digits, attack: "log-ratio"))
    #expect(fast.report.queries == 65 && fast.report.ledger.billed == 65)
    #expect(fast.report.test?.labels == 0 && fast.report.uniform.labels == 0)
    #expect(try #require(fast.report.uniform.totalVariation) <= 1e-12)
    let published = try await study.run(ExtractionCell(.digits, attack: "equation"))
    #expect(published.report.queries == 650)
    #expect(published.report.test?.labels == 0 && published.report.uniform.labels == 0)
    #expect(try #require(published.report.uniform.totalVariation) <= 1e-6)
  }

  @Test("generated sets: d + 1 queries", arguments: [VictimData.circles, .moons])
  func generated(data: VictimData) async throws {
    try await binary(data, study())
  }

  private func binary(_ data: VictimData, _ study: ExtractionStudy) async throws {
    let columns = try await study.victim(data, .linear(data), seed: 1).pipeline.features.space.count
    let result = try await study.run(ExtractionCell(data, attack: "equation"))
    #expect(result.report.queries == columns + 1)
    #expect(result.report.test?.labels == 0 && result.report.uniform.labels == 0)
    #expect(try #require(result.report.test?.totalVariation) <= 1e-9)
    #expect(try #require(result.report.uniform.totalVariation) <= 1e-9)
    let search = try await study.run(
      ExtractionCell(data, attack: "lowd-meek", budget: 50 * (columns + 1), content: .label))
    #expect(search.stolen.isComplete)
    #expect(search.report.test?.labels == 0 && search.report.uniform.labels == 0, "\(data)")
  }

  @Test(
    "Pima and Breast Cancer: d + 1 queries, and Lowd-Meek within 50 (d + 1)",
    .needs(tables))
  func smallTables() async throws {
    let study = study()
    for data in [VictimData.pima, .breastCancer] { try await binary(data, study) }
  }

  @Test("Mushrooms and Adult by equations: the published agreement", .needs(tables), .long)
  func largeTables() async throws {
    let study = study(FidelityReport.uniformRows)
    for data in [VictimData.mushrooms, .adultIncome] { try await binary(data, study) }
  }

  @Test(
    "Adult-Race: table 4 at every budget", .needs(tables), .long)
  func adultRace() async throws {
    let study = study(FidelityReport.uniformRows)
    // Published agreement on test and uniform rows for queries per unknown.
    let linear = [(0.5, 0.9996, 0.9975), (1.0, 1.0, 1.0)]
    for (model, link) in [(VictimModel.softmax(strength: 1), "softmax"), (.oneVsRest, "one-vs-rest")] {
      for (alpha, test, uniform) in linear {
        let result = try await study.run(
          ExtractionCell(
            .adultRace, model, attack: "equation", settings: ["link=\(link)"], budget: Int(alpha * 530)))
        #expect(try #require(result.report.test?.fidelity) >= test - (alpha < 1 ? 0.001 : 0))
        #expect(try #require(result.report.uniform.fidelity) >= uniform - (alpha < 1 ? 0.001 : 0))
      }
    }
    let network = [(0.5, 0.9817, 0.9432), (1, 0.9868, 0.9723), (2, 0.9989, 0.9982), (5, 0.9996, 0.9999)]
    for (alpha, test, uniform) in network {
      let result = try await study.run(
        ExtractionCell(
          .adultRace, .network(hidden: 20, activation: .tanh), attack: "mlp", settings: ["queryFactor=5"],
          budget: Int(alpha * 2225)))
      #expect(result.report.unknowns == 2225)
      #expect(try #require(result.report.test?.fidelity) >= test - (alpha < 2 ? 0.005 : 0))
      #expect(try #require(result.report.uniform.fidelity) >= uniform - (alpha < 2 ? 0.005 : 0))
    }
  }

  @Test(
    "the width of a network on Digits and its last layer, which four decimals hide", arguments: [4, 6, 8])
  func singularValues(hidden: Int) async throws {
    let study = study(200)
    let model = VictimModel.network(hidden: hidden, activation: .tanh)
    let result = try await study.run(ExtractionCell(.digits, model, attack: "svd"))
    #expect(result.extras["hidden_width"] == Double(hidden))
    #expect(try #require(result.extras["layer_rms"]) <= 1e-6)
    let rounded = try await study.run(ExtractionCell(.digits, model, attack: "svd", decimals: 4))
    #expect(rounded.extras["hidden_width"] == nil)
  }

  @Test("rounding to five decimals does no harm at two queries per unknown; two decimals still beat labels")
  func rounding() async throws {
    let study = study()
    let queries = try await budget(study, .iris, 2)
    func run(_ attack: String, _ content: AnswerContent, _ decimals: Int?, _ alpha: Int) async throws
      -> Double
    {
      let result = try await study.run(
        ExtractionCell(
          .iris, attack: attack, budget: alpha * queries / 2, content: content, decimals: decimals))
      return try #require(result.report.uniform.labels)
    }
    #expect(try await run("equation", .probabilities, 5, 2) <= 1e-3)
    let coarse = try await run("equation", .probabilities, 2, 5)
    #expect(coarse < 0.02)
    #expect(try await run("retrain-adaptive", .label, nil, 5) > 2 * coarse)
  }

  @Test(
    "labels only on binary sets, twenty per unknown: over the same models adaptive is at least as good as uniform",
    .needs(tables))
  func adaptive() async throws {
    let study = study()
    let sets = TestData.runsLong ? VictimData.binary : [.pima, .breastCancer, .circles, .moons]
    // Over several seeds, as one set of models may come out the other way round.
    let seeds: [UInt64] = [1, 2, 3]
    func mean(_ attack: String) async throws -> Double {
      var sum = 0.0
      for data in sets {
        let queries = try await budget(study, data, 20)
        for seed in seeds {
          let result = try await study.run(
            ExtractionCell(data, attack: attack, budget: queries, content: .label, seed: seed))
          sum += try #require(result.report.test?.labels)
        }
      }
      return sum / Double(sets.count * seeds.count)
    }
    let (adaptive, uniform) = (try await mean("retrain-adaptive"), try await mean("retrain-uniform"))
    // The published error of uniform retraining, figure 4; whether adaptive reaches 1 % is a statement of the report.
    #expect(adaptive <= 0.024)
    #expect(adaptive <= uniform)
  }

  @Test(
    "labels only on sets of several classes: figure 5 within a factor of two",
    .needs(tables), .long)
  func labelCurve() async throws {
    let study = study()
    for (alpha, published) in [(1.0, 0.20), (5, 0.031), (20, 0.0013)] {
      var sum = 0.0
      for data in VictimData.multiclass {
        let result = try await study.run(
          ExtractionCell(
            data, attack: "retrain-adaptive", budget: try await budget(study, data, alpha), content: .label))
        sum += try #require(result.report.test?.labels)
      }
      #expect(sum / Double(VictimData.multiclass.count) <= 2 * published)
    }
  }

  @Test(
    "kernel regression gives away rows close to its training data",
    .long)
  func representers() async throws {
    let result = try await study(1000).run(
      ExtractionCell(.digits, .kernel(representers: 20), attack: "kernel", budget: 5000))
    #expect(result.report.unknowns == 20 * (10 + 64) + 10)
    #expect(
      try #require(result.extras["representer_l1"])
        < (try #require(result.extras["representer_l1_by_chance"])))
  }

  @Test("generated sets have the shapes of the literature")
  func shapes() throws {
    for (data, rows, columns, classes) in [
      (VictimData.circles, 5000, 2, 2), (.moons, 5000, 2, 2), (.blobs, 5000, 2, 3), (.fiveClass, 1000, 20, 5),
      (.digits, 1797, 64, 10), (.iris, 150, 4, 3),
    ] {
      let design = try data.design(searchPath: Self.searchPath, seed: 1)
      #expect(design.rows.rows == rows && design.rows.columns == columns)
      #expect(design.classes.count == classes)
      #expect(design.rows.elements.allSatisfy { (-1.0...1.0).contains($0) })
    }
  }
}
