import Learning
import LinearAlgebra
import Querying
import Stealing
public import Tabular

/// One theft of a logistic or softmax model with bins through incomplete queries.
///
/// - Source: Tramèr et al., USENIX Security 2016, section 5.2 and table 7.
public struct TreeAmazonTheft: Sendable, Hashable {
  /// Name of the data set.
  public let dataset: String
  /// Bins per column of numbers that the victim was trained with, and indicators in all.
  public let bins: Int
  public let indicators: Int
  /// Queries in all.
  public let queries: Int
  /// Share of the victim's rows and of uniform rows with the same label.
  public let agreementOnRows: Double
  public let agreementOnUniform: Double
  /// The seed.
  public let seed: UInt64

  /// Trains a softmax model (of two classes a logistic one) on all rows of a table, with numbers in bins, and steals
  /// it.
  ///
  /// - Throws: `DesignError`, `LearningError`, `StealingError`, `QueryError`.
  public static func run(
    _ name: String, _ table: Table, target: String, bins: Int, ignored: [String] = [], seed: UInt64,
    uniformRows: Int = 10_000
  ) async throws -> TreeAmazonTheft {
    let options = EncodingOptions(numeric: .none, bins: bins, missing: .zero, unseen: .allZero, ignored: ignored)
    let encoder = try ClassEncoder.fit(table, target: target, options: options)
    let design = try encoder.design(table)
    let data = ClassificationData(
      features: design.features, labels: design.labels, classCount: encoder.classes.count)
    let model =
      encoder.classes.count == 2
      ? try LogisticRegression(penalty: 1).solve(data, workers: 1).model
      : try SoftmaxRegression(penalty: 1).solve(data, workers: 1).model
    let victim = try Pipeline(
      features: encoder.features, target: .classes(name: target, labels: encoder.classes),
      model: .linearClassifier(model))
    let oracle = PipelineOracle(victim)
    let session = QuerySession(oracle)
    var random = RandomStream(seed: seed)
    let stolen = try await AmazonCase().steal(session, using: &random)
    let uniform = oracle.schema.uniformRows(uniformRows, using: &random)
    let truth = model.predict(design.features)
    let predicted = try stolen.pipeline.predict(table).classes
    let copy = design.rowIndex.map { predicted[$0] }
    let copies = try PipelineOracle(stolen.pipeline).answers(uniform).labels
    return TreeAmazonTheft(
      dataset: name, bins: bins, indicators: encoder.features.space.count, queries: session.ledger.queries,
      agreementOnRows: share(truth, copy), agreementOnUniform: share(try oracle.answers(uniform).labels, copies),
      seed: seed)
  }

  private static func share(_ truth: [Int], _ copy: [Int]) -> Double {
    Double(zip(truth, copy).count { $0 == $1 }) / Double(max(truth.count, 1))
  }
}
