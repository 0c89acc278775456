public import Learning

/// All attacks on an attribute, in the order in which they are listed.
public enum InversionCatalogue {
  /// The attacks; a line here buys the command line and the conformance tests.
  public static let all: [any InversionAttack.Type] = [
    MarginalInversion.self, TreeCounts.self, TreeAgreement.self, ConfidenceInversion.self,
    LabelInversion.self,
    ModeBaseline.self, Imputation.self,
  ]

  /// The attack with the given id and settings.
  ///
  /// - Throws: ``InversionError/unknownMethod(id:known:)`` or an error of the settings.
  public static func make(_ id: String, settings: MethodSettings = .none) throws -> any InversionAttack {
    for type in all where type.card.id == id { return try type.configured(settings) }
    throw InversionError.unknownMethod(id: id, known: all.map { $0.card.id })
  }
}

extension InversionAttack {
  /// The attack with settings put over its defaults.
  static func configured(_ settings: MethodSettings) throws -> any InversionAttack {
    try settings.applied(to: Self(), card: card)
  }
}
