import Learning
import LinearAlgebra

/// Sums of trees as a graph.
extension ModelGraph {
  func sum(
    _ model: TreeSumRegressor, _ features: String, _ encoding: FeatureGraph, _ builder: inout GraphBuilder
  ) throws(ModelExchangeError) {
    let score = try scores(model.sum, features, encoding, &builder)
    switch model.link {
    case .identity: finish(number: score, &builder)
    case .exponential: finish(number: builder.add("Exp", [score], named: "prediction"), &builder)
    case .logistic: finish(number: builder.add("Sigmoid", [score], named: "prediction"), &builder)
    }
  }

  func sum(
    _ model: TreeSumClassifier, _ features: String, _ encoding: FeatureGraph, _ builder: inout GraphBuilder
  ) throws(ModelExchangeError) {
    let count = model.sum.base.count
    let scores = try scores(model.sum, features, encoding, &builder)
    switch model.link {
    case .softmax: finish(softmax: scores, &builder)
    case .logistic: finish(logistic: scores, &builder)
    case .oneVsRest: finish(scores: scores, probabilities: normalised(scores, &builder), &builder)
    case .decision: finish(decision: scores, count: count, &builder)
    case .shares:
      let parts = count == 1 ? pair(scores, &builder) : scores
      let axis = builder.constant([1] as [Int64], [1], named: "axis")
      let total = builder.add("ReduceSum", [parts, axis], [.integer("keepdims", 1)], named: "total")
      let shares = builder.add("Div", [parts, total], named: "shares")
      finish(scores: parts, probabilities: shares, &builder)
    }
  }

  /// The shares of both classes, of which the second is given.
  private func pair(_ share: String, _ builder: inout GraphBuilder) -> String {
    let one = builder.constant([1.0], [1, 1], named: "one")
    return builder.concatenated(
      [builder.add("Sub", [one, share], named: "rest"), share], named: "both_shares")
  }

  /// The scores, one column each.
  ///
  /// In double precision the trees give a column each, which a matrix of ones adds up; in single precision every score is
  /// a regression model of its own.
  private func scores(
    _ sum: TreeSum, _ features: String, _ encoding: FeatureGraph, _ builder: inout GraphBuilder
  ) throws(ModelExchangeError) -> String {
    let base = builder.constant(sum.base, [1, sum.base.count], named: "base")
    let gaps = encoding.columnsWithGaps
    if flavour == .exact {
      var ensemble = ExactEnsemble()
      var ones = [Double](repeating: 0, count: sum.terms.count * sum.base.count)
      for (place, term) in sum.terms.enumerated() {
        ensemble.append(try BranchingTree(term.tree, gaps: gaps)) { term.tree.values[$0, 0] }
        ones[place * sum.base.count + term.score] = 1
      }
      let parts = builder.add("TreeEnsemble", .ml, [features], ensemble.attributes, named: "parts")
      let matrix = builder.constant(ones, [sum.terms.count, sum.base.count], named: "scores_of_trees")
      return builder.add(
        "Add", [builder.add("MatMul", [parts, matrix], named: "sums"), base], named: "scores")
    }
    var parts: [String] = []
    for score in sum.base.indices {
      let trees = sum.terms.filter { $0.score == score }.map(\.tree)
      guard !trees.isEmpty else { throw .notExpressible(reason: "no tree adds to score \(score + 1)") }
      var ensemble = CompatEnsemble(thresholds: try CompatThreshold.all(encoding.features))
      for tree in trees { ensemble.append(try BranchingTree(tree, gaps: gaps)) { [tree.values[$0, 0]] } }
      parts.append(
        builder.add("TreeEnsembleRegressor", .ml, [features], ensemble.attributes, named: "sum\(score + 1)"))
    }
    let sums = builder.concatenated(parts, named: "sums")
    return builder.add("Add", [sums, base], named: "scores")
  }
}
