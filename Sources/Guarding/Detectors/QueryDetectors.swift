public import Methods

extension Catalogue where Element == any QueryDetector {
  /// Adds a detector, in place of one with the same id.
  public mutating func add<M: QueryDetector>(_ method: M.Type) { add(method) { $0 } }
}

/// Detectors of extraction in streams of queries.
public enum QueryDetectors {
  /// The ones that come with the package, in the order in which they are listed.
  public static let builtIn: Catalogue<any QueryDetector> = {
    let types: [any QueryDetector.Type] = [
      Prada.self, CalibratedPrada.self, Hoda.self, Seat.self, FeatureMMD.self, ExtractionMonitor.self,
      BudgetDetector.self,
    ]
    var catalogue = Catalogue<any QueryDetector>(of: "detector")
    for type in types { catalogue.add(type) }
    return catalogue
  }()
}
