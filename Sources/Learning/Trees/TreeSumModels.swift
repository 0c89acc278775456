public import LinearAlgebra
import RealModule

/// A classifier on sums of regression trees, as gradient boosting fits it.
public struct TreeSumClassifier: Classifier, Hashable, Codable {
  /// How scores become probabilities.
  public enum Link: String, Sendable, Hashable, Codable, CaseIterable {
    /// One score `z`; class 1 has probability `1 / (1 + exp(−z))`.
    case logistic
    /// One score per class; probabilities in proportion to `exp(z)`.
    case softmax
    /// One score per class, each a logistic probability of its own; these are divided by their sum.
    case oneVsRest
    /// One score, which is the probability of class 1, or one per class, which are divided by their sum.
    case shares
    /// No probabilities: one score decides by its sign, several by the largest.
    case decision

    /// Whether there may be so many scores.
    func takes(_ scores: Int) -> Bool {
      switch self {
      case .logistic: scores == 1
      case .softmax, .oneVsRest: scores >= 2
      case .shares, .decision: scores >= 1
      }
    }
  }

  /// The scores.
  public let sum: TreeSum
  /// How they become probabilities.
  public let link: Link

  /// A classifier on scores.
  ///
  /// - Throws: ``ModelError/invalid(model:reason:)`` for a number of scores that the link does not take.
  public init(sum: TreeSum, link: Link) throws(ModelError) {
    guard link.takes(sum.base.count) else {
      throw .invalid(model: "sum of trees", reason: "\(sum.base.count) scores do not fit \(link.rawValue)")
    }
    self.sum = sum
    self.link = link
  }

  private enum CodingKeys: String, CodingKey { case sum, link }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      sum: container.decode(TreeSum.self, forKey: .sum), link: container.decode(Link.self, forKey: .link))
  }

  public var featureCount: Int { sum.featureCount }
  public var classCount: Int { max(sum.base.count, 2) }
  public var givesProbabilities: Bool { link != .decision }

  public func decisionScores(_ features: Matrix) -> Matrix? {
    givesProbabilities ? nil : sum.scores(features)
  }

  public func probabilities(_ features: Matrix) -> Matrix {
    var scores = sum.scores(features)
    let width = scores.columns
    guard width > 1 else { return pairs(scores) }
    scores.withMutableElements { elements in
      for row in 0..<features.rows {
        let place = UnsafeMutableBufferPointer(rebasing: elements[row * width..<(row + 1) * width])
        switch link {
        case .softmax: LinearClassifier.softmax(place)
        case .oneVsRest: LinearClassifier.normalise(place)
        case .shares: Self.divide(place)
        case .logistic, .decision: LinearClassifier.decide(place)
        }
      }
    }
    return scores
  }

  /// The probabilities of two classes by one score.
  private func pairs(_ scores: Matrix) -> Matrix {
    Matrix(
      rows: scores.rows, columns: 2,
      elements: scores.elements.flatMap { score -> [Double] in
        switch link {
        case .decision: return score > 0 ? [0, 1] : [1, 0]
        case .shares:
          let share = min(max(score, 0), 1)
          return [1 - share, share]
        case .logistic, .softmax, .oneVsRest:
          let tail = Double.exp(-abs(score))
          let (small, large) = (tail / (1 + tail), 1 / (1 + tail))
          return score > 0 ? [small, large] : [large, small]
        }
      })
  }

  /// Divides shares by their sum; shares that are all zero become equal.
  private static func divide(_ row: UnsafeMutableBufferPointer<Double>) {
    var sum = 0.0
    for index in row.indices {
      row[index] = max(row[index], 0)
      sum += row[index]
    }
    for index in row.indices { row[index] = sum > 0 ? row[index] / sum : 1 / Double(row.count) }
  }
}

/// A regressor on a sum of regression trees: a boosted one, or a forest.
public struct TreeSumRegressor: Regressor, Hashable, Codable {
  /// How the score becomes the prediction.
  public enum Link: String, Sendable, Hashable, Codable, CaseIterable {
    /// It is the prediction.
    case identity
    /// The prediction is its exponential, as for counts.
    case exponential
    /// The prediction is `1 / (1 + exp(−z))`.
    case logistic
  }

  /// The score.
  public let sum: TreeSum
  /// How it becomes the prediction.
  public let link: Link

  /// A regressor on one score.
  ///
  /// - Throws: ``ModelError/invalid(model:reason:)`` for several scores.
  public init(sum: TreeSum, link: Link = .identity) throws(ModelError) {
    guard sum.base.count == 1 else {
      throw .invalid(model: "sum of trees", reason: "a number has \(sum.base.count) scores")
    }
    self.sum = sum
    self.link = link
  }

  private enum CodingKeys: String, CodingKey { case sum, link }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      sum: container.decode(TreeSum.self, forKey: .sum), link: container.decode(Link.self, forKey: .link))
  }

  public var featureCount: Int { sum.featureCount }

  public func predict(_ features: Matrix) -> [Double] {
    let scores = sum.scores(features).elements
    return switch link {
    case .identity: scores
    case .exponential: scores.map { Double.exp($0) }
    case .logistic: scores.map { 1 / (1 + Double.exp(-$0)) }
    }
  }
}
