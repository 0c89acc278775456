import Experiments

/// The statements on attacks on privacy, in the order of the table.
enum InversionStatements {
  /// Where statements come from; a new subject is a line here.
  static let providers: [@Sendable (_ seeds: [UInt64]) -> [InversionStatement]] = [
    dosage, trees, income, membership, defences, reconstruction, faces,
  ]

  /// All statements, with experiments repeated for these seeds, of which there is at least one.
  static func all(_ seeds: [UInt64]) -> [InversionStatement] {
    precondition(!seeds.isEmpty, "no seed")
    return providers.flatMap { $0(seeds) }.inRowOrder()
  }
}
