public import LinearAlgebra

extension LogisticRegression: ClassifierRecipe {
  public init() { self.init(penalty: 1) }

  public func train(
    _ data: ClassificationData, coded: [Int], workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let fit = try solve(data, workers: workers)
    return TrainedModel(.linearClassifier(fit.model), notes: fit.warnings.map { $0.description })
  }
}

extension SoftmaxRegression: ClassifierRecipe {
  public init() { self.init(penalty: 1) }

  public func train(
    _ data: ClassificationData, coded: [Int], workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let fit = try solve(data, workers: workers)
    return TrainedModel(.linearClassifier(fit.model), notes: fit.warnings.map { $0.description })
  }
}

/// ``OneVsRest`` with the settings of its binary models in one place.
public struct OneVsRestRecipe: ClassifierRecipe, Hashable {
  public static let card = OneVsRest.card

  /// Strength of the penalty of every binary model.
  public var penalty = 1.0
  /// Relative gradient norm at which a binary fit stops.
  public var gradientTolerance = 1e-8

  public init() {}

  public func train(
    _ data: ClassificationData, coded: [Int], workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let learner = OneVsRest(
      binary: LogisticRegression(penalty: penalty, gradientTolerance: gradientTolerance))
    let fit = try learner.solve(data, workers: workers)
    return TrainedModel(.linearClassifier(fit.model), notes: fit.warnings.map { $0.description })
  }
}

extension KernelLogisticRegression: ClassifierRecipe {
  public init() { self.init(representerCount: 20) }

  public func train(
    _ data: ClassificationData, coded: [Int], workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    TrainedModel(
      .kernelClassifier(try fit(data, using: &random)),
      notes: ["the model holds \(min(representerCount, data.count)) training rows as representers"])
  }
}

/// The settings that classification and regression trees share, flat; zero stands for no limit.
public struct TreeOptions: Sendable, Hashable, Codable {
  var maximumDepth = 0
  var maximumLeaves = 0
  var minimumLeafRows = 1
  var minimumSplitRows = 2
  var minimumImpurityDecrease = 0.0
  var pruning = 0.0
  var missing = DecisionTree.MissingPolicy.stop

  /// The settings of a learner, with coded columns as categories.
  func settings(coded: [Int]) -> TreeSettings {
    TreeSettings(
      limits: TreeLimits(
        maximumDepth: maximumDepth > 0 ? maximumDepth : nil,
        maximumLeaves: maximumLeaves > 0 ? maximumLeaves : nil, minimumLeafRows: minimumLeafRows,
        minimumSplitRows: minimumSplitRows, minimumImpurityDecrease: minimumImpurityDecrease,
        pruning: pruning),
      categoricalFeatures: coded, missing: missing)
  }
}

/// ``DecisionTreeClassifier`` with flat settings.
public struct TreeRecipe: ClassifierRecipe, Hashable {
  public static let card = DecisionTreeClassifier.card
  public static let growsTrees = true

  private var options = TreeOptions()
  private var criterion = DecisionTreeClassifier.Criterion.gini
  private var confidence = LeafConfidence.frequency

  public init() {}

  public func train(
    _ data: ClassificationData, coded: [Int], workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let learner = DecisionTreeClassifier(
      criterion: criterion, settings: options.settings(coded: coded), confidence: confidence)
    let model = try learner.fit(data, workers: workers, using: &random)
    return TrainedModel(
      .treeClassifier(model),
      notes: ["the tree has \(model.tree.leafCount) leaves and depth \(model.tree.depth)"])
  }

  private enum CodingKeys: String, CodingKey { case criterion, confidence }

  public func encode(to encoder: any Encoder) throws {
    try options.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(criterion, forKey: .criterion)
    try container.encode(confidence, forKey: .confidence)
  }

  public init(from decoder: any Decoder) throws {
    options = try TreeOptions(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    criterion = try container.decode(DecisionTreeClassifier.Criterion.self, forKey: .criterion)
    confidence = try container.decode(LeafConfidence.self, forKey: .confidence)
  }
}

/// ``RandomForestClassifier`` with flat settings.
public struct ForestRecipe: ClassifierRecipe, Hashable {
  public static let card = RandomForestClassifier.card
  public static let growsTrees = true

  private var options = TreeOptions()
  private var treeCount = 100
  private var drawsRows = true

  public init() {}

  public func train(
    _ data: ClassificationData, coded: [Int], workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let learner = RandomForestClassifier(
      treeCount: treeCount, drawsRows: drawsRows,
      tree: DecisionTreeClassifier(settings: options.settings(coded: coded)))
    return TrainedModel(.forest(try learner.fit(data, workers: workers, using: &random)))
  }

  private enum CodingKeys: String, CodingKey { case treeCount, drawsRows }

  public func encode(to encoder: any Encoder) throws {
    try options.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(treeCount, forKey: .treeCount)
    try container.encode(drawsRows, forKey: .drawsRows)
  }

  public init(from decoder: any Decoder) throws {
    options = try TreeOptions(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    treeCount = try container.decode(Int.self, forKey: .treeCount)
    drawsRows = try container.decode(Bool.self, forKey: .drawsRows)
  }
}
