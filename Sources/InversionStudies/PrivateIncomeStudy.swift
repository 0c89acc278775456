public import Datasets
public import Experiments
import Privacy
public import Learning
import LinearAlgebra
import Methods
import Tabular

/// Private models of income on Adult: 30,162 complete rows, without education (as its number is there) and final weight;
/// for linear models and networks 87 columns of indicators and of numbers scaled to [0, 1].
///
/// Ranges and categories are those of the published file, which is no secret; an owner of private rows must take them
/// from elsewhere.
public struct PrivateIncomeStudy: Sendable {
  /// All complete rows.
  public let rows: ClassificationData
  /// The same rows with codes of categories, for trees.
  private let coded: ClassificationData
  private let codedFeatures: [PrivateTree.Feature]
  /// Columns of the table that a row comes from.
  static let columns = 12
  /// Strength of the penalty on the mean of losses.
  static let regularisation = 1e-3
  /// Chance that the budget of descent is exceeded.
  static let delta = 1e-5
  /// Descent without its noise: 500 steps on about 226 rows.
  private static let descent = PrivateGradientDescent(samplingRate: 0.01, steps: 500, learningRate: 1)

  /// How a model is trained.
  public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
    /// Logistic regression without privacy.
    case plain = "none"
    case objective, output
    /// Ten random trees.
    case tree
    /// A softmax model by noisy gradients.
    case descent = "dp-sgd"

    /// The axes of a model at one budget; nothing attacks it.
    func experiment(epsilon: Double?, seed: UInt64) -> Experiment {
      Experiment(
        dataset: "adult", model: self == .tree ? "forest" : "logistic", defence: rawValue,
        epsilon: self == .plain ? nil : epsilon, seed: seed)
    }

    /// Which data sets are neighbours.
    var adjacency: NeighbourRelation? {
      switch self {
      case .plain: nil
      case .objective, .output: .replaceOne
      case .tree, .descent: .addRemove
      }
    }
  }

  /// Reads the rows.
  ///
  /// - Throws: `CatalogueError` if the file is not there, `TabularError`, `DesignError`.
  public init(searchPath: DataSearchPath) throws {
    var reader = TableReader()
    reader.missing.insert("?")
    let table = try DataSource("adult", searchPath: searchPath).table(reader)
    func data(_ categories: EncodingOptions.Categories) throws -> (ClassificationData, [InputColumn]) {
      let options = EncodingOptions(
        numeric: .unitRange, categories: categories, missing: .dropRows, ignored: ["education", "fnlwgt"])
      let encoder = try ClassEncoder.fit(table, target: "income", options: options)
      let design = try encoder.design(table)
      return (
        ClassificationData(
          features: design.features, labels: design.labels, classCount: encoder.classes.count),
        encoder.features.inputColumns
      )
    }
    rows = try data(.indicators).0
    let columns: [InputColumn]
    (coded, columns) = try data(.codes)
    codedFeatures = columns.map { column in
      switch column.kind {
      case .number: .number(0...1)
      case .category(let levels): .codes(levels.count)
      }
    }
  }

  /// The noise of descent for a budget.
  ///
  /// - Throws: `PrivacyError`.
  static func descentNoise(epsilon: Double) throws -> Double {
    try PrivateGradientDescent.noiseMultiplier(
      epsilon: epsilon, delta: delta, samplingRate: descent.samplingRate, steps: descent.steps)
  }

  /// Trains on three quarters of the rows and measures on the others.
  ///
  /// - Parameter noise: that of descent, which follows from the budget; nil to find it.
  /// - Throws: `PrivacyError`, `LearningError`.
  public func outcome(
    _ method: Method, epsilon: Double?, seed: UInt64, noise: Double? = nil
  ) throws -> Outcome {
    let root = RandomStream(seed: seed).child("private income")
    var random = root.child("split")
    let split = try Split.split(rows: rows.count, validationShare: 0, testShare: 0.25, using: &random)
    let all = method == .tree ? coded : rows
    let (training, test) = (all.rows(at: split.training), all.rows(at: split.test))
    random = root.child("noise").child(method.rawValue)
    let model = try model(method, training, epsilon: epsilon ?? 1, noise: noise, using: &random)
    let most = training.labels.count { $0 == 1 } * 2 > training.count ? 1 : 0
    let found = try ClassificationMetrics(
      probabilities: model.probabilities(test.features), labels: test.labels)
    return Outcome(
      method.experiment(epsilon: epsilon, seed: seed),
      metrics: [
        "epsilon": method == .plain ? nil : epsilon, "accuracy": model.accuracy(on: test),
        "auc": found.areas[1],
        "baseline_accuracy": Double(test.labels.count { $0 == most }) / Double(max(test.count, 1)),
      ])
  }

  private func model(
    _ method: Method, _ training: ClassificationData, epsilon: Double, noise: Double?,
    using random: inout RandomStream
  ) throws -> any Classifier {
    let bounds = PublicBounds(norm: Double(Self.columns).squareRoot())
    switch method {
    case .plain:
      return try LogisticRegression().solve(training).model
    case .objective:
      return try ObjectivePerturbation(
        epsilon: epsilon, regularisation: Self.regularisation, hasIntercept: false
      ).fit(training, bounds: bounds, using: &random).model
    case .output:
      return try OutputPerturbation(
        epsilon: epsilon, regularisation: Self.regularisation, hasIntercept: false
      ).fit(training, bounds: bounds, using: &random).model
    case .tree:
      return try PrivateTree(epsilon: epsilon, treeCount: 10, depth: 8)
        .fit(training, features: codedFeatures, using: &random).model
    case .descent:
      var descent = Self.descent
      descent.noiseMultiplier = try noise ?? Self.descentNoise(epsilon: epsilon)
      return try descent.train(training, publicRows: training.count, using: &random)
    }
  }
}
