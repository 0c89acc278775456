public import Methods

extension Catalogue where Element == any MembershipAttack {
  /// Adds an attack, in place of one with the same id.
  public mutating func add<M: MembershipAttack>(_ method: M.Type) { add(method) { $0 } }
}

/// Attacks on membership in the training data.
public enum MembershipAttacks {
  /// The ones that come with the package, in the order in which they are listed.
  public static let builtIn: Catalogue<any MembershipAttack> = {
    let types: [any MembershipAttack.Type] = [
      GapAttack.self, LossThreshold.self, EntropyThreshold.self, ShadowAttack.self, LikelihoodRatio.self,
      RelativeRatio.self, LabelOnly.self,
    ]
    var catalogue = Catalogue<any MembershipAttack>(of: "attack")
    for type in types { catalogue.add(type) }
    return catalogue
  }()
}
