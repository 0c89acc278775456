import LinearAlgebra

/// Any model of this library as one value, which a file can hold.
public enum FittedModel: Sendable, Hashable, Codable {
  /// A number by a weighted sum of the features.
  case linear(LinearModel)
  /// A number by a tree.
  case treeRegressor(TreeRegressor)
  /// Classes by weighted sums of the features.
  case linearClassifier(LinearClassifier)
  /// Classes by the similarity to some training rows, which the model holds.
  case kernelClassifier(KernelClassifier)
  /// Classes by a tree.
  case treeClassifier(TreeClassifier)
  /// Classes by several trees.
  case forest(ForestClassifier)
  /// Classes by a neural network.
  case networkClassifier(NetworkClassifier)
  /// A number by a neural network.
  case networkRegressor(NetworkRegressor)
  /// Classes by sums of regression trees, as boosting fits them.
  case treeSumClassifier(TreeSumClassifier)
  /// A number by a sum of regression trees.
  case treeSumRegressor(TreeSumRegressor)

  /// A classifier of this library as one value; nil for one of another type.
  public init?(_ classifier: any Classifier) {
    switch classifier {
    case let model as LinearClassifier: self = .linearClassifier(model)
    case let model as KernelClassifier: self = .kernelClassifier(model)
    case let model as TreeClassifier: self = .treeClassifier(model)
    case let model as ForestClassifier: self = .forest(model)
    case let model as NetworkClassifier: self = .networkClassifier(model)
    case let model as TreeSumClassifier: self = .treeSumClassifier(model)
    default: return nil
    }
  }

  /// The model as a classifier; nil if it predicts numbers.
  public var classifier: (any Classifier)? {
    switch self {
    case .linear, .treeRegressor, .networkRegressor, .treeSumRegressor: nil
    case .linearClassifier(let model): model
    case .kernelClassifier(let model): model
    case .treeClassifier(let model): model
    case .forest(let model): model
    case .networkClassifier(let model): model
    case .treeSumClassifier(let model): model
    }
  }

  /// The model as a regressor; nil if it predicts classes.
  public var regressor: (any Regressor)? {
    switch self {
    case .linear(let model): model
    case .treeRegressor(let model): model
    case .networkRegressor(let model): model
    case .treeSumRegressor(let model): model
    case .linearClassifier, .kernelClassifier, .treeClassifier, .forest, .networkClassifier,
      .treeSumClassifier:
      nil
    }
  }

  /// Number of features that a row must have.
  public var featureCount: Int { classifier?.featureCount ?? regressor?.featureCount ?? 0 }

  /// Whether missing values, as NaN, may reach the model.
  public var acceptsMissingValues: Bool {
    switch self {
    case .treeClassifier, .treeRegressor, .forest, .treeSumClassifier, .treeSumRegressor: true
    case .linear, .linearClassifier, .kernelClassifier, .networkClassifier, .networkRegressor: false
    }
  }

  /// The trees of the model, in their order; empty for a model without.
  public var trees: [DecisionTree] {
    switch self {
    case .treeClassifier(let model): [model.tree]
    case .treeRegressor(let model): [model.tree]
    case .forest(let model): model.trees.map(\.tree)
    case .treeSumClassifier(let model): model.sum.terms.map(\.tree)
    case .treeSumRegressor(let model): model.sum.terms.map(\.tree)
    case .linear, .linearClassifier, .kernelClassifier, .networkClassifier, .networkRegressor: []
    }
  }

  private enum CodingKeys: String, CodingKey { case kind, parameters }

  /// The names of the kinds in files.
  private enum Kind: String, Codable {
    case linear, forest
    case treeRegressor = "tree-regressor"
    case linearClassifier = "linear-classifier"
    case kernelClassifier = "kernel-classifier"
    case treeClassifier = "tree-classifier"
    case networkClassifier = "network-classifier"
    case networkRegressor = "network-regressor"
    case treeSumClassifier = "tree-sum-classifier"
    case treeSumRegressor = "tree-sum-regressor"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    func write(_ kind: Kind, _ parameters: some Encodable) throws {
      try container.encode(kind, forKey: .kind)
      try container.encode(parameters, forKey: .parameters)
    }
    switch self {
    case .linear(let model): try write(.linear, model)
    case .treeRegressor(let model): try write(.treeRegressor, model)
    case .linearClassifier(let model): try write(.linearClassifier, model)
    case .kernelClassifier(let model): try write(.kernelClassifier, model)
    case .treeClassifier(let model): try write(.treeClassifier, model)
    case .forest(let model): try write(.forest, model)
    case .networkClassifier(let model): try write(.networkClassifier, model)
    case .networkRegressor(let model): try write(.networkRegressor, model)
    case .treeSumClassifier(let model): try write(.treeSumClassifier, model)
    case .treeSumRegressor(let model): try write(.treeSumRegressor, model)
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func read<Model: Decodable>(_ type: Model.Type) throws -> Model {
      try container.decode(type, forKey: .parameters)
    }
    switch try container.decode(Kind.self, forKey: .kind) {
    case .linear: self = .linear(try read(LinearModel.self))
    case .treeRegressor: self = .treeRegressor(try read(TreeRegressor.self))
    case .linearClassifier: self = .linearClassifier(try read(LinearClassifier.self))
    case .kernelClassifier: self = .kernelClassifier(try read(KernelClassifier.self))
    case .treeClassifier: self = .treeClassifier(try read(TreeClassifier.self))
    case .forest: self = .forest(try read(ForestClassifier.self))
    case .networkClassifier: self = .networkClassifier(try read(NetworkClassifier.self))
    case .networkRegressor: self = .networkRegressor(try read(NetworkRegressor.self))
    case .treeSumClassifier: self = .treeSumClassifier(try read(TreeSumClassifier.self))
    case .treeSumRegressor: self = .treeSumRegressor(try read(TreeSumRegressor.self))
    }
  }
}
