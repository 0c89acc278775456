import Experiments

/// The statements on the theft of models, in the order of the table.
enum StealingStatements {
  /// All statements, with thefts repeated for these seeds, of which there is at least one.
  static func all(_ seeds: [UInt64]) -> [StealingStatement] {
    precondition(!seeds.isEmpty, "no seed")
    return
      (equations(seeds) + trees(seeds) + labels(seeds) + leaks(seeds) + counterfactuals(seeds)
      + defences(seeds)).inRowOrder()
  }
}
