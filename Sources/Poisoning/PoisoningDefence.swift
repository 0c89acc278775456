public import Learning
public import LinearAlgebra
public import Methods
public import Tabular

/// What a defender of a regression has: data that may be poisoned, and what it assumes about the attack.
public struct DefenceTask: Sendable {
  /// The training rows, clean and poisoned, in an order that says nothing about which is which.
  public let data: RegressionData
  /// The learner that is to be protected.
  public let learner: LinearLearner
  /// Meaning of the columns.
  public let space: FeatureSpace
  /// The share of poisoned rows that the defender prepares for, in 0..<1.
  public let assumedRate: Double
  /// Rows that the defender knows to be clean, such as last year's audited records; often there are none.
  public let reference: RegressionData?

  /// A task; all matrices have the columns of `space`.
  public init(
    data: RegressionData, learner: LinearLearner, space: FeatureSpace, assumedRate: Double,
    reference: RegressionData? = nil
  ) {
    precondition(data.features.columns == space.count, "data columns and feature space differ")
    precondition(assumedRate >= 0 && assumedRate < 1, "the assumed rate must be in 0..<1")
    self.data = data
    self.learner = learner
    self.space = space
    self.assumedRate = assumedRate
    self.reference = reference
  }
}

/// What a defence returns: the model it trusts and the rows it did not use.
public struct DefendedFit: Sendable {
  /// The protected model.
  public let model: LinearModel
  /// Indices of the rows that were rejected, ascending; empty for a defence that only down-weights.
  public let rejected: [Int]
  /// The poisoning rate that the defence estimated, when it does.
  public let estimatedRate: Double?

  /// A fit with its rejected rows.
  public init(model: LinearModel, rejected: [Int], estimatedRate: Double? = nil) {
    self.model = model
    self.rejected = rejected.sorted()
    self.estimatedRate = estimatedRate
  }
}

/// A way of learning a regression from data of which a part may be poisoned.
///
/// One defence is one file: a struct with a card, its settings, and `fit`. Added to ``TrainingDefences``, or
/// to the catalogue of a program of one's own, it is known to the command line and to the conformance tests.
public protocol PoisoningDefence: Method {
  /// Learns a model that should not follow the poison.
  ///
  /// The result must not depend on the order of the rows beyond what `random` decides.
  ///
  /// - Throws: ``PoisoningError`` or an error of the learner.
  func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit
}
