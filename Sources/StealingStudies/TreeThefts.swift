import Datasets
import Experiments
import Tabular

/// The theft of a named tree.
struct NamedTreeTheft: ReproducibleTheft {
  let tree: TreeVictim.Named
  let attack: TreeAttack
  var decimals: Int?
  let seed: UInt64

  var experiment: Experiment {
    Experiment(
      dataset: tree.rawValue, model: tree.model, attack: attack.id,
      defence: decimals.map { "rounding-\($0)" } ?? "none", settings: attack.settings, seed: seed)
  }

  func outcome(_ study: ExtractionStudy) async throws -> Outcome {
    let victim = try TreeVictim.named(tree, searchPath: study.dataSearchPath, seed: seed)
    let theft = try await TreeTheft.run(victim, attack, decimals: decimals, seed: seed)
    return Outcome(
      experiment,
      metrics: [
        "queries": Double(theft.queries), "incomplete_queries": Double(theft.incompleteQueries),
        "r_own": 1 - theft.agreementOnOwnRows, "r_test": 1 - theft.agreementOnTestRows,
        "r_unif": 1 - theft.agreementOnUniform, "r_test_constant": 1 - theft.constantOnTestRows,
        "r_unif_constant": 1 - theft.constantOnUniform, "leaves": Double(theft.leaves),
        "answers": Double(theft.uniqueNames), "depth": Double(theft.depth),
        "leaves_found": Double(theft.leavesFound), "missed_rows": Double(theft.missedRows),
        "missed_uniform": Double(theft.missedUniform), "equivalent": theft.isEquivalent ? 1 : 0,
      ])
  }
}

extension TreeVictim.Named {
  /// Its name in results; how many leaves it has depends on the rows that it is grown on.
  var model: String { self == .diabetes ? "regression-tree" : "tree" }
}

/// The theft of a model with bins through incomplete queries.
struct BinnedTheft: ReproducibleTheft {
  let dataset: String
  let target: String
  let bins: Int
  let seed: UInt64

  var experiment: Experiment {
    Experiment(dataset: dataset, model: "bins-\(bins)", attack: "amazon", defence: "none", seed: seed)
  }

  func outcome(_ study: ExtractionStudy) async throws -> Outcome {
    let table =
      try VictimData(rawValue: dataset) == .circles
      ? VictimData.circles.synthetic(seed: seed)
      : DataSource(dataset, searchPath: study.dataSearchPath).table(TableReader())
    let theft = try await TreeAmazonTheft.run(dataset, table, target: target, bins: bins, seed: seed)
    return Outcome(
      experiment,
      metrics: [
        "queries": Double(theft.queries), "r_own": 1 - theft.agreementOnOwnRows,
        "r_test": 1 - theft.agreementOnTestRows, "r_unif": 1 - theft.agreementOnUniform,
        "r_test_constant": 1 - theft.constantOnTestRows, "r_unif_constant": 1 - theft.constantOnUniform,
        "indicators": Double(theft.indicators),
      ])
  }
}
