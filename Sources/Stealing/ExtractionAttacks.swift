public import Methods
public import Querying

extension Catalogue where Element == any ExtractionAttack {
  /// Adds an attack, in place of one with the same id.
  public mutating func add<M: ExtractionAttack>(_ method: M.Type) { add(method) { $0 } }
}

/// Attacks that copy a deployed model.
public enum ExtractionAttacks {
  /// The ones that come with the package, in the order in which they are listed.
  public static let builtIn: Catalogue<any ExtractionAttack> = {
    let types: [any ExtractionAttack.Type] = [
      LogRatio.self, EquationSolving.self, GradientExplanation.self, NetworkExtraction.self,
      KernelExtraction.self, LowdMeek.self, RetrainAdaptive.self, RetrainLineSearch.self,
      RetrainUniform.self, JacobianAugmentation.self, LogitSVD.self, PathFinding.self,
      TopDown.self, AmazonCase.self, TreeReconstruction.self, AutomaticAttack.self,
    ]
    var catalogue = Catalogue<any ExtractionAttack>(of: "attack")
    for type in types { catalogue.add(type) }
    return catalogue
  }()
}

extension Catalogue where Element == any ExtractionAttack {
  /// Attacks that work on a model with this interface, the strongest first.
  public func working(
    on schema: QuerySchema, _ capabilities: OracleCapabilities
  ) -> [any ExtractionAttack] {
    methods.filter { type(of: $0).missing(schema, capabilities) == nil }
  }

  /// Checks that an attack works on a model with this interface.
  ///
  /// - Throws: `QueryError.notOffered` with the attacks that do.
  public func check(
    _ attack: any ExtractionAttack.Type, on schema: QuerySchema, _ capabilities: OracleCapabilities
  ) throws {
    guard let need = attack.missing(schema, capabilities) else { return }
    throw QueryError.notOffered(
      need: need, offer: capabilities.sentence,
      alternatives: working(on: schema, capabilities).map { type(of: $0).card.id })
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
