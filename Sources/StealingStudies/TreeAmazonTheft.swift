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
  /// Bins per column of numbers that the victim was trained with.
  public let bins: Int
  /// Indicators of all bins and categories.
  public let indicators: Int
  /// Queries in all.
  public let queries: Int
  /// Share of the rows that the victim was trained on with the same label.
  public let agreementOnOwnRows: Double
  /// Share of the rows that it was not trained on with the same label.
  public let agreementOnTestRows: Double
  /// Share of uniform rows with the same label.
  public let agreementOnUniform: Double
  /// Agreement on the rows that it was not trained on of a copy that always gives the same label.
  public let constantOnTestRows: Double
  /// The same on the uniform rows.
  public let constantOnUniform: Double
  /// The seed.
  public let seed: UInt64

  /// Trains a softmax model (of two classes a logistic one) on 70 % of the rows of a table, with numbers in bins whose
  /// ends are those of these rows, and steals it.
  ///
  /// - Parameters:
  ///   - epsilon: width to which the ends of bins are found, as a share of half the range of a column.
  ///   - seed: of the choice of the rows and of the attack.
  /// - Throws: `DesignError`, `LearningError`, `StealingError`, `QueryError`.
  public static func run(
    _ name: String, _ table: Table, target: String, bins: Int, ignored: [String] = [], epsilon: Double = 1e-3,
    seed: UInt64, uniformRows: Int = 10_000
  ) async throws -> TreeAmazonTheft {
    let options = EncodingOptions(
      numeric: .none, bins: bins, missing: .zero, unseen: .allZero, ignored: ignored)
    let classes = try ClassEncoder.labels(table, target: target)
    let known = table.index(of: target).map { place in
      zip(0..., table.columns[place].texts()).compactMap { $1 == nil ? nil : $0 }
    }
    let split = HeldOutSplit(known ?? [], of: name, seed: seed)
    // The ends of bins and the categories are those of the training rows.
    let encoder = try ClassEncoder.fit(
      table, target: target, classes: classes, rows: split.training.sorted(), options: options)
    let design = try encoder.design(table)
    let places = Dictionary(uniqueKeysWithValues: zip(design.rowIndex, design.rowIndex.indices))
    let training = split.training.compactMap { places[$0] }
    let test = split.test.compactMap { places[$0] }
    let data = ClassificationData(
      features: design.features.rows(at: training), labels: training.map { design.labels[$0] },
      classCount: classes.count)
    let model =
      classes.count == 2
      ? try LogisticRegression(penalty: 1).solve(data, workers: 1).model
      : try SoftmaxRegression(penalty: 1).solve(data, workers: 1).model
    let victim = try Pipeline(
      features: encoder.features, target: .classes(name: target, labels: classes),
      model: .linearClassifier(model))
    let oracle = PipelineOracle(victim, columns: try inputs(of: victim, rangesFrom: table, name))
    let session = QuerySession(oracle)
    var attack = AmazonCase()
    attack.epsilon = epsilon
    var random = RandomStream(seed: seed)
    let stolen = try await attack.steal(session, using: &random)
    let uniform = oracle.schema.uniformRows(uniformRows, using: &random)
    let truth = model.predict(design.features)
    let predicted = try stolen.pipeline.predict(table).classes
    let copy = design.rowIndex.map { predicted[$0] }
    func agreement(_ places: [Int]) -> Double {
      Double(places.count { truth[$0] == copy[$0] }) / Double(max(places.count, 1))
    }
    return TreeAmazonTheft(
      dataset: name, bins: bins, indicators: encoder.features.space.count, queries: session.ledger.queries,
      agreementOnOwnRows: agreement(training), agreementOnTestRows: agreement(test),
      agreementOnUniform: try oracle.agreement(with: stolen.pipeline, on: uniform),
      constantOnTestRows: test.map { Answer(label: truth[$0]) }.shareOfCommonest,
      constantOnUniform: try oracle.answers(uniform).shareOfCommonest, seed: seed)
  }

  /// The columns of a model with bins, whose numbers reach from the smallest to the largest value of a table, as an
  /// attacker knows them who scaled the data.
  static func inputs(of victim: Pipeline, rangesFrom table: Table, _ name: String) throws -> [InputColumn] {
    // The ends of the bins tell a range too, but not that of the data.
    let columns = victim.describedColumns.map { column in
      guard column.isNumber, column.group == nil else { return column }
      return DescribedColumn(name: column.name, kind: .number(nil), isWhole: column.isWhole)
    }
    return try ColumnRanges(examples: [.init(table, name: name)]).columns(columns).inputs
  }
}
