public import Methods

extension Catalogue where Element == any PrivateMechanism {
  /// Adds a mechanism, in place of one with the same id.
  public mutating func add<M: PrivateMechanism>(_ method: M.Type) { add(method) { $0 } }
}

/// Private trainings of tables.
public enum PrivateMechanisms {
  /// The ones that come with the package, in the order in which they are listed.
  public static let builtIn: Catalogue<any PrivateMechanism> = {
    let types: [any PrivateMechanism.Type] = [
      ObjectiveTraining.self, OutputTraining.self, FunctionalTraining.self, SufficientStatisticsTraining.self,
      TreeTraining.self, DescentTraining.self,
    ]
    var catalogue = Catalogue<any PrivateMechanism>(of: "mechanism")
    for type in types { catalogue.add(type) }
    return catalogue
  }()
}
