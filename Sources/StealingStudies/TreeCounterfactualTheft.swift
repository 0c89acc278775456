import Learning
import LinearAlgebra
import Querying
import Stealing
public import Tabular

/// One theft of a tree or forest through nearest counterfactuals.
///
/// - Source: tree reconstruction attack, arXiv 2502.05325 (2025); its example is a forest of three trees on COMPAS.
public struct TreeCounterfactualTheft: Sendable, Hashable {
  /// Name of the data set.
  public let dataset: String
  /// Trees of the victim.
  public let trees: Int
  /// Leaves of all of them.
  public let leaves: Int
  /// Regions of one label that the attack found.
  public let regionsFound: Int
  /// Queries.
  public let queries: Int
  /// Share of the victim's rows with the same label.
  public let agreementOnRows: Double
  /// Share of uniform rows with the same label.
  public let agreementOnUniform: Double
  /// The seed.
  public let seed: UInt64

  /// Trains a forest, or one tree, on the complete rows of a table and steals it.
  ///
  /// - Throws: `DesignError`, `LearningError`, `StealingError`, `QueryError`.
  public static func run(
    _ name: String, _ table: Table, target: String, ignored: [String] = [], trees: Int, maximumDepth: Int,
    seed: UInt64, uniformRows: Int = 10_000
  ) async throws -> TreeCounterfactualTheft {
    let options = EncodingOptions(
      numeric: .none, categories: .codes, missing: .dropRows, unseen: .allZero, ignored: ignored)
    let encoder = try ClassEncoder.fit(table, target: target, options: options)
    let design = try encoder.design(table)
    var random = RandomStream(seed: seed)
    let learner = RandomForestClassifier(
      treeCount: trees, drawsRows: trees > 1,
      tree: DecisionTreeClassifier(
        settings: TreeSettings(
          limits: TreeLimits(maximumDepth: maximumDepth), categoricalFeatures: encoder.features.codedColumns,
          featuresPerSplit: trees > 1 ? nil : design.features.columns)))
    let model = try learner.fit(
      ClassificationData(
        features: design.features, labels: design.labels, classCount: encoder.classes.count),
      using: &random)
    let victim = try Pipeline(
      features: encoder.features, target: .classes(name: target, labels: encoder.classes),
      model: .forest(model))
    let oracle = PipelineOracle(victim, content: .label, details: [.boundedCounterfactuals])
    let session = QuerySession(oracle)
    let found = try await TreeReconstruction().extract(session)
    let uniform = oracle.schema.uniformRows(uniformRows, using: &random)
    return TreeCounterfactualTheft(
      dataset: name, trees: trees, leaves: model.trees.reduce(0) { $0 + $1.tree.leafCount },
      regionsFound: found.leafCount, queries: session.ledger.queries,
      agreementOnRows: try oracle.agreement(with: found.pipeline, on: design.features),
      agreementOnUniform: try oracle.agreement(with: found.pipeline, on: uniform), seed: seed)
  }
}
