public import Methods

extension Catalogue where Element == any PoisoningAttack {
  /// Adds an attack, in place of one with the same id.
  public mutating func add<M: PoisoningAttack>(_ method: M.Type) { add(method) { $0 } }
}

/// Attacks on the training of a regression.
public enum PoisoningAttacks {
  /// The ones that come with the package, in the order in which they are listed.
  public static let builtIn: Catalogue<any PoisoningAttack> = {
    let types: [any PoisoningAttack.Type] = [
      OptP.self, PointwiseOptP.self, GradientOptP.self, ConstrainedOptP.self, AdaptiveOptP.self, BGD.self,
      StatP.self, FarthestFlip.self, RandomRows.self,
    ]
    var catalogue = Catalogue<any PoisoningAttack>(of: "attack")
    for type in types { catalogue.add(type) }
    return catalogue
  }()
}
