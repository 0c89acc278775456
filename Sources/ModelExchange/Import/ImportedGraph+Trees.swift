import Learning
import LinearAlgebra

/// The operators of trees.
extension ImportedGraph {
  /// Counts the trees of a node: its lists, and for every node of a tree three rows of a number per target that the tree
  /// has.
  private mutating func spend(onTrees node: ImportedNode, _ lists: ImportedLeaves, _ width: Int) throws {
    let trees = node.integers("nodes_treeids")
    try spend(trees.count, of: 256)
    for tree in trees {
      try spend(lists.targetCount(ofTree: tree), of: 3 * MemoryLayout<Double>.stride)
    }
    try spend(width, of: 64)
  }

  private mutating func ensemble(
    _ node: ImportedNode, targets: Int, prefix: String, width: Int
  ) throws -> ImportedEnsemble {
    let leaves = try ImportedLeaves(node, prefix: prefix, targets: targets)
    try spend(onTrees: node, leaves, width)
    return try ImportedEnsemble(node, id: newID(), leaves: leaves, width: width)
  }

  mutating func treeRegressor(_ node: ImportedNode) throws -> GraphValue {
    let (pieces, width) = try modelInput(node)
    try checkTransform(node, ["NONE", "LOGISTIC"])
    let aggregate = node.text("aggregate_function", default: "SUM")
    guard ["SUM", "AVERAGE"].contains(aggregate), node.integer("n_targets", default: 1) == 1 else {
      throw node.unsupported("does not add up one number")
    }
    var ensemble = try ensemble(node, targets: 1, prefix: "target", width: width)
    try ensemble.takeBase(node, scores: 1)
    // The base is added after the mean was taken.
    let factor = aggregate == "AVERAGE" ? 1 / Double(ensemble.trees.count) : 1
    let base = ensemble.base(0)
    let score = ImportedScore.trees(
      ensemble, target: 0, factor: factor, offset: factor == 1 ? 0 : base - factor * base)
    let isLogistic = node.text("post_transform", default: "NONE") == "LOGISTIC"
    return .answers(
      ImportedAnswers(
        id: newID(), features: pieces,
        columns: [.init(score: score, link: isLogistic ? .logistic : .identity)]))
  }

  /// The label and the scores or probabilities.
  mutating func treeClassifier(_ node: ImportedNode) throws -> [GraphValue] {
    let (pieces, width) = try modelInput(node)
    try checkTransform(node, ["NONE", "LOGISTIC", "SOFTMAX"])
    let labels = try node.labels(integers: "classlabels_int64s")
    var ensemble = try ensemble(node, targets: labels.count, prefix: "class", width: width)
    let transform = node.text("post_transform", default: "NONE")
    // Whatever its number, a single score of two classes is that of the second class.
    let single = labels.count == 2 ? ensemble.onlyTarget : nil
    try ensemble.takeBase(node, scores: single == nil ? labels.count : 1)
    var link = transform == "LOGISTIC" ? ImportedAnswers.Link.logistic : .identity
    if transform == "NONE", ensemble.takesShares(completing: single) { link = .share }
    var columns = labels.indices.map { target in
      ImportedAnswers.Column(
        score: .trees(ensemble, target: target, factor: 1, offset: 0), link: link)
    }
    if let single, link != .share {
      guard transform != "SOFTMAX" else { throw node.unsupported("has a softmax of one score") }
      columns = [-1, 1].map { factor in
        .init(score: .trees(ensemble, target: single, factor: factor, offset: 0), link: link)
      }
    }
    try spend(columns.count, of: MemoryLayout<ImportedAnswers.Column>.stride)
    var answers = ImportedAnswers(id: newID(), features: pieces, columns: columns)
    if transform == "SOFTMAX" { answers.norm = .softmax }
    answers = try named(answers, labels)
    return [.label(answers), .answers(answers)]
  }
}
