public import Learning
public import LinearAlgebra
public import Methods
public import Querying
import RealModule

/// An attack that says of every record how likely it was in the training data of a model.
///
/// ## Threat model
///
/// The attacker holds records with their true classes, some of which the model was trained on, and asks the model about
/// them. Attacks with shadow models also know how the model is trained, and can train others like it on a pool of
/// records; in the pool of a ``MembershipTask`` the attacked records themselves are, each in half of the shadow models.
/// Nobody tells the attacker which records the model itself was trained on.
///
/// A score is compared with a threshold, so only its order matters: a larger one means "rather a member". How good
/// the order is, and how good at its confident end, says ``MembershipCurve``.
///
/// ## A new attack
///
/// One file: a struct with a card, its settings and ``score(_:using:)``. Added to ``MembershipAttacks``, or
/// to the catalogue of a program of one's own, it is known to the command line, the studies and the
/// conformance tests.
public protocol MembershipAttack: Method {
  /// Whether shadow models are needed.
  static var needsShadows: Bool { get }
  /// What is missing for the attack in this task; nil if nothing is.
  static func missing(_ task: MembershipTask) -> String?
  /// A score for every record, larger for members.
  ///
  /// - Throws: ``InversionError``, `QueryError` and errors of learners.
  func score(_ task: MembershipTask, using random: inout RandomStream) async throws -> [Double]
}

extension MembershipAttack {
  public static var needsShadows: Bool { false }

  public static func missing(_ task: MembershipTask) -> String? {
    if needsShadows, task.shadows == nil { return "shadow models" }
    return task.target.capabilities.content == .probabilities ? nil : "the probabilities of all classes"
  }
}

/// What an attack on membership is given.
public struct MembershipTask: Sendable {
  /// The attacked model; its queries are rows as in ``records``.
  public let target: QuerySession
  /// The attacked records with their true classes.
  public let records: ClassificationData
  /// Models like the target on random halves of the records.
  public let shadows: ShadowModels?

  /// A task; the shadow models were trained on halves of the same records in the same order.
  public init(target: QuerySession, records: ClassificationData, shadows: ShadowModels? = nil) {
    precondition(
      shadows.map { $0.recordCount == records.count } ?? true, "shadow models of \(records.count) records")
    self.target = target
    self.records = records
    self.shadows = shadows
  }

  /// The target's probabilities for the records; asked for once, whatever the number of attacks.
  ///
  /// - Throws: `QueryError`.
  public func probabilities() async throws -> Matrix {
    try await target.ask(records.features).probabilityMatrix(classCount: records.classCount)
  }

  /// The target's scores of the true classes.
  ///
  /// - Throws: `QueryError`.
  public func confidences() async throws -> [Double] {
    LogitScore.scores(try await probabilities(), labels: records.labels)
  }
}

/// The score of a true class whose distribution over models is near normal:
/// `log p_y − log Σ_{j ≠ y} p_j`, with 1e-45 added to both sums.
///
/// - Source: Carlini et al., "Membership Inference Attacks From First Principles", IEEE S&P 2022, section 4, and the
///   released code.
public enum LogitScore {
  /// The score of the class `label`.
  public static func score(_ probabilities: [Double], label: Int) -> Double {
    scores(Matrix([probabilities]), labels: [label])[0]
  }

  /// The scores of the true classes of some rows.
  public static func scores(_ probabilities: Matrix, labels: [Int]) -> [Double] {
    labels.indices.map { row in
      probabilities.withRow(row) { values in
        var others = 0.0
        for index in values.indices where index != labels[row] { others += values[index] }
        return Double.log(values[labels[row]] + 1e-45) - Double.log(others + 1e-45)
      }
    }
  }
}
