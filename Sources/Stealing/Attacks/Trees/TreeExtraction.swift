public import Learning
public import LinearAlgebra
import Querying
import Tabular

/// What an attack on a tree found.
public struct TreeExtraction: Sendable, Hashable {
  /// The stolen tree; a leaf that stands for queries of which nothing is known has no rows.
  public let pipeline: Pipeline
  /// Leaves found.
  public let leafCount: Int
  /// Different answers, or node names, that they have.
  public let nameCount: Int
  /// Different queries that left out a column.
  public let incompleteQueries: Int
  /// The share of all queries within the bounds of the columns of which nothing is known.
  public let missedShare: Double
  /// Whether queries ran out before the search was over.
  public let isCut: Bool

  /// The extraction as the result of an attack.
  public var stolenModel: StolenModel {
    StolenModel(pipeline, gaps: gaps, remarks: remarks)
  }

  private var remarks: [String] {
    var remarks = ["\(leafCount) leaves with \(nameCount) different names were found"]
    if incompleteQueries > 0 { remarks.append("\(incompleteQueries) of the queries left out columns") }
    return remarks
  }

  private var gaps: [String] {
    var gaps = isCut ? ["the queries ran out before the search was over"] : []
    if missedShare >= 1e-9 {
      gaps.append(
        "splits were missed: \((missedShare * 1e6).rounded() / 1e4) % of the space of queries belongs to no leaf "
          + "that was found; the model answers there as most leaves do")
    }
    return gaps
  }

  /// The numbers of the rows, given as values of the columns, of whose leaf nothing is known.
  ///
  /// - Throws: `DesignError` for a value that no column can hold.
  public func missedRows(_ rows: Matrix) throws -> [Int] {
    guard let tree = pipeline.model.singleTree else { return [] }
    let ends = tree.endNodes(of: try pipeline.features.features(inputs: rows))
    return ends.indices.filter { tree.nodes[ends[$0]].rows == 0 }
  }

  /// Puts the leaves together to a tree.
  ///
  /// - Parameter coarse: nodes whose answers stand where no leaf was found.
  /// - Throws: ``StealingError/undetermined(method:reason:)`` if nothing was answered.
  init(
    _ known: KnownLeaves, coarse: [KnownLeaf] = [], first: Answer?, incomplete: Int = 0, isCut: Bool,
    schema: QuerySchema, method: String
  ) throws {
    var leaves = known.leaves + coarse
    if leaves.isEmpty {
      guard let answer = first else {
        throw StealingError.undetermined(method: method, reason: "no query was answered")
      }
      let name = LeafName(answer, usesNodes: true, decimals: TreeSearch.allDecimals)
      leaves = [KnownLeaf(name: name, region: QueryRegion(whole: schema.inputs), answer: answer)]
    }
    let builder = RegionTree(inputs: schema.inputs, leaves: leaves, classCount: schema.classCount)
    let built = try builder.build()
    let features = FeatureEncoder(inputs: schema.inputs, isScaled: false, categories: .codes)
    let model: FittedModel =
      schema.classCount > 0
      ? .treeClassifier(TreeClassifier(tree: built.tree)) : .treeRegressor(TreeRegressor(tree: built.tree))
    pipeline = try StolenModel(model, features: features, schema: schema).pipeline
    leafCount = max(known.leaves.count, 1)
    nameCount = max(known.nameCount, 1)
    incompleteQueries = incomplete
    missedShare = built.missedShare
    self.isCut = isCut
  }
}

extension FittedModel {
  /// The tree of a model that is one tree.
  var singleTree: DecisionTree? {
    switch self {
    case .treeClassifier(let model): model.tree
    case .treeRegressor(let model): model.tree
    default: nil
    }
  }
}
