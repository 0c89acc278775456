public import Methods

extension Catalogue where Element == any ResponseGuard {
  /// Adds a guard, in place of one with the same id.
  public mutating func add<M: ResponseGuard>(_ method: M.Type) { add(method) { $0 } }
}

/// Guards of answers.
public enum ResponseGuards {
  /// The ones that come with the package, in the order in which they are listed.
  public static let builtIn: Catalogue<any ResponseGuard> = {
    let types: [any ResponseGuard.Type] = [
      Rounding.self, LabelOnly.self, TopK.self, HighConfidenceCut.self, GaussianNoise.self,
      ReverseSigmoid.self,
      PredictionPoisoning.self, AdaptiveMisinformation.self, BoundaryPrivacy.self, DawnWatermark.self,
      MemGuard.self, HampOutputs.self, ProofOfWork.self, InputDomain.self, QueryBudget.self, RateLimit.self,
    ]
    var catalogue = Catalogue<any ResponseGuard>(of: "guard")
    for type in types { catalogue.add(type) }
    return catalogue
  }()
}

extension Catalogue where Element == any ResponseGuard {
  /// The guards that texts such as `rounding:decimals=3` name, set up for a service in the same order.
  ///
  /// - Throws: as ``Catalogue/make(specification:)`` and ``ResponseGuard/prepared(for:)``.
  public func prepared(
    _ specifications: [String], for context: ServiceContext
  ) throws -> [any PreparedGuard] {
    try specifications.map { try make(specification: $0).prepared(for: context) }
  }
}
