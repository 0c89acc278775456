public import Learning
public import LinearAlgebra
public import Methods
public import Tabular

/// What a poisoning attacker of a regression knows, and where its rows may lie.
///
/// The attacker adds rows to the training set of a linear model to raise its error on everybody. In a
/// white-box attack `training` is the victim's own training set; in a black-box attack it is substitute data
/// from the same distribution.
public struct PoisoningScenario: Sendable {
  /// The clean training rows as far as the attacker knows them.
  public let training: RegressionData
  /// Rows on which the attacker measures its own success; the victim's users are never among them.
  public let validation: RegressionData
  /// Meaning and ranges of the features.
  public let space: FeatureSpace
  /// Where poison may lie, as the clean rows that the attacker knows show.
  public let feasible: FeasibleSet
  /// Smallest and largest feasible target.
  public let targetRange: ClosedRange<Double>
  /// The learner that the victim uses.
  public let victim: LinearLearner

  /// A scenario; all matrices have the columns of `space`.
  ///
  /// - Parameter feasible: where poison may lie; nil for what `training` and `validation` show.
  public init(
    training: RegressionData, validation: RegressionData, space: FeatureSpace,
    targetRange: ClosedRange<Double>, victim: LinearLearner, feasible: FeasibleSet? = nil
  ) {
    precondition(training.features.columns == space.count, "training columns and feature space differ")
    precondition(validation.features.columns == space.count, "validation columns and feature space differ")
    self.training = training
    self.validation = validation
    self.space = space
    self.feasible = feasible ?? FeasibleSet(space, clean: [training, validation])
    self.targetRange = targetRange
    self.victim = victim
  }
}

extension PoisoningScenario {
  /// Length of the range of the target, in its unit; 1 if the range is a point. Searches step in shares of it.
  public var targetWidth: Double {
    let width = targetRange.upperBound - targetRange.lowerBound
    return width > 0 ? width : 1
  }
}

/// An attack that invents training rows.
///
/// One attack is one file: a struct with a card, its settings, and `poison`. Added to ``PoisoningAttacks``,
/// or to the catalogue of a program of one's own, it is known to the command line and to the conformance
/// tests.
public protocol PoisoningAttack: Method {
  /// Makes exactly `count` feasible rows without weights, their targets in the scenario's range; none for 0.
  ///
  /// The same seed makes the same rows.
  ///
  /// - Throws: ``PoisoningError`` when the scenario gives the attack nothing to work with.
  func poison(
    _ scenario: PoisoningScenario, count: Int, using random: inout RandomStream
  ) throws -> RegressionData
}

/// The number of poison rows that make up a share of the final training set.
///
/// The rate is `p / (n + p)` as in Jagielski et al. (2018), not `p / n`: 8 % of a set with 300 clean rows
/// are 26 rows.
public func poisonCount(cleanRows: Int, rate: Double) -> Int {
  Int(0.5 + Double(cleanRows) * rate / (1 - rate))
}
