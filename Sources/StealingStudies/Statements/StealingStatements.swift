import Experiments

/// The published statements on the theft of models, in the order of the table.
enum StealingStatements {
  /// All statements, with thefts repeated for these seeds, of which there is at least one.
  static func all(_ seeds: [UInt64]) -> [StealingStatement] {
    precondition(!seeds.isEmpty, "no seed")
    let statements =
      equations(seeds) + trees(seeds) + labels(seeds) + leaks(seeds) + counterfactuals(seeds)
      + defences(seeds)
    return statements.enumerated().sorted { ($0.element.row, $0.offset) < ($1.element.row, $1.offset) }
      .map(\.element)
  }
}
