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
  /// Share of the rows that the victim was grown on with the same label.
  public let agreementOnOwnRows: Double
  /// Share of the rows that it was not grown on with the same label.
  public let agreementOnTestRows: Double
  /// Share of uniform rows with the same label.
  public let agreementOnUniform: Double
  /// Agreement on the rows that it was not grown on of a copy that always gives the same label.
  public let constantOnTestRows: Double
  /// The same on the uniform rows.
  public let constantOnUniform: Double
  /// The seed.
  public let seed: UInt64

  /// Trains a forest, or one tree, on 70 % of the complete rows of a table and steals it.
  ///
  /// - Parameter seed: of the choice of the rows, of the forest and of the uniform rows.
  /// - Throws: `DesignError`, `LearningError`, `StealingError`, `QueryError`.
  public static func run(
    _ name: String, _ table: Table, target: String, ignored: [String] = [], trees: Int, maximumDepth: Int,
    seed: UInt64, uniformRows: Int = 10_000
  ) async throws -> TreeCounterfactualTheft {
    let options = EncodingOptions(
      numeric: .none, categories: .codes, missing: .dropRows, unseen: .allZero, ignored: ignored)
    let encoder = try ClassEncoder.fit(table, target: target, options: options)
    let design = try encoder.design(table)
    let split = HeldOutSplit(design.labels.count, of: name, seed: seed)
    var random = RandomStream(seed: seed)
    let learner = RandomForestClassifier(
      treeCount: trees, drawsRows: trees > 1,
      tree: DecisionTreeClassifier(
        settings: TreeSettings(
          limits: TreeLimits(maximumDepth: maximumDepth), categoricalFeatures: encoder.features.codedColumns,
          featuresPerSplit: trees > 1 ? nil : design.features.columns)))
    let model = try learner.fit(
      ClassificationData(
        features: design.features.rows(at: split.training), labels: split.training.map { design.labels[$0] },
        classCount: encoder.classes.count),
      using: &random)
    let victim = try Pipeline(
      features: encoder.features, target: .classes(name: target, labels: encoder.classes),
      model: .forest(model))
    let oracle = PipelineOracle(victim, content: .label, details: [.boundedCounterfactuals])
    let session = QuerySession(oracle)
    let found = try await TreeReconstruction().extract(session)
    let uniform = oracle.schema.uniformRows(uniformRows, using: &random)
    let test = design.features.rows(at: split.test)
    return TreeCounterfactualTheft(
      dataset: name, trees: trees, leaves: model.trees.reduce(0) { $0 + $1.tree.leafCount },
      regionsFound: found.leafCount, queries: session.ledger.queries,
      agreementOnOwnRows: try oracle.agreement(
        with: found.pipeline, on: design.features.rows(at: split.training)),
      agreementOnTestRows: try oracle.agreement(with: found.pipeline, on: test),
      agreementOnUniform: try oracle.agreement(with: found.pipeline, on: uniform),
      constantOnTestRows: try oracle.answers(test).shareOfCommonest,
      constantOnUniform: try oracle.answers(uniform).shareOfCommonest, seed: seed)
  }
}
