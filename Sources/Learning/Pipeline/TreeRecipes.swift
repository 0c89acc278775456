public import LinearAlgebra

/// The settings that classification and regression trees share, flat; zero stands for no limit.
struct TreeOptions: Sendable, Hashable, Codable {
  var maximumDepth = 0
  var maximumLeaves = 0
  var minimumLeafRows = 1
  var minimumSplitRows = 2
  var minimumImpurityDecrease = 0.0
  var pruning = 0.0
  var missing = DecisionTree.MissingPolicy.learned
  var featuresPerSplit = 0
  var breaksTiesAtRandom = false
  var priorityFeature = ""
  var priorityDepth = 0

  /// The settings of a learner, with coded columns as categories.
  ///
  /// - Throws: ``LearningError/unknownFeature(_:known:)`` if the feature of the priority is not there.
  func settings(_ columns: EncodedColumns) throws(LearningError) -> TreeSettings {
    var priority: SplitPriority?
    if !priorityFeature.isEmpty {
      guard let feature = columns.names.firstIndex(of: priorityFeature) else {
        throw .unknownFeature(priorityFeature, known: columns.names)
      }
      priority = SplitPriority(feature: feature, depth: priorityDepth)
    }
    return TreeSettings(
      limits: TreeLimits(
        maximumDepth: maximumDepth > 0 ? maximumDepth : nil,
        maximumLeaves: maximumLeaves > 0 ? maximumLeaves : nil, minimumLeafRows: minimumLeafRows,
        minimumSplitRows: minimumSplitRows, minimumImpurityDecrease: minimumImpurityDecrease,
        pruning: pruning),
      categoricalFeatures: columns.coded,
      featuresPerSplit: featuresPerSplit > 0 ? featuresPerSplit : nil,
      breaksTiesAtRandom: breaksTiesAtRandom, missing: missing, priority: priority)
  }

  /// The settings for method cards.
  static let parameters: [MethodCard.Parameter] =
    treeParameters + [
      .init(
        "featuresPerSplit", "features tried at a split, 0 for all (a forest: square root of their number)",
        range: "0...", default: "0"),
      .init(
        "breaksTiesAtRandom", "decide between equally good splits by the seed, else the first feature wins",
        range: "true|false", default: "false"),
      .init(
        "priorityFeature", "a feature that is tested at one depth only", range: "name of an encoded column",
        default: "\"\""),
      .init("priorityDepth", "the depth of priorityFeature, 0 for the root", range: "0...", default: "0"),
    ]
}

/// The settings of a classification tree, flat.
struct ClassTreeOptions: Sendable, Hashable, Codable {
  private var tree = TreeOptions()
  private var criterion = DecisionTreeClassifier.Criterion.gini
  private var confidence = LeafConfidence.frequency
  private var classWeights: [Double] = []

  /// The defaults.
  init() {}

  /// The learner with these settings.
  func learner(_ columns: EncodedColumns) throws -> DecisionTreeClassifier {
    DecisionTreeClassifier(
      criterion: criterion, settings: try tree.settings(columns),
      classWeights: classWeights.isEmpty ? nil : classWeights, confidence: confidence)
  }

  private enum CodingKeys: String, CodingKey { case criterion, confidence, classWeights }

  func encode(to encoder: any Encoder) throws {
    try tree.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(criterion, forKey: .criterion)
    try container.encode(confidence, forKey: .confidence)
    try container.encode(classWeights, forKey: .classWeights)
  }

  init(from decoder: any Decoder) throws {
    tree = try TreeOptions(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    criterion = try container.decode(DecisionTreeClassifier.Criterion.self, forKey: .criterion)
    confidence = try container.decode(LeafConfidence.self, forKey: .confidence)
    classWeights = try container.decode([Double].self, forKey: .classWeights)
  }

  /// The settings for method cards.
  static let parameters: [MethodCard.Parameter] =
    TreeOptions.parameters + [
      .init("criterion", "what a split decreases", range: "gini|entropy", default: "gini"),
      .init(
        "confidence", "how leaf counts become probabilities", range: "frequency|laplace|wilson",
        default: "frequency"),
      .init("classWeights", "factor for the rows of each class", range: "a list of 0...", default: "[]"),
    ]
}

/// ``DecisionTreeClassifier`` with flat settings.
public struct TreeRecipe: ClassifierRecipe, Hashable {
  public static let card = DecisionTreeClassifier.card.replacingParameters(ClassTreeOptions.parameters)
  public static let growsTrees = true

  private var options = ClassTreeOptions()

  public init() {}

  public func train(
    _ data: ClassificationData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let model = try options.learner(columns).fit(data, workers: workers, using: &random)
    return TrainedModel(
      .treeClassifier(model),
      notes: ["the tree has \(model.tree.leafCount) leaves and depth \(model.tree.depth)"])
  }

  public func encode(to encoder: any Encoder) throws { try options.encode(to: encoder) }

  public init(from decoder: any Decoder) throws { options = try ClassTreeOptions(from: decoder) }
}

/// ``RandomForestClassifier`` with flat settings.
public struct ForestRecipe: ClassifierRecipe, Hashable {
  public static let card = RandomForestClassifier.card.replacingParameters(
    RandomForestClassifier.card.parameters.filter { ["treeCount", "drawsRows"].contains($0.name) }
      + ClassTreeOptions.parameters)
  public static let growsTrees = true

  private var options = ClassTreeOptions()
  private var treeCount = 100
  private var drawsRows = true

  public init() {}

  public func train(
    _ data: ClassificationData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let learner = RandomForestClassifier(
      treeCount: treeCount, drawsRows: drawsRows, tree: try options.learner(columns))
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
    options = try ClassTreeOptions(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    treeCount = try container.decode(Int.self, forKey: .treeCount)
    drawsRows = try container.decode(Bool.self, forKey: .drawsRows)
  }
}

/// ``DecisionTreeRegressor`` with flat settings.
public struct RegressionTreeRecipe: RegressorRecipe, Hashable {
  public static let card = DecisionTreeRegressor.card.replacingParameters(TreeOptions.parameters)
  public static let growsTrees = true

  private var options = TreeOptions()

  public init() {}

  public func train(
    _ data: RegressionData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let learner = DecisionTreeRegressor(settings: try options.settings(columns))
    let model = try learner.fit(data, workers: workers, using: &random)
    return TrainedModel(
      .treeRegressor(model),
      notes: ["the tree has \(model.tree.leafCount) leaves and depth \(model.tree.depth)"])
  }

  public func encode(to encoder: any Encoder) throws { try options.encode(to: encoder) }

  public init(from decoder: any Decoder) throws { options = try TreeOptions(from: decoder) }
}
