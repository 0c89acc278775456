public import LinearAlgebra

/// A fitted model that gives every row a probability for each class. It holds parameters, never training data
/// (the representers of a kernel model are the one exception, and the model says so).
public protocol Classifier: Sendable {
  /// Number of features that a row must have.
  var featureCount: Int { get }
  /// Number of classes; they are called `0..<classCount`.
  var classCount: Int { get }
  /// One row per row of `features` and one column per class; every row is non-negative and sums to one.
  func probabilities(_ features: Matrix) -> Matrix
  /// Whether probabilities say how sure the model is; one that only decides gives its class the probability 1.
  var givesProbabilities: Bool { get }
  /// The scores by which a model without probabilities decides, one row per row of `features`: one column that decides
  /// between two classes by its sign, or one per class, of which the largest wins. Nil for a model of probabilities.
  func decisionScores(_ features: Matrix) -> Matrix?
  /// The predicted class of every row.
  func predict(_ features: Matrix) -> [Int]
}

extension Classifier {
  /// True: nearly all models give probabilities.
  public var givesProbabilities: Bool { true }

  /// Nil: nearly all models give probabilities.
  public func decisionScores(_ features: Matrix) -> Matrix? { nil }

  /// The most probable class of every row; of equally probable ones the first.
  public func predict(_ features: Matrix) -> [Int] { probabilities(features).rowArguments() }

  /// The share of the rows of `data` whose predicted class is right, every row counted once.
  public func accuracy(on data: ClassificationData) -> Double {
    guard data.count > 0 else { return 0 }
    let right = zip(predict(data.features), data.labels).count { $0 == $1 }
    return Double(right) / Double(data.count)
  }
}

/// Hyper-parameters of a classification method; `fit` turns them and data into a model.
public protocol ClassificationLearner<Fitted>: Sendable {
  /// The kind of model that is fitted.
  associatedtype Fitted: Classifier
  /// Learns from `data`. Deterministic learners do not draw from `random`.
  ///
  /// - Throws: an error that says what in the data makes a fit impossible.
  func fit(_ data: ClassificationData, using random: inout RandomStream) throws -> Fitted
}

extension Matrix {
  /// The first row with an element that is NaN or infinite; nil if there is none.
  public var firstRowNotFinite: Int? {
    withElements { elements in elements.firstIndex { !$0.isFinite } }.map { $0 / columns }
  }

  /// The column of the largest element of every row; of equal ones the first.
  func rowArguments() -> [Int] {
    (0..<rows).map { row in
      withRow(row) { values in
        var best = 0
        for column in values.indices.dropFirst() where values[column] > values[best] { best = column }
        return best
      }
    }
  }
}
