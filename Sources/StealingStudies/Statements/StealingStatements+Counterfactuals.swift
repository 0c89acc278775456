import Experiments
import Tabular

/// The theft of a tree or forest through counterfactuals.
struct CounterfactualTheft: ReproducibleTheft {
  let dataset: String
  let trees: Int
  let maximumDepth: Int
  let seed: UInt64

  var key: String { "tra \(dataset) \(trees) \(maximumDepth) \(seed)" }

  func outcome(_ study: ExtractionStudy) async throws -> Outcome {
    var reader = TableReader()
    reader.hasHeader = dataset != "pima-diabetes"
    let table = try DataSource(dataset, searchPath: study.dataSearchPath).table(reader)
    let theft = try await TreeCounterfactualTheft.run(
      dataset, table, target: table.columns.last?.name ?? "", trees: trees, maximumDepth: maximumDepth,
      seed: seed)
    return Outcome(
      dataset: dataset, model: "forest-\(trees)", attack: "tra", defence: "none", rate: 0, seed: seed,
      metrics: [
        "queries": Double(theft.queries), "leaves": Double(theft.leaves),
        "regions_found": Double(theft.regionsFound), "r_test": 1 - theft.agreementOnRows,
        "r_unif": 1 - theft.agreementOnUniform,
      ])
  }
}

extension StealingStatements {
  /// Statements on explanations that give a model away.
  static func counterfactuals(_ seeds: [UInt64]) -> [StealingStatement] {
    let source = "Tree Reconstruction Attack, arXiv 2502.05325 (2025), and the example of its code"
    let thefts: @Sendable (ExtractionStudy) async throws -> [any ReproducibleTheft] = { _ in
      seeds.map { CounterfactualTheft(dataset: "pima-diabetes", trees: 3, maximumDepth: 3, seed: $0) }
    }
    return [
      StealingStatement(
        row: 21, id: "tra-error", statement: "nearest counterfactuals give a forest of three trees exactly",
        source: source, published: 0, unit: "share", expectation: Expectation(0...0, stronger: .lower),
        note: "Pima, trees of depth 3; the example is COMPAS, which is not at hand.", work: thefts,
        measure: StealingMeasure.worst("r_test", "r_unif")),
      StealingStatement(
        row: 21, id: "tra-queries", statement: "349 queries for a forest of three trees", source: source,
        published: 349, unit: "queries", expectation: Expectation(174...698, stronger: .lower),
        note:
          "Another data set and forest: the number grows with the regions of one label, the kind is compared.",
        work: thefts, measure: StatementMeasure.metric("queries")),
    ]
  }
}
