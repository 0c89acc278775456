public import Learning
public import LinearAlgebra
public import Methods
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
  /// What the attack knows to be missing, one sentence each; empty if it did all that it set out to do.
  public let gaps: [String]
  /// What the attack found out besides, one sentence each.
  public let remarks: [String]
  /// Numbers and matrices that the attack found besides; empty for most attacks.
  public let findings: [Finding]
  /// What a check on rows that were held out says; nil as long as there was none.
  public private(set) var completeness: Completeness?

  /// A stolen model that was not checked yet.
  public init(
    _ pipeline: Pipeline, unknowns: Int? = nil, gaps: [String] = [], remarks: [String] = [],
    findings: [Finding] = []
  ) {
    self.pipeline = pipeline
    self.findings = findings
    self.unknowns = unknowns
    self.gaps = gaps
    self.remarks = remarks
  }

  /// A stolen model on the columns of a schema, encoded by `features`.
  ///
  /// - Throws: `ModelError` if model and encoding do not fit together.
  public init(
    _ model: FittedModel, features: FeatureEncoder, schema: QuerySchema, unknowns: Int? = nil,
    gaps: [String] = [], remarks: [String] = [], findings: [Finding] = []
  ) throws {
    let target: Pipeline.Target =
      switch schema.target {
      case .number: .number(name: "prediction")
      case .classes(let names): .classes(name: "prediction", labels: names)
      }
    self.init(
      try Pipeline(features: features, target: target, model: model), unknowns: unknowns, gaps: gaps,
      remarks: remarks, findings: findings)
  }

  /// Whether a check on rows that were held out found no difference and the attack left nothing open. Without a check
  /// nothing is complete.
  public var isComplete: Bool { completeness?.isComplete ?? false }

  /// The copy with the result of a check, which is joined with what was checked before.
  public func checked(_ check: HeldOutCheck) -> StolenModel {
    var copy = self
    copy.completeness = Completeness(completeness?.check.joined(with: check) ?? check, gaps: gaps)
    return copy
  }

  /// The copy with other remarks, and with more gaps.
  func remarking(_ remarks: [String], gaps more: [String] = []) -> StolenModel {
    var copy = StolenModel(
      pipeline, unknowns: unknowns, gaps: gaps + more, remarks: remarks, findings: findings)
    copy.completeness = completeness.map { Completeness($0.check, gaps: copy.gaps) }
    return copy
  }

  /// The copy with another pipeline, which gives the same answers to rows without missing values.
  func replacing(_ pipeline: Pipeline) -> StolenModel {
    var copy = StolenModel(
      pipeline, unknowns: unknowns, gaps: gaps, remarks: remarks, findings: findings)
    copy.completeness = completeness
    return copy
  }

  /// Gaps, remarks and what the check says, one sentence each.
  public var notes: [String] { gaps + remarks + (completeness.map { [$0.sentence] } ?? []) }
}

/// An attack that copies a deployed model by asking it.
///
/// One attack is one file: a struct with a card, its settings, and `steal`. Added to ``ExtractionAttacks``,
/// or to the catalogue of a program of one's own, it is known to the command line and to the conformance
/// tests. It sees the model only through the session; the session counts, remembers and keeps the budget.
public protocol ExtractionAttack: Method {
  /// What is missing for the attack on a model with this interface, in words such as "the probabilities of all
  /// classes"; nil if nothing is.
  static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String?
  /// Asks and learns. An attack whose number of queries is free uses what is left of the session's budget, or a
  /// default from its paper if there is none.
  ///
  /// - Throws: ``StealingError``, `QueryError`.
  func steal(_ session: QuerySession, using random: inout RandomStream) async throws -> StolenModel
}
