public import Methods

extension Catalogue where Element == any InversionAttack {
  /// Adds an attack, in place of one with the same id.
  public mutating func add<M: InversionAttack>(_ method: M.Type) { add(method) { $0 } }
}

/// Attacks on an attribute of people.
public enum AttributeAttacks {
  /// The ones that come with the package, in the order in which they are listed.
  public static let builtIn: Catalogue<any InversionAttack> = {
    let types: [any InversionAttack.Type] = [
      MarginalInversion.self, TreeCounts.self, TreeAgreement.self, ConfidenceInversion.self,
      LabelInversion.self, ModeBaseline.self, Imputation.self,
    ]
    var catalogue = Catalogue<any InversionAttack>(of: "attack")
    for type in types { catalogue.add(type) }
    return catalogue
  }()
}
