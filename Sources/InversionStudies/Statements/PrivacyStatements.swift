import Experiments

/// The statements on privacy mechanisms, their accountants and audits, in the order of the table.
enum PrivacyStatements {
  /// All statements, with `models` dosage models for each budget and the others repeated for these seeds.
  static func all(_ seeds: [UInt64], models: Int) -> [PrivacyRow] {
    precondition(!seeds.isEmpty && models > 0, "no seed")
    return
      (dosage(firstSeed: seeds[0], models: models) + income(firstSeed: seeds[0], models: models) + accounts()
      + audits(seeds) + memGuard(seeds)).inRowOrder()
  }
}
