public import Methods

extension Catalogue where Element == any PoisoningDefence {
  /// Adds a defence, in place of one with the same id.
  public mutating func add<M: PoisoningDefence>(_ method: M.Type) { add(method) { $0 } }
}

/// Defences of a regression's training.
public enum TrainingDefences {
  /// The ones that come with the package, in the order in which they are listed.
  public static let builtIn: Catalogue<any PoisoningDefence> = {
    let types: [any PoisoningDefence.Type] = [
      NoDefence.self, Trim.self, PlainTrim.self, IteratedTrim.self, RONI.self, RANSACDefence.self,
      HuberDefence.self, Chen.self, TrimmedSquaresDefence.self, Sever.self, RangeCheck.self, SphereSlab.self,
    ]
    var catalogue = Catalogue<any PoisoningDefence>(of: "defence")
    for type in types { catalogue.add(type) }
    return catalogue
  }()
}
