public import Learning
public import LinearAlgebra
public import Tabular

/// A decision tree as a prediction service of 2016 grew and served it, with the rows that it was grown on and others.
///
/// Categories are split into one level and the rest, growth takes the best split first up to a number of leaves, the
/// confidence of a leaf is Wilson's lower bound with five decimals, and a query that lacks the column of a test gets
/// the answer of that node.
///
/// - Source: the service's client library (bigml 9.8.3) as used by Tramèr et al., USENIX Security 2016, section 4.2.
public struct TreeVictim: Sendable {
  /// The data set.
  public let name: String
  /// The tree on codes of categories and numbers in their own unit.
  public let pipeline: Pipeline
  /// The rows without gaps that it was grown on, as queries.
  public let rows: Matrix
  /// The rows without gaps that it was not grown on, 30 % of all, as queries.
  public let testRows: Matrix

  /// The tree itself.
  public var tree: DecisionTree {
    switch pipeline.model {
    case .treeClassifier(let model): model.tree
    case .treeRegressor(let model): model.tree
    default: preconditionFailure("a victim that is no tree")
    }
  }

  private static func options(ignored: [String]) -> EncodingOptions {
    EncodingOptions(
      numeric: .none, categories: .codes, missing: .keep, unseen: .allZero, ignored: ignored)
  }

  /// A classification tree on 70 % of the rows of a table that have a target.
  ///
  /// - Parameters:
  ///   - leaves: most leaves; nil for as many as the rows give.
  ///   - seed: of the choice of the rows.
  /// - Throws: `DesignError` and `LearningError`.
  public static func classifier(
    _ name: String, _ table: Table, target: String, ignored: [String] = [], leaves: Int?,
    minimumLeafRows: Int = 1, seed: UInt64
  ) throws -> TreeVictim {
    let encoder = try ClassEncoder.fit(table, target: target, options: options(ignored: ignored))
    let design = try encoder.design(table)
    let split = HeldOutSplit(design.labels.count, of: name, seed: seed)
    let learner = DecisionTreeClassifier(
      settings: settings(leaves, minimumLeafRows, encoder.features), confidence: .wilson)
    var random = HeldOutSplit.stream(name, "tree", seed: seed)
    let model = try learner.fit(
      ClassificationData(
        features: design.features.rows(at: split.training), labels: split.training.map { design.labels[$0] },
        classCount: encoder.classes.count),
      using: &random)
    return TreeVictim(
      name: name,
      pipeline: try Pipeline(
        features: encoder.features, target: .classes(name: target, labels: encoder.classes),
        model: .treeClassifier(model)),
      rows: whole(design.features, split.training), testRows: whole(design.features, split.test))
  }

  /// A regression tree on 70 % of the rows of a table that have a target.
  ///
  /// - Parameters:
  ///   - leaves: most leaves; nil for as many as the rows give.
  ///   - seed: of the choice of the rows.
  /// - Throws: `DesignError` and `LearningError`.
  public static func regressor(
    _ name: String, _ table: Table, target: String, ignored: [String] = [], leaves: Int?,
    minimumLeafRows: Int = 1, seed: UInt64
  ) throws -> TreeVictim {
    guard let position = table.index(of: target), case .numeric(let numbers) = table.columns[position].values
    else { throw DesignError.unknownColumn(target, known: table.columns.map(\.name), nearest: nil) }
    let used = numbers.indices.filter { numbers[$0].isFinite }
    let part = table.rows(at: used)
    let features = try FeatureEncoder.fit(part, without: [target], options: options(ignored: ignored))
    let design = try features.features(part)
    let split = HeldOutSplit(design.rowIndex.count, of: name, seed: seed)
    let learner = DecisionTreeRegressor(settings: settings(leaves, minimumLeafRows, features))
    var random = HeldOutSplit.stream(name, "tree", seed: seed)
    let model = try learner.fit(
      RegressionData(
        features: design.matrix.rows(at: split.training),
        target: split.training.map { numbers[used[design.rowIndex[$0]]] }),
      using: &random)
    return TreeVictim(
      name: name,
      pipeline: try Pipeline(features: features, target: .number(name: target), model: .treeRegressor(model)),
      rows: whole(design.matrix, split.training), testRows: whole(design.matrix, split.test))
  }

  private static func settings(_ leaves: Int?, _ rows: Int, _ features: FeatureEncoder) -> TreeSettings {
    TreeSettings(
      limits: TreeLimits(maximumLeaves: leaves, minimumLeafRows: rows),
      categoricalFeatures: features.codedColumns, missing: .stop)
  }

  private static func whole(_ rows: Matrix, _ places: [Int]) -> Matrix {
    rows.rows(at: places.filter { rows.row($0).allSatisfy(\.isFinite) })
  }
}
