/// Where the growth of a tree stops.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``maximumDepth`` | none | `0...` | Most tests on a way to a leaf |
/// | ``maximumLeaves`` | none | `2...` | Most leaves; the tree then grows best split first |
/// | ``minimumLeafRows`` | 1 | `1...` | Fewest rows of a leaf |
/// | ``minimumSplitRows`` | 2 | `2...` | Fewest rows of a node that is split |
/// | ``minimumImpurityDecrease`` | 0 | `0...` | Least weighted decrease of the impurity |
/// | ``pruning`` | 0 | `0...` | Cost of a leaf in cost-complexity pruning |
public struct TreeLimits: Sendable, Hashable, Codable {
  /// Most tests on a way to a leaf; nil for no limit.
  public var maximumDepth: Int?
  /// Most leaves; nil for no limit. With a limit the node of the largest decrease is split first.
  public var maximumLeaves: Int?
  /// Fewest rows of a leaf.
  public var minimumLeafRows: Int
  /// Fewest rows of a node that is split.
  public var minimumSplitRows: Int
  /// Least decrease of the impurity by a split, weighted by the share of the rows in the node.
  public var minimumImpurityDecrease: Double
  /// Cost `α` of a leaf in minimal cost-complexity pruning.
  public var pruning: Double

  /// Limits; none of them binds by default.
  public init(
    maximumDepth: Int? = nil, maximumLeaves: Int? = nil, minimumLeafRows: Int = 1, minimumSplitRows: Int = 2,
    minimumImpurityDecrease: Double = 0, pruning: Double = 0
  ) {
    self.maximumDepth = maximumDepth
    self.maximumLeaves = maximumLeaves
    self.minimumLeafRows = minimumLeafRows
    self.minimumSplitRows = minimumSplitRows
    self.minimumImpurityDecrease = minimumImpurityDecrease
    self.pruning = pruning
  }

  /// Checks every limit against its range.
  ///
  /// - Throws: ``LearningError/parameterOutOfRange(name:value:allowed:)``.
  func check() throws(LearningError) {
    let counts = [
      ("maximumDepth", maximumDepth, 0), ("maximumLeaves", maximumLeaves, 2),
      ("minimumLeafRows", minimumLeafRows, 1), ("minimumSplitRows", minimumSplitRows, 2),
    ]
    for (name, value, least) in counts {
      if let value, value < least {
        throw .parameterOutOfRange(name: name, value: Double(value), allowed: "\(least)...")
      }
    }
    for (name, value) in [("minimumImpurityDecrease", minimumImpurityDecrease), ("pruning", pruning)]
    where !(value >= 0 && value.isFinite) {
      throw .parameterOutOfRange(name: name, value: value, allowed: "0...")
    }
  }
}

/// A feature that may be tested at one depth only, and is tested there if it can be.
///
/// Testing a sensitive feature late keeps it out of the answers that most rows get.
///
/// - Source: Fredrikson, Jha, Ristenpart, "Model Inversion Attacks that Exploit Confidence Information and Basic
///   Countermeasures", CCS 2015, section 4.
public struct SplitPriority: Sendable, Hashable, Codable {
  /// Column of the feature.
  public var feature: Int
  /// The only depth at which it is tested; the root has depth 0.
  public var depth: Int

  /// The given feature at the given depth.
  public init(feature: Int, depth: Int) {
    self.feature = feature
    self.depth = depth
  }
}
