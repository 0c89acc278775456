import Privacy
import Inversion
import Learning
import LinearAlgebra
import Tabular

/// A training of a model of income: plain, or so that it says less of its members.
enum DefendedTraining: Sendable, Hashable {
  /// Logistic regression with this penalty; plain with 1.
  case logistic(penalty: Double)
  /// Private logistic regression by objective perturbation.
  case objective(epsilon: Double)
  /// A tree with so many members in a leaf; plain with 1.
  case tree(leafRows: Int)
  /// Private random trees.
  case privateTrees(epsilon: Double)
  /// The plain network of 64 hidden units.
  case network
  /// The same network on soft labels and with the entropy penalty.
  case highEntropy
  /// A network of 64 hidden units by private gradient descent with a `δ` of 1e-5.
  case privateDescent(epsilon: Double)

  /// The trainings that are compared, plain ones first.
  static let studied: [DefendedTraining] = [
    .logistic(penalty: 1), .logistic(penalty: 0.01), .logistic(penalty: 100), .objective(epsilon: 1),
    .objective(epsilon: 10),
    .tree(leafRows: 1), .tree(leafRows: 5), .tree(leafRows: 20), .tree(leafRows: 50),
    .privateTrees(epsilon: 1), .privateTrees(epsilon: 10),
    .network, .highEntropy, .privateDescent(epsilon: 1), .privateDescent(epsilon: 8),
  ]

  /// The kind of model.
  var model: String {
    switch self {
    case .logistic, .objective: "logistic"
    case .tree, .privateTrees: "tree"
    case .network, .highEntropy, .privateDescent: "mlp-64"
    }
  }

  /// The plain training of the same kind of model.
  var plain: DefendedTraining {
    switch self {
    case .logistic, .objective: .logistic(penalty: 1)
    case .tree, .privateTrees: .tree(leafRows: 1)
    case .network, .highEntropy, .privateDescent: .network
    }
  }

  /// Name in results; `none` for a plain training.
  var name: String {
    if self == plain { return "none" }
    return switch self {
    case .logistic(let penalty): "penalty \(penalty.formatted)"
    case .objective(let epsilon): "objective, epsilon \(epsilon.formatted)"
    case .tree(let rows): "leaves of \(rows)"
    case .privateTrees(let epsilon): "private trees, epsilon \(epsilon.formatted)"
    case .network, .highEntropy: "hamp training"
    case .privateDescent(let epsilon): "dp-sgd, epsilon \(epsilon.formatted)"
    }
  }

  /// Whether people are encoded as codes of categories, so that a random test of a tree is one of a column.
  var isCoded: Bool { if case .privateTrees = self { true } else { false } }

  /// The learner that fits all shadow models at once; nil for another model.
  var logistic: LogisticRegression? {
    if case .logistic(let penalty) = self { LogisticRegression(penalty: penalty) } else { nil }
  }

  /// How a model is trained on people of a pool.
  ///
  /// - Throws: `PrivacyError` if no noise gives the budget.
  func training(_ pool: AdultPool) throws -> ShadowModels.Training {
    switch self {
    case .logistic(let penalty):
      return { data, _ in try LogisticRegression(penalty: penalty).solve(data).model }
    case .objective(let epsilon):
      let bounds = PublicBounds(columns: pool.inputs.count)
      let mechanism = ObjectivePerturbation(epsilon: epsilon)
      return { data, random in try mechanism.fit(data, bounds: bounds, using: &random).model }
    case .tree(let rows):
      let settings = TreeSettings(limits: TreeLimits(minimumLeafRows: rows), breaksTiesAtRandom: true)
      return { data, random in try DecisionTreeClassifier(settings: settings).fit(data, using: &random) }
    case .privateTrees(let epsilon):
      let features = pool.inputs.map { input -> PrivateTree.Feature in
        switch input.kind {
        case .number(let lower, let upper): .number(lower...max(lower, upper))
        case .category(let levels): .codes(levels.count)
        }
      }
      let mechanism = PrivateTree(epsilon: epsilon)
      return { data, random in try mechanism.fit(data, features: features, using: &random).model }
    case .network: return AdultMembership.Model.network.training()
    case .highEntropy:
      let learner = HighEntropyTraining(settings: AdultMembership.Model.networkSettings)
      return { data, random in try learner.fit(data, using: &random) }
    case .privateDescent(let epsilon):
      var mechanism = PrivateGradientDescent(hidden: [64], samplingRate: 0.1, steps: 100)
      mechanism.noiseMultiplier = try PrivateGradientDescent.noiseMultiplier(
        epsilon: epsilon, delta: 1e-5, samplingRate: mechanism.samplingRate, steps: mechanism.steps)
      return { [mechanism] data, random in
        try mechanism.train(data, publicRows: data.count, using: &random)
      }
    }
  }
}

extension Double {
  /// A whole number without a point.
  var formatted: String { Int(exactly: self).map { String($0) } ?? "\(self)" }
}
