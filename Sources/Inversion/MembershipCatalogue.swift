public import Learning

/// All attacks on membership, in the order in which they are listed.
public enum MembershipCatalogue {
  /// The attacks; a line here buys the command line and the conformance tests.
  public static let all: [any MembershipAttack.Type] = [
    GapAttack.self, LossThreshold.self, EntropyThreshold.self, ShadowAttack.self, LikelihoodRatio.self,
    RelativeRatio.self, LabelOnly.self,
  ]

  /// The attack with the given id and settings.
  ///
  /// - Throws: ``InversionError/unknownMethod(id:known:)`` or an error of the settings.
  public static func make(_ id: String, settings: MethodSettings = .none) throws -> any MembershipAttack {
    for type in all where type.card.id == id { return try type.configured(settings) }
    throw InversionError.unknownMethod(id: id, known: all.map { $0.card.id })
  }
}

extension MembershipAttack {
  /// The attack with settings put over its defaults.
  static func configured(_ settings: MethodSettings) throws -> any MembershipAttack {
    try settings.applied(to: Self(), card: card)
  }
}
