import Datasets
import Experiments
import Tabular

/// The theft of a tree or forest through counterfactuals.
struct CounterfactualTheft: ReproducibleTheft {
  let dataset: String
  let trees: Int
  let maximumDepth: Int
  let seed: UInt64

  var experiment: Experiment {
    Experiment(
      dataset: dataset, model: "forest-\(trees)", attack: "tra", defence: "none",
      settings: ["depth": "\(maximumDepth)"], seed: seed)
  }

  func outcome(_ study: ExtractionStudy) async throws -> Outcome {
    var reader = TableReader()
    reader.hasHeader = dataset != "pima-diabetes"
    let table = try DataSource(dataset, searchPath: study.dataSearchPath).table(reader)
    let theft = try await TreeCounterfactualTheft.run(
      dataset, table, target: table.columns.last?.name ?? "", trees: trees, maximumDepth: maximumDepth,
      seed: seed)
    return Outcome(
      experiment,
      metrics: [
        "queries": Double(theft.queries), "leaves": Double(theft.leaves),
        "regions_found": Double(theft.regionsFound), "r_own": 1 - theft.agreementOnOwnRows,
        "r_test": 1 - theft.agreementOnTestRows, "r_unif": 1 - theft.agreementOnUniform,
        "r_test_constant": 1 - theft.constantOnTestRows, "r_unif_constant": 1 - theft.constantOnUniform,
      ])
  }
}

extension StealingStatements {
  /// Statements on explanations that give a model away.
  static func counterfactuals(_ seeds: [UInt64]) -> [StealingStatement] {
    let source = "Tree Reconstruction Attack, arXiv 2502.05325 (2025), and the example of its code"
    let setting = "Pima, three trees of depth 3; the example is COMPAS, which is not at hand"
    let thefts: StealingWork = { _ in
      seeds.map { CounterfactualTheft(dataset: "pima-diabetes", trees: 3, maximumDepth: 3, seed: $0) }
    }
    return [
      StealingStatement(
        row: 21, id: "tra-error", "nearest counterfactuals give a forest of three trees exactly",
        reference: Reference(.published, 0, source), unit: "share", judging: .anotherSetting,
        setting: setting, note: "The source says it of all trees and forests.", work: thefts,
        measure: StealingMeasure.worst("r_own", "r_test", "r_unif")),
      StealingStatement(
        row: 21, id: "tra-queries", "349 queries for a forest of three trees",
        reference: Reference(.published, 349, source), unit: "queries", judging: .anotherSetting,
        setting: setting, note: "The number grows with the regions of one label.", work: thefts,
        measure: StatementMeasure.metric("queries")),
    ]
  }
}
