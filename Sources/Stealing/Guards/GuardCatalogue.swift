public import Learning

/// All guards of answers, in the order in which they are listed.
public enum GuardCatalogue {
  /// The guards; a line here buys the command line and the conformance tests.
  public static let all: [any ResponseGuard.Type] = [
    Rounding.self, LabelOnly.self, TopK.self, HighConfidenceCut.self, GaussianNoise.self, ReverseSigmoid.self,
    PredictionPoisoning.self, AdaptiveMisinformation.self, BoundaryPrivacy.self, DawnWatermark.self,
    MemGuard.self, HampOutputs.self,
    ProofOfWork.self, InputDomain.self, QueryBudget.self, RateLimit.self,
  ]

  /// The guard with the given id and settings.
  ///
  /// - Throws: ``StealingError/unknownMethod(kind:id:known:)`` or an error of the settings.
  public static func make(_ id: String, settings: MethodSettings = .none) throws -> any ResponseGuard {
    for type in all where type.card.id == id { return try type.configured(settings) }
    throw StealingError.unknownMethod(kind: "guard", id: id, known: all.map { $0.card.id })
  }

  /// The guard that a text such as `rounding:decimals=3` or `reverse-sigmoid:beta=1,gamma=0.1` names.
  ///
  /// - Throws: as ``make(_:settings:)``.
  public static func make(specification: String) throws -> any ResponseGuard {
    let (id, settings) = try methodSpecification(specification)
    return try make(id, settings: settings)
  }

  /// The guards that texts name, set up for a service in the same order.
  ///
  /// - Throws: as ``make(_:settings:)`` and ``ResponseGuard/prepared(for:)``.
  public static func prepared(
    _ specifications: [String], for context: ServiceContext
  ) throws -> [any PreparedGuard] {
    try specifications.map { try make(specification: $0).prepared(for: context) }
  }
}

/// The id and the settings in a text of the form `id:name=value,name=value`.
///
/// - Throws: `MethodSettingsError` for a setting that is no pair.
func methodSpecification(_ text: String) throws -> (id: String, settings: MethodSettings) {
  let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
  let pairs = parts.count > 1 ? parts[1].split(separator: ",").map(String.init) : []
  return (String(parts[0]), try MethodSettings(pairs))
}

extension ResponseGuard {
  /// The guard with settings put over its defaults.
  static func configured(_ settings: MethodSettings) throws -> any ResponseGuard {
    try settings.applied(to: Self(), card: card)
  }
}
