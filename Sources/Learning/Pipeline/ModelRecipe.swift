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
  /// Labels of the classes, for messages; empty if they have no names.
  public let labels: [String]

  /// Numbers without names.
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
