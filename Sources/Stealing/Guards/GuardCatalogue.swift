public import Learning

/// All guards of answers, in the order in which they are listed.
public enum GuardCatalogue {
  /// The guards; a line here buys the command line and the conformance tests.
  public static let all: [any ResponseGuard.Type] = [
    Rounding.self, LabelOnly.self, TopK.self, HighConfidenceCut.self, GaussianNoise.self, ReverseSigmoid.self,
    PredictionPoisoning.self, AdaptiveMisinformation.self, BoundaryPrivacy.self, DawnWatermark.self,
    ProofOfWork.self, InputDomain.self, QueryBudget.self, RateLimit.self,
  ]

  /// The guard with the given id and settings.
  ///
  /// - Throws: ``StealingError/unknownMethod(kind:id:known:)`` or an error of the settings.
  public static func make(_ id: String, settings: MethodSettings = .none) throws -> any ResponseGuard {
    for type in all where type.card.id == id { return try type.configured(settings) }
    throw StealingError.unknownMethod(kind: "guard", id: id, known: all.map { $0.card.id })
  }
}

extension ResponseGuard {
  /// The guard with settings put over its defaults.
  static func configured(_ settings: MethodSettings) throws -> any ResponseGuard {
    try settings.applied(to: Self(), card: card)
  }
}
