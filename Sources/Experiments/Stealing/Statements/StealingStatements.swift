/// The published statements on the theft of models, in the order of the table.
enum StealingStatements {
  /// All statements, with thefts repeated for these seeds.
  static func all(_ seeds: [UInt64]) -> [StealingStatement] {
    (equations(seeds) + labels(seeds) + leaks(seeds)).sorted { $0.row < $1.row }
  }
}
