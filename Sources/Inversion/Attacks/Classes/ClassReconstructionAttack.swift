public import LinearAlgebra
public import Methods
public import Querying

/// An attack that rebuilds what a class looks like to a model of numbers, from its confidences.
///
/// One attack is one struct with a card, its settings, and ``rebuilt(_:using:)``. Added to
/// ``ClassReconstructionAttacks``, or to the catalogue of a program of one's own, it is known to `bezoar invert` and to
/// the list.
public protocol ClassReconstructionAttack: Method {
  /// The class of a task, as rebuilt. Equal tasks and random numbers give equal rows.
  ///
  /// - Throws: errors of the model, `CancellationError`.
  func rebuilt(_ task: ClassTask, using random: inout RandomStream) async throws -> RebuiltClass
}

/// A class of a model that is rebuilt.
public struct ClassTask: Sendable {
  /// The class.
  public let label: Int
  /// Columns and classes of the model.
  public let schema: QuerySchema
  /// The bounds of the columns; points between 0 and 1 stand for it.
  public let box: UnitBox
  /// The most points beside the lower corner of the box from which a search may begin.
  public let otherStarts: Int
  private let session: QuerySession
  private let held: PipelineSurface?

  /// A task.
  ///
  /// - Parameters:
  ///   - session: answers of the model.
  ///   - held: the model with its exact gradients; nil if the attacker can only ask.
  public init(
    label: Int, session: QuerySession, held: PipelineSurface?, box: UnitBox, otherStarts: Int
  ) {
    self.label = label
    self.schema = session.schema
    self.session = session
    self.held = held
    self.box = box
    self.otherStarts = otherStarts
  }

  /// The confidences of the model at points between 0 and 1 with their gradients: exact ones of a model that is held,
  /// differences of answers otherwise.
  ///
  /// - Parameter difference: the step of a difference.
  public func surface(difference: Double) -> any ClassSurface {
    if let held { return held }
    return AskedSurface(session, difference: difference, unit: box)
  }
}

extension Catalogue where Element == any ClassReconstructionAttack {
  /// Adds an attack, in place of one with the same id.
  public mutating func add<M: ClassReconstructionAttack>(_ method: M.Type) { add(method) { $0 } }
}

/// Attacks that rebuild a class.
public enum ClassReconstructionAttacks {
  /// The ones that come with the package, in the order in which they are listed.
  public static let builtIn: Catalogue<any ClassReconstructionAttack> = {
    var catalogue = Catalogue<any ClassReconstructionAttack>(of: "attack")
    catalogue.add(MIFace.self)
    return catalogue
  }()
}
