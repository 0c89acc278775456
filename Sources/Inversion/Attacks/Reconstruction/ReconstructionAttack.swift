public import Learning
public import LinearAlgebra
public import Methods

/// An attack that rebuilds one training row of a model whose parameters the attacker holds.
///
/// One attack is one struct with a card, its settings, what the attacker must know, and ``row(_:)``. Added to
/// ``ReconstructionAttacks``, or to the catalogue of a program of one's own, it is known to `bezoar invert` and to the
/// list.
public protocol ReconstructionAttack: Method {
  /// What the attacker holds beside the model.
  static var knowledge: ReconstructionKnowledge { get }
  /// The attack for the model of a file, with `settings` over what the file tells of its training. The attack itself
  /// by default.
  ///
  /// - Parameters:
  ///   - provenance: where the model comes from; nil if its file does not say.
  ///   - settings: those that are given, which this attack has already.
  /// - Throws: ``InversionError/unsolvable(_:)`` for a training of which too little is known, `SettingError`.
  func adapted(to provenance: ModelFile.Provenance?, settings: MethodSettings) throws -> Self
  /// Checks that the attack works on a kind of model, before anything is read that belongs to it. All do by default.
  ///
  /// - Throws: ``InversionError/missing(method:need:)`` with the kind that is needed.
  func check(_ model: FittedModel) throws
  /// The unknown row.
  ///
  /// - Throws: ``InversionError/missing(method:need:)`` for another kind of model or knowledge,
  ///   ``InversionError/unsolvable(_:)`` where nothing leaves a trace.
  func row(_ task: ReconstructionTask) throws -> ReconstructedRow
}

extension ReconstructionAttack {
  public func adapted(to provenance: ModelFile.Provenance?, settings: MethodSettings) throws -> Self { self }

  public func check(_ model: FittedModel) throws {}
}

/// What an attacker on one row holds beside the model.
public enum ReconstructionKnowledge: String, Sendable, Hashable {
  /// All training rows but the unknown one, with their targets.
  case otherRows = "all training rows but one"
  /// The model without, or with, the unknown row, and public rows of the same kind.
  case earlierModel = "the model before and public rows"
}

/// A model and what is known, from which a row is rebuilt.
public struct ReconstructionTask: Sendable {
  /// What is known. Features are those of the model's encoder.
  public enum Evidence: Sendable {
    /// All rows but one of a model of a number.
    case numbers(RegressionData)
    /// All rows but one of a model of classes.
    case classes(ClassificationData)
    /// The model that had the row, with its features in the same order, and features of public rows.
    case earlier(FittedModel, publicRows: Matrix)
  }

  /// The model that is attacked.
  public let model: FittedModel
  /// What is known.
  public let evidence: Evidence

  /// A task.
  public init(model: FittedModel, evidence: Evidence) {
    self.model = model
    self.evidence = evidence
  }
}

/// A row that an attack rebuilt.
public struct ReconstructedRow: Sendable, Hashable {
  /// A number that says how the row was found.
  public struct Figure: Sendable, Hashable {
    /// Words before it, such as `penalty`.
    public let name: String
    /// The number.
    public let value: Double

    /// A number with its name.
    public init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// The features of the model's encoder, as many as it gives, all finite.
  public let features: [Double]
  /// The target, a number or the place of a class; nil where the attack does not find it.
  public let target: Double?
  /// What says how the row was found.
  public let figures: [Figure]

  /// A row.
  public init(features: [Double], target: Double?, figures: [Figure] = []) {
    self.features = features
    self.target = target
    self.figures = figures
  }
}

extension Catalogue where Element == any ReconstructionAttack {
  /// Adds an attack, in place of one with the same id.
  public mutating func add<M: ReconstructionAttack>(_ method: M.Type) { add(method) { $0 } }
}

/// Attacks that rebuild a training row.
public enum ReconstructionAttacks {
  /// The ones that come with the package, in the order in which they are listed.
  public static let builtIn: Catalogue<any ReconstructionAttack> = {
    let types: [any ReconstructionAttack.Type] = [InformedAdversary.self, DeletionAttack.self]
    var catalogue = Catalogue<any ReconstructionAttack>(of: "attack")
    for type in types { catalogue.add(type) }
    return catalogue
  }()
}
