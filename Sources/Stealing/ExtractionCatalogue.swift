public import Learning
public import Querying

/// All attacks that copy a deployed model, in the order in which they are listed.
public enum ExtractionCatalogue {
  /// The attacks; a line here buys the command line and the conformance tests.
  public static let all: [any ExtractionAttack.Type] = [
    LogRatio.self, EquationSolving.self, GradientExplanation.self, NetworkExtraction.self,
    KernelExtraction.self, LowdMeek.self, RetrainAdaptive.self, RetrainLineSearch.self,
    RetrainUniform.self, JacobianAugmentation.self, LogitSVD.self, PathFinding.self,
    TopDown.self, AmazonCase.self, TreeReconstruction.self, AutomaticAttack.self,
  ]

  /// The attack with the given id and settings; `retrain:adaptive` is another spelling of `retrain-adaptive`.
  ///
  /// - Throws: ``StealingError/unknownMethod(kind:id:known:)`` or an error of the settings.
  public static func make(_ id: String, settings: MethodSettings = .none) throws -> any ExtractionAttack {
    let name = id.hasPrefix("retrain:") ? "retrain-" + id.dropFirst("retrain:".count) : id
    for type in all where type.card.id == name { return try type.configured(settings) }
    throw StealingError.unknownMethod(kind: "attack", id: id, known: all.map { $0.card.id })
  }

  /// Attacks that work on a model with this interface, the strongest first.
  public static func working(
    on schema: QuerySchema, _ capabilities: OracleCapabilities
  ) -> [any ExtractionAttack.Type] {
    all.filter { $0.missing(schema, capabilities) == nil }
  }

  /// Checks that an attack works on a model with this interface.
  ///
  /// - Throws: `QueryError.notOffered` with the attacks that do.
  public static func check(
    _ attack: any ExtractionAttack.Type, on schema: QuerySchema, _ capabilities: OracleCapabilities
  ) throws {
    guard let need = attack.missing(schema, capabilities) else { return }
    throw QueryError.notOffered(
      need: need, offer: capabilities.sentence,
      alternatives: working(on: schema, capabilities).map { $0.card.id })
  }
}

extension ExtractionAttack {
  /// The attack with settings put over its defaults.
  static func configured(_ settings: MethodSettings) throws -> any ExtractionAttack {
    try settings.applied(to: Self(), card: card)
  }
}

extension OracleCapabilities {
  /// What the oracle gives, in words.
  public var sentence: String {
    let answer =
      switch content {
      case .label: "the label only"
      case .confidence: "the label and its confidence"
      case .probabilities: "the probabilities of all classes"
      case .number: "a number"
      }
    return decimals.map { "\(answer), rounded to \($0) decimals" } ?? answer
  }
}
