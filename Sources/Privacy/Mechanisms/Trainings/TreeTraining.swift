public import Learning
public import LinearAlgebra
public import Methods
import Tabular

/// ``PrivateTree`` as a training of tables.
public struct TreeTraining: PrivateMechanism {
  public static let card = PrivateTree.card
  public static let models = [
    PrivateModel("tree", predicts: .classes), PrivateModel("forest", predicts: .classes),
    PrivateModel("tree-regressor", predicts: .number),
  ]
  public static let features = PrivateFeatures.places
  public static let settings: [Setting<Self>] = [
    .epsilon(\.epsilon),
    .init(
      "treeCount", \.treeCount,
      "trees, among which epsilon is split; 0 for 10 in a forest, 1 in a tree or tree-regressor",
      in: 0...10_000),
    .init("depth", \.depth, "depth of every tree", in: 1...16),
    .init("adjacency", \.adjacency, "which data sets are neighbours"),
  ]

  /// Privacy budget; must be given.
  public var epsilon: Double?
  /// Trees, which share the budget; 0 for 10 in a forest and 1 in other models.
  public var treeCount = 0
  /// Tests on the way to a leaf.
  public var depth = 6
  /// Which data sets are neighbours.
  public var adjacency = NeighbourRelation.addRemove

  public init() {}

  public func train(
    _ task: PrivateTask, using random: inout RandomStream
  ) throws -> PrivateFit<FittedModel> {
    let count = treeCount > 0 ? treeCount : task.model == "forest" ? 10 : 1
    let mechanism = PrivateTree(
      epsilon: try given("epsilon", epsilon), treeCount: count, depth: depth, adjacency: adjacency)
    let features = task.inputs.map(PrivateTree.Feature.init)
    switch task.rows {
    case .numbers(let data):
      guard let range = task.bounds.target else { throw PrivacyError.missingBound("the range of the target") }
      return try mechanism.fit(data, features: features, target: range, using: &random)
        .map { .treeRegressor($0) }
    case .classes(let data):
      return try mechanism.fit(data, features: features, using: &random).map { .forest($0) }
    }
  }
}

extension PrivateTree.Feature {
  /// What is public of a column.
  fileprivate init(_ column: InputColumn) {
    switch column.kind {
    case .number(let lower, let upper): self = .number(lower...upper)
    case .category(let levels): self = .codes(levels.count)
    }
  }
}
