public import Learning

/// All detectors of theft, in the order in which they are listed.
public enum DetectorCatalogue {
  /// The detectors; a line here buys the command line and the conformance tests.
  public static let all: [any QueryDetector.Type] = [
    Prada.self, CalibratedPrada.self, Hoda.self, Seat.self, FeatureMMD.self, ExtractionMonitor.self,
    BudgetDetector.self,
  ]

  /// The detector with the given id and settings.
  ///
  /// - Throws: ``StealingError/unknownMethod(kind:id:known:)`` or an error of the settings.
  public static func make(_ id: String, settings: MethodSettings = .none) throws -> any QueryDetector {
    for type in all where type.card.id == id { return try type.configured(settings) }
    throw StealingError.unknownMethod(kind: "detector", id: id, known: all.map { $0.card.id })
  }

  /// The detector that a text such as `prada:delta=0.95` names.
  ///
  /// - Throws: as ``make(_:settings:)``.
  public static func make(specification: String) throws -> any QueryDetector {
    let (id, settings) = try methodSpecification(specification)
    return try make(id, settings: settings)
  }
}

extension QueryDetector {
  /// The detector with settings put over its defaults.
  static func configured(_ settings: MethodSettings) throws -> any QueryDetector {
    try settings.applied(to: Self(), card: card)
  }
}
