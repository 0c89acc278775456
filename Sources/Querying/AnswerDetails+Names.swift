extension AnswerDetails {
  /// The details with their names on a command line.
  public static let names: [(name: String, details: AnswerDetails)] = [
    ("nodes", .nodes), ("gradients", .gradients),
    ("counterfactuals", [.counterfactuals, .boundedCounterfactuals]),
  ]

  /// The details of a list of names separated by commas; none for nil.
  ///
  /// - Throws: ``QueryError/unknownDetail(_:known:)``.
  public init(names list: String?) throws {
    self = []
    for name in list?.split(separator: ",") ?? [] {
      guard let known = Self.names.first(where: { $0.name == name }) else {
        throw QueryError.unknownDetail(String(name), known: Self.names.map(\.name))
      }
      insert(known.details)
    }
  }
}
