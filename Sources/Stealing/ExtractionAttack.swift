public import Learning
public import LinearAlgebra
public import Querying
public import Tabular

/// Something that an attack found out besides a model, such as a width or a layer.
public struct Finding: Sendable, Hashable, Codable {
  /// What was found.
  public enum Value: Sendable, Hashable, Codable {
    case number(Double)
    case matrix(Matrix)
  }

  /// Stable lower-case name.
  public let name: String
  /// What it means, with its unit or shape.
  public let meaning: String
  /// The number or the matrix.
  public let value: Value

  /// A finding.
  public init(_ name: String, _ value: Value, meaning: String) {
    self.name = name
    self.meaning = meaning
    self.value = value
  }
}

/// What an attack took from a model: a model of its own on the same columns.
public struct StolenModel: Sendable, Hashable {
  /// The stolen model, with the encoding that the attacker made of what it knows of the columns.
  public let pipeline: Pipeline
  /// Unknowns that the attack solved for; nil where that has no meaning.
  public let unknowns: Int?
  /// Whether the attack says that nothing is left to find.
  public let isComplete: Bool
  /// What the attack found out besides, and what it gave up on, one sentence each.
  public let notes: [String]
  /// Numbers and matrices that the attack found besides; empty for most attacks.
  public let findings: [Finding]

  /// A stolen model.
  public init(
    _ pipeline: Pipeline, unknowns: Int? = nil, isComplete: Bool = true, notes: [String] = [],
    findings: [Finding] = []
  ) {
    self.pipeline = pipeline
    self.findings = findings
    self.unknowns = unknowns
    self.isComplete = isComplete
    self.notes = notes
  }

  /// A stolen model on the columns of a schema, encoded by `features`.
  ///
  /// - Throws: `ModelError` if model and encoding do not fit together.
  public init(
    _ model: FittedModel, features: FeatureEncoder, schema: QuerySchema, unknowns: Int? = nil,
    isComplete: Bool = true, notes: [String] = [], findings: [Finding] = []
  ) throws {
    let target: Pipeline.Target =
      switch schema.target {
      case .number: .number(name: "prediction")
      case .classes(let names): .classes(name: "prediction", labels: names)
      }
    self.init(
      try Pipeline(features: features, target: target, model: model), unknowns: unknowns,
      isComplete: isComplete, notes: notes, findings: findings)
  }
}

/// An attack that copies a deployed model by asking it.
///
/// One attack is one file: a struct whose stored properties are its parameters (named as on its card), a card, and
/// `steal`. A line in ``ExtractionCatalogue`` makes it known to the command line and to the conformance tests. It
/// sees the model only through the session; the session counts, remembers and keeps the budget.
public protocol ExtractionAttack: Sendable, Codable {
  /// Identity, source and parameters.
  static var card: MethodCard { get }
  /// What is missing for the attack on a model with this interface, in words such as "the probabilities of all
  /// classes"; nil if nothing is.
  static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String?
  /// The attack with its default parameters.
  init()
  /// Asks and learns. An attack whose number of queries is free uses what is left of the session's budget, or a
  /// default from its paper if there is none.
  ///
  /// - Throws: ``StealingError``, `QueryError`.
  func steal(_ session: QuerySession, using random: inout RandomStream) async throws -> StolenModel
}
