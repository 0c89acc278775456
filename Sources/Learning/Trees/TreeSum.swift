public import LinearAlgebra

/// Scores that are sums over regression trees: every tree adds the value of its leaf to one score.
///
/// This is what gradient boosting fits, and what a forest of a number is when every tree holds its share of the mean.
///
/// - Source: Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29 (2001).
public struct TreeSum: Sendable, Hashable, Codable {
  /// A tree and the score that it adds to.
  public struct Term: Sendable, Hashable, Codable {
    /// The tree, with one value a node.
    public let tree: DecisionTree
    /// The place of the score in ``TreeSum/base``.
    public let score: Int

    /// A tree that adds to a score.
    public init(tree: DecisionTree, score: Int) {
      self.tree = tree
      self.score = score
    }
  }

  /// The trees, in the order in which they are added up; at least one, all of the same features.
  public let terms: [Term]
  /// What every score begins with.
  public let base: [Double]

  /// A sum of trees.
  ///
  /// - Throws: ``ModelError/invalid(model:reason:)`` if the trees and scores do not fit together.
  public init(terms: [Term], base: [Double]) throws(ModelError) {
    func fail(_ reason: String) -> ModelError { .invalid(model: "sum of trees", reason: reason) }
    guard let first = terms.first else { throw fail("it has no tree") }
    guard !base.isEmpty, base.allSatisfy(\.isFinite) else { throw fail("its scores begin with no numbers") }
    for term in terms {
      guard term.tree.featureCount == first.tree.featureCount else {
        throw fail("its trees have different features")
      }
      guard term.tree.values.columns == 1 else {
        throw fail("a node has \(term.tree.values.columns) values instead of one")
      }
      guard base.indices.contains(term.score) else {
        throw fail("a tree adds to score \(term.score) of \(base.count)")
      }
    }
    self.terms = terms
    self.base = base
  }

  private enum CodingKeys: String, CodingKey { case terms, base }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      terms: container.decode([Term].self, forKey: .terms),
      base: container.decode([Double].self, forKey: .base))
  }

  /// Number of features that a row must have.
  public var featureCount: Int { terms[0].tree.featureCount }

  /// The scores, one row per row of `features` and one column per score.
  ///
  /// - Complexity: a way from the root to a leaf for every row and tree.
  public func scores(_ features: Matrix) -> Matrix {
    let width = base.count
    var result = Matrix(rows: features.rows, columns: width)
    result.withMutableElements { result in
      for index in result.indices { result[index] = base[index % width] }
    }
    for term in terms {
      let values = TreeRegressor(tree: term.tree).predict(features)
      result.withMutableElements { result in
        for (row, value) in values.enumerated() { result[row * width + term.score] += value }
      }
    }
    return result
  }
}
