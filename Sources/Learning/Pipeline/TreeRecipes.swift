public import LinearAlgebra
public import Methods

/// The settings that classification and regression trees share; zero stands for no limit.
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

  /// What can be set.
  static let settings: [Setting<Self>] = [
    .init("maximumDepth", \.maximumDepth, "most tests on the path to a leaf, 0 for no limit", in: 0...),
    .init("maximumLeaves", \.maximumLeaves, "most leaves, best split first, 0 for no limit", in: 0...),
    .init("minimumLeafRows", \.minimumLeafRows, "fewest rows of a leaf", in: 1...),
    .init("minimumSplitRows", \.minimumSplitRows, "fewest rows of a node that is split", in: 2...),
    .init(
      "minimumImpurityDecrease", \.minimumImpurityDecrease, "least weighted decrease of the impurity",
      in: 0...),
    .init("pruning", \.pruning, "cost of a leaf in cost-complexity pruning", in: 0...),
    .init(
      "missing", \.missing,
      "what rows without a value do: take the side that fits them better in training, stop at the node, or "
        + "follow both sides in proportion"),
    .init(
      "featuresPerSplit", \.featuresPerSplit,
      "features tried at a split, 0 for all (a forest: square root of their number)", in: 0...),
    .init(
      "breaksTiesAtRandom", \.breaksTiesAtRandom,
      "decide between equally good splits by the seed, else the first feature wins"),
    .init(
      "priorityFeature", \.priorityFeature, "a feature that is tested at one depth only",
      allowed: "name of an encoded column"),
    .init("priorityDepth", \.priorityDepth, "the depth of priorityFeature, 0 for the root", in: 0...),
  ]
}

/// The settings of a classification tree.
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

  /// What can be set.
  static let settings: [Setting<Self>] =
    TreeOptions.settings.map { $0.of(\.tree) } + [
      .init("criterion", \.criterion, "what a split decreases"),
      .init("confidence", \.confidence, "how leaf counts become probabilities"),
      .init("classWeights", \.classWeights, "factor for the rows of each class", each: .from(0)),
    ]
}

/// ``DecisionTreeClassifier`` as a recipe.
public struct TreeRecipe: ClassifierRecipe, Hashable {
  public static let card = DecisionTreeClassifier.card
  public static let settings: [Setting<Self>] = ClassTreeOptions.settings.map { $0.of(\.options) }
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
}

/// ``RandomForestClassifier`` as a recipe.
public struct ForestRecipe: ClassifierRecipe, Hashable {
  public static let card = RandomForestClassifier.card
  public static let settings: [Setting<Self>] =
    [
      .init("treeCount", \.treeCount, "number of trees", in: 1...1_000_000),
      .init("drawsRows", \.drawsRows, "whether every tree gets a bootstrap sample"),
    ] + ClassTreeOptions.settings.map { $0.of(\.options) }
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
}

/// ``DecisionTreeRegressor`` as a recipe.
public struct RegressionTreeRecipe: RegressorRecipe, Hashable {
  public static let card = DecisionTreeRegressor.card
  public static let settings: [Setting<Self>] = TreeOptions.settings.map { $0.of(\.options) }
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
}
