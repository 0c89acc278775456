public import Learning

/// All attacks on the training of a regression, in the order in which they are listed.
public enum AttackCatalogue {
  /// The attacks; a line here buys the command line and the conformance tests.
  public static let all: [any PoisoningAttack.Type] = [
    OptP.self, PointwiseOptP.self, GradientOptP.self, ConstrainedOptP.self, AdaptiveOptP.self, BGD.self,
    StatP.self, FarthestFlip.self, RandomRows.self,
  ]

  /// The attack with the given id and settings.
  ///
  /// - Throws: ``PoisoningError/unknownMethod(kind:id:known:)`` or an error of the settings.
  public static func make(_ id: String, settings: MethodSettings = .none) throws -> any PoisoningAttack {
    for type in all where type.card.id == id { return try type.configured(settings) }
    throw PoisoningError.unknownMethod(kind: "attack", id: id, known: all.map { $0.card.id })
  }
}

extension PoisoningAttack {
  /// The attack with settings put over its defaults.
  static func configured(_ settings: MethodSettings) throws -> any PoisoningAttack {
    try settings.applied(to: Self(), card: card)
  }
}
