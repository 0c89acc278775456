public import LinearAlgebra

/// How the scores of a ``LinearClassifier`` become probabilities.
public enum ClassLink: String, Sendable, Hashable, Codable {
  /// One score `z`; class 1 has probability `1 / (1 + exp(−z))`.
  case logistic
  /// One score per class; probabilities in proportion to `exp(z)`.
  case softmax
  /// One score per class, each a logistic probability of its own; these are divided by their sum.
  case oneVsRest
  /// No probabilities, as for a support vector machine: one score decides by its sign, several by the largest.
  case decision

  /// Whether a model may have so many scores.
  func takes(_ scores: Int) -> Bool {
    switch self {
    case .logistic: scores == 1
    case .softmax, .oneVsRest: scores >= 2
    case .decision: scores >= 1
    }
  }
}

/// A classifier with scores `z = Wx + b`.
///
/// Adding the same numbers to all rows of `weights` and to all intercepts changes no probability of a softmax
/// model; fits choose the representation in which they sum to zero.
public struct LinearClassifier: Classifier, Hashable, Codable {
  /// The weights `W`: one row for ``ClassLink/logistic`` and a decision between two classes, else one row per class; one
  /// column per feature.
  public let weights: Matrix
  /// The intercepts `b`, one per row of `weights`.
  public let intercepts: [Double]
  /// How scores become probabilities.
  public let link: ClassLink

  /// A classifier with the given parameters, whose shapes must fit.
  public init(weights: Matrix, intercepts: [Double], link: ClassLink) {
    precondition(weights.rows == intercepts.count, "\(weights.rows) rows and \(intercepts.count) intercepts")
    precondition(link.takes(weights.rows), "rows do not fit \(link)")
    self.weights = weights
    self.intercepts = intercepts
    self.link = link
  }

  /// A binary classifier.
  public init(weights: [Double], intercept: Double) {
    self.init(
      weights: Matrix(rows: 1, columns: weights.count, elements: weights), intercepts: [intercept],
      link: .logistic)
  }

  private enum CodingKeys: String, CodingKey {
    case weights, intercepts, link
  }

  /// Decodes a classifier and checks that its shapes fit.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    weights = try container.decode(Matrix.self, forKey: .weights)
    intercepts = try container.decode([Double].self, forKey: .intercepts)
    link = try container.decode(ClassLink.self, forKey: .link)
    guard weights.rows == intercepts.count, link.takes(weights.rows) else {
      throw DecodingError.dataCorruptedError(
        forKey: .weights, in: container,
        debugDescription: "\(weights.rows) rows of weights and \(intercepts.count) intercepts for \(link)")
    }
  }

  public var featureCount: Int { weights.columns }

  public var classCount: Int { max(weights.rows, 2) }

  public var givesProbabilities: Bool { link != .decision }

  /// The scores `z`, one row per row of `features` and one column per row of ``weights``.
  public func scores(_ features: Matrix) -> Matrix { map(features, columns: weights.rows) { _, _ in } }

  public func decisionScores(_ features: Matrix) -> Matrix? { givesProbabilities ? nil : scores(features) }

  public func probabilities(_ features: Matrix) -> Matrix { probabilities(features, workers: 1) }

  /// The probabilities of all classes, computed on several threads; the result does not depend on their number.
  public func probabilities(_ features: Matrix, workers: Int) -> Matrix {
    switch link {
    case .logistic: binaryProbabilities(features, workers: workers)
    case .softmax: map(features, columns: classCount, workers: workers) { row, _ in Self.softmax(row) }
    case .oneVsRest: map(features, columns: classCount, workers: workers) { row, _ in Self.normalise(row) }
    case .decision: certainties(features, workers: workers)
    }
  }

  public func predict(_ features: Matrix) -> [Int] {
    let scores = scores(features)
    guard weights.rows == 1 else { return scores.rowArguments() }
    // At a score of zero both classes are equally probable, and the first wins.
    return scores.elements.map { $0 > 0 ? 1 : 0 }
  }
}
