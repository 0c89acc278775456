public import LinearAlgebra
public import Methods
public import Tabular

/// A model with what should be said of its training.
public struct TrainedModel: Sendable, Hashable {
  /// The model.
  public let model: FittedModel
  /// Choices that training made and warnings, one sentence each.
  public let notes: [String]

  /// A trained model.
  public init(_ model: FittedModel, notes: [String] = []) {
    self.model = model
    self.notes = notes
  }
}

/// A way of training that can be chosen by its id and set by `name=value`: its stored properties are its settings.
public protocol ModelRecipe: Method {
  /// Whether decision trees are trained, which take categories as codes and rows with gaps.
  static var growsTrees: Bool { get }
  /// Whether the model has an intercept; true for a kind of model that cannot be without.
  var intercept: Bool { get }
}

extension ModelRecipe {
  public static var growsTrees: Bool { false }
  public var intercept: Bool { true }
}

/// What a learner may know of the features beside their values.
public struct EncodedColumns: Sendable, Hashable {
  /// Name of every column.
  public let names: [String]
  /// Columns that hold codes of categories.
  public let coded: [Int]
  /// Labels of the classes, for messages; empty where nobody named them.
  public let labels: [String]

  /// Numbers that nobody named.
  public static let unnamed = EncodedColumns(names: [], coded: [])

  /// Names of columns, of which some hold codes, and of classes.
  public init(names: [String], coded: [Int], labels: [String] = []) {
    self.names = names
    self.coded = coded
    self.labels = labels
  }

  /// The columns and classes that an encoding makes.
  public init(_ encoder: ClassEncoder) {
    self.init(
      names: encoder.features.space.names, coded: encoder.features.codedColumns, labels: encoder.classes)
  }

  /// The columns that an encoding makes.
  public init(_ encoder: FeatureEncoder) {
    self.init(names: encoder.space.names, coded: encoder.codedColumns)
  }
}

/// A recipe for a classifier.
public protocol ClassifierRecipe: ModelRecipe {
  /// Trains on `workers` threads, which do not change the model.
  ///
  /// - Parameter columns: names and kinds of the features.
  func train(
    _ data: ClassificationData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel
}

/// A recipe for a model of a number.
public protocol RegressorRecipe: ModelRecipe {
  /// Trains on `workers` threads, which do not change the model.
  ///
  /// - Parameter columns: names and kinds of the features.
  func train(
    _ data: RegressionData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel
}

/// All ways of training a model, by their ids.
public enum ModelCatalogue {
  /// Recipes for classifiers.
  public static let classifiers: [any ClassifierRecipe.Type] = [
    LogisticRegression.self, SoftmaxRegression.self, OneVsRestRecipe.self, KernelLogisticRegression.self,
    TreeRecipe.self, ForestRecipe.self, NetworkRecipe.self, HighEntropyRecipe.self,
  ]
  /// Recipes for models of a number.
  public static let regressors: [any RegressorRecipe.Type] = [
    LeastSquaresRecipe.self, RidgeRecipe.self, LassoRecipe.self, ElasticNetRecipe.self,
    RegressionTreeRecipe.self, NetworkRegressionRecipe.self,
  ]

  /// The cards of all recipes with their settings.
  public static var entries: [MethodEntry] { classifiers.map { $0.entry } + regressors.map { $0.entry } }

  /// What an id stands for, with its settings.
  public enum Choice: Sendable {
    /// A way to train a model of classes.
    case classifier(any ClassifierRecipe)
    /// A way to train a model of a number.
    case regressor(any RegressorRecipe)

    /// Whether the model has an intercept; true for a kind of model that cannot be without.
    public var hasIntercept: Bool {
      switch self {
      case .classifier(let recipe): recipe.intercept
      case .regressor(let recipe): recipe.intercept
      }
    }

    /// Whether decision trees are trained.
    public var growsTrees: Bool {
      switch self {
      case .classifier(let recipe): type(of: recipe).growsTrees
      case .regressor(let recipe): type(of: recipe).growsTrees
      }
    }
  }

  /// The recipe with the given id and settings.
  ///
  /// - Throws: ``LearningError/unknownLearner(id:known:)`` or an error of the settings.
  public static func recipe(_ id: String, settings: MethodSettings = .none) throws -> Choice {
    for type in classifiers where type.card.id == id { return .classifier(try type.configured(settings)) }
    for type in regressors where type.card.id == id { return .regressor(try type.configured(settings)) }
    throw LearningError.unknownLearner(id: id, known: entries.map(\.id))
  }
}
