public import Learning

/// All defences of a regression's training, in the order in which they are listed.
public enum DefenceCatalogue {
  /// The defences; a line here buys the command line and the conformance tests.
  public static let all: [any PoisoningDefence.Type] = [
    NoDefence.self, Trim.self, PlainTrim.self, IteratedTrim.self, RONI.self, RANSACDefence.self,
    HuberDefence.self, Chen.self, TrimmedSquaresDefence.self, Sever.self, RangeCheck.self, SphereSlab.self,
  ]

  /// The defence with the given id and settings.
  ///
  /// - Throws: ``PoisoningError/unknownMethod(kind:id:known:)`` or an error of the settings.
  public static func make(
    _ id: String, settings: MethodSettings = .none
  ) throws -> any PoisoningDefence {
    for type in all where type.card.id == id { return try type.configured(settings) }
    throw PoisoningError.unknownMethod(kind: "defence", id: id, known: all.map { $0.card.id })
  }
}

extension PoisoningDefence {
  /// The defence with settings put over its defaults.
  static func configured(_ settings: MethodSettings) throws -> any PoisoningDefence {
    try settings.applied(to: Self(), card: card)
  }
}
