public import Methods

/// A way to train a model, with its settings.
public enum LearnerChoice: Sendable {
  /// A way to train a model of classes.
  case classifier(any ClassifierRecipe)
  /// A way to train a model of a number.
  case regressor(any RegressorRecipe)

  /// Whether the model has an intercept; true for a kind of model that cannot be without.
  public var hasIntercept: Bool { recipe.intercept }

  /// Whether decision trees are trained.
  public var growsTrees: Bool { type(of: recipe).growsTrees }

  /// The recipe of either kind.
  public var recipe: any ModelRecipe {
    switch self {
    case .classifier(let recipe): recipe
    case .regressor(let recipe): recipe
    }
  }
}

extension Catalogue where Element == LearnerChoice {
  /// Adds a way to train a model of classes, in place of one with the same id.
  public mutating func add<M: ClassifierRecipe>(_ recipe: M.Type) { add(recipe) { .classifier($0) } }

  /// Adds a way to train a model of a number, in place of one with the same id.
  public mutating func add<M: RegressorRecipe>(_ recipe: M.Type) { add(recipe) { .regressor($0) } }

  /// Ids of the ways to train a model of classes.
  public var classifierIDs: [String] {
    zip(ids, methods).compactMap { id, choice in
      if case .classifier = choice { id } else { nil }
    }
  }
}

/// Ways of training a model.
public enum Learners {
  /// The ones that come with the package, classifiers first, in the order in which they are listed.
  public static let builtIn: Catalogue<LearnerChoice> = {
    let classifiers: [any ClassifierRecipe.Type] = [
      LogisticRegression.self, SoftmaxRegression.self, OneVsRestRecipe.self, KernelLogisticRegression.self,
      TreeRecipe.self, ForestRecipe.self, NetworkRecipe.self, HighEntropyRecipe.self,
    ]
    let regressors: [any RegressorRecipe.Type] = [
      LeastSquaresRecipe.self, RidgeRecipe.self, LassoRecipe.self, ElasticNetRecipe.self,
      RegressionTreeRecipe.self, NetworkRegressionRecipe.self,
    ]
    var catalogue = Catalogue<LearnerChoice>(of: "learner")
    for recipe in classifiers { catalogue.add(recipe) }
    for recipe in regressors { catalogue.add(recipe) }
    return catalogue
  }()
}
