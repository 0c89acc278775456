public import Experiments
import Privacy
import Learning
import LinearAlgebra
import Methods
import Tabular

/// A private linear model of the dose at one budget and one split of the patients.
public struct PrivateDosageCell: Sendable, Hashable {
  /// How the model is trained.
  public enum Method: Sendable, Hashable {
    /// Least squares, without privacy.
    case plain
    /// The mean dose of 35 mg per week for everyone.
    case fixed
    /// ``FunctionalMechanism``.
    case functional(FunctionalMechanism.Sensitivity)
    /// ``FunctionalMechanism`` with this share of the budget for coefficients that touch the genotype.
    case unequal(share: Double)
    /// ``AdaSSP`` with `δ` of 1e-5.
    case adaptive(AdaSSP.Calibration)
    /// ``OutputPerturbation`` with a regularisation of 0.1.
    case output
    /// ``PrivateHistogram`` over race and both genotypes.
    case histogram
    /// ``PrivateTree`` for a number, six tests deep.
    case tree

    /// Stable lower-case name.
    public var id: String {
      switch self {
      case .plain: "none"
      case .fixed: "fixed"
      case .functional(let sensitivity): "functional-\(sensitivity.rawValue)"
      case .unequal(let share): "functional-unequal-\(share)"
      case .adaptive(let calibration): "adassp-\(calibration.rawValue)"
      case .output: "output"
      case .histogram: "histogram"
      case .tree: "tree"
      }
    }

    /// The kind of model.
    var model: String {
      switch self {
      case .fixed: "constant"
      case .histogram: "histogram"
      case .tree: "tree-regressor"
      default: "linear"
      }
    }

    /// Which data sets are neighbours; nil without privacy.
    var adjacency: NeighbourRelation? {
      switch self {
      case .plain, .fixed: nil
      case .functional, .unequal, .output: .replaceOne
      case .adaptive, .histogram, .tree: .addRemove
      }
    }
  }

  /// How the model is trained.
  public let method: Method
  /// Budget; nil without one.
  public let epsilon: Double?
  /// Limit of the standardised dose on both sides; nil for the published range.
  public let doseLimit: Double?
  /// Number of the split and seed of the noise.
  public let seed: UInt64

  /// The axes; the attack is open, as not every study has one.
  var experiment: Experiment {
    Experiment(
      dataset: "iwpc-scaled", model: method.model,
      defence: method.id + (doseLimit.map { "-dose-\($0)" } ?? ""), epsilon: epsilon, seed: seed)
  }

  /// An experiment.
  public init(_ method: Method, epsilon: Double?, doseLimit: Double? = nil, seed: UInt64) {
    self.method = method
    self.epsilon = epsilon
    self.doseLimit = doseLimit
    self.seed = seed
  }
}

/// Private dosage models with their use to patients and to an attacker.
public struct PrivateDosageStudy: Sendable {
  /// All patients.
  public let cohort: PrivateDosageCohort
  /// What an attacker makes of a model, measured on its training rows and on the others; nil for none.
  public let attack: GenotypeAttack?

  /// A study.
  public init(cohort: PrivateDosageCohort, attack: GenotypeAttack? = nil) {
    self.cohort = cohort
    self.attack = attack
  }

  /// Trains a model on three quarters of the patients and measures it on the others.
  ///
  /// - Throws: `PrivacyError` and errors of the attack.
  public func outcome(_ cell: PrivateDosageCell) throws -> Outcome {
    let root = RandomStream(seed: cell.seed).child("private dosage")
    var random = root.child("split")
    let split = try Split.split(
      rows: cohort.rows.count, validationShare: 0, testShare: 0.25, using: &random)
    let training = cohort.patients(at: split.training)
    let test = cohort.patients(at: split.test)
    random = root.child("noise").child(cell.method.id)
    let (predictions, model) = try fitted(cell, training, test, using: &random)
    var metrics: Metrics = ["epsilon": cell.epsilon]
    metrics.merge(DosageUtility(predictions, truth: test.rows.target).metrics)
    if let attack, let model {
      metrics["genotype_members"] = try attack(model, training, training)
      metrics["genotype_others"] = try attack(model, test, training)
      metrics["genotype_mode"] = training.mostFrequentGenotype
    }
    if cell.method == .fixed {
      let doses = test.rows.target
      let others = doses.indices.map { doses[($0 + 1) % doses.count] }
      metrics["within_20_of_another"] = DosageUtility(others, truth: doses).within
    }
    return Outcome(
      cell.experiment.with(attack: model == nil || attack == nil ? "none" : "map"), metrics: metrics)
  }

  /// The predictions for test rows, and the model if it is linear.
  private func fitted(
    _ cell: PrivateDosageCell, _ training: PrivateDosageCohort, _ test: PrivateDosageCohort,
    using random: inout RandomStream
  ) throws -> ([Double], LinearModel?) {
    let known = PrivateDosageCohort.bounds(doseLimit: cell.doseLimit)
    let bounds = PublicBounds(columns: known.columns, target: known.dose)
    let (rows, epsilon) = (training.rows, cell.epsilon ?? 1)
    let model: LinearModel
    switch cell.method {
    case .plain: model = try OrdinaryLeastSquares().solve(rows).model
    case .fixed:
      let dose = PrivateDosageCohort.standardised(35)
      return ([Double](repeating: dose, count: test.rows.count), nil)
    case .functional(let sensitivity):
      model = try FunctionalMechanism(epsilon: epsilon, sensitivity: sensitivity)
        .fit(rows, bounds: bounds, using: &random).model
    case .unequal(let share):
      let columns = PrivateDosageCohort.genotypeColumns
      model = try FunctionalMechanism(
        epsilon: epsilon, sensitive: .init(columns: columns, magnitude: 1, share: share)
      ).fit(rows, bounds: bounds, using: &random).model
    case .adaptive(let calibration):
      model = try AdaSSP(epsilon: epsilon, delta: 1e-5, calibration: calibration)
        .fit(rows, bounds: bounds, publicRows: rows.count, using: &random).model
    case .output:
      model = try OutputPerturbation(epsilon: epsilon, regularisation: 0.1)
        .fit(rows, bounds: bounds, using: &random).model
    case .histogram:
      let groups = ["race", "cyp2c9", "vkorc1"].map { name in
        PrivateDosageCohort.features.indices.filter {
          PrivateDosageCohort.features[$0].hasPrefix("\(name):")
        }
      }
      let fit = try PrivateHistogram(epsilon: epsilon)
        .fit(rows, groups: groups, target: known.dose, using: &random)
      return (fit.model.predict(test.rows.features), nil)
    case .tree:
      let fit = try PrivateTree(epsilon: epsilon, treeCount: 1)
        .fit(rows, features: PrivateDosageCohort.treeFeatures, target: known.dose, using: &random)
      return (fit.model.predict(test.rows.features), nil)
    }
    return (model.predict(test.rows.features), model)
  }
}
