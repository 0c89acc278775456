import Learning
public import LinearAlgebra
public import Methods
import RealModule

/// An attack that guesses one attribute of people from a model that was trained on such people.
///
/// ## Threat model
///
/// The model `f` is deployed; the attacker sees its answers (``AttributeTask/Access/answers(_:)``) or holds it
/// (``AttributeTask/Access/model(_:)``). Of a person the attacker knows the response `y` (the dose that proved right,
/// the class that is true) and any part of the attributes; the sensitive one is not among them. Of the population the
/// attacker knows the marginal distribution of every attribute and how often the model errs, both of which are
/// commonly published with a model. Nobody tells the attacker whether the person was in the training data, so every
/// result is measured on members and on others apart: what works on both is a relation of the population, what works
/// on members only is memory of the model.
///
/// Guessing does not need a model at all. ``ModeBaseline`` and ``Imputation`` are attacks without one, and stand beside
/// every result.
///
/// ## A new attack
///
/// One file: a struct with a card, its settings and ``guess(_:using:)``. Added to ``AttributeAttacks``, or to
/// the catalogue of a program of one's own, it is known to the command line, the studies and the conformance
/// tests.
public protocol InversionAttack: Method {
  /// What is missing for the attack in this task, in words such as "a decision tree"; nil if nothing is.
  static func missing(_ task: AttributeTask) -> String?
  /// A score for every candidate value of every attacked row.
  ///
  /// - Throws: ``InversionError``, `QueryError` and errors of learners.
  func guess(_ task: AttributeTask, using random: inout RandomStream) async throws -> AttributeGuesses
}

extension InversionAttack {
  public static func missing(_ task: AttributeTask) -> String? { nil }
}

/// What an attack says of the sensitive attribute of every row.
public struct AttributeGuesses: Sendable, Hashable {
  /// The candidate values, ascending as in the marginal.
  public let candidates: [Double]
  /// One row per attacked row, one column per candidate; every row is non-negative and sums to one.
  public let scores: Matrix

  /// Guesses from weights that are not negative; a row of zeros counts as no knowledge.
  public init(candidates: [Double], weights: Matrix) {
    precondition(weights.columns == candidates.count, "one weight per candidate")
    var scores = weights
    for row in 0..<weights.rows {
      let total = weights.row(row).reduce(0, +)
      scores.setRow(
        row, weights.row(row).map { total > 0 ? $0 / total : 1 / Double(max(candidates.count, 1)) })
    }
    self.candidates = candidates
    self.scores = scores
  }

  /// Guesses from logarithms of weights; a row of −∞ counts as no knowledge.
  public init(candidates: [Double], logWeights: Matrix) {
    var weights = logWeights
    for row in 0..<weights.rows {
      let values = logWeights.row(row)
      let largest = values.max() ?? 0
      weights.setRow(row, values.map { largest == -.infinity ? 1 : Double.exp($0 - largest) })
    }
    self.init(candidates: candidates, weights: weights)
  }

  /// The best candidate of every row, by its place; of equal ones the first.
  public var places: [Int] {
    (0..<scores.rows).map { row in
      scores.withRow(row) { values in
        values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
      }
    }
  }
}

/// Why an attack on privacy could not be run.
public enum InversionError: Error, Equatable, CustomStringConvertible {
  /// The attack needs something that is not there.
  case missing(method: String, need: String)
  /// Too many combinations of unknown attributes.
  case tooManyCompletions(Int, limit: Int)
  /// Too few rows of some kind.
  case tooFewRows(String, needed: Int, found: Int)
  /// A number is outside its range.
  case outOfRange(name: String, value: Double, range: String)
  /// The known rows and the model leave nothing to solve for.
  case unsolvable(String)

  public var description: String {
    switch self {
    case .missing(let method, let need): "\(method) needs \(need)"
    case .tooManyCompletions(let count, let limit):
      "the unknown attributes have \(count) combinations, more than \(limit); give more known columns"
    case .tooFewRows(let what, let needed, let found): "\(found) \(what), at least \(needed) are needed"
    case .outOfRange(let name, let value, let range): "\(name) is \(value) and must be in \(range)"
    case .unsolvable(let reason): "the row cannot be reconstructed: \(reason)"
    }
  }
}
