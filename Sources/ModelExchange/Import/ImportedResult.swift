import Learning
import LinearAlgebra

/// The answers of a graph as a model of its own.
struct ImportedResult {
  let answers: ImportedAnswers
  let encoding: ImportedEncoding
  let file: String
  /// What the reader should know, one sentence each.
  private(set) var notes: [String] = []

  init(_ answers: ImportedAnswers, _ encoding: ImportedEncoding, file: String) {
    self.answers = answers
    self.encoding = encoding
    self.file = file
  }

  private func unsupported(_ reason: String) -> ModelExchangeError {
    .unsupported(file: file, reason: reason)
  }

  // MARK: Classes

  /// How scores become classes.
  private enum Link { case logistic, softmax, oneVsRest, shares, decision }

  /// The model of classes.
  ///
  /// - Throws: ``ModelExchangeError``, or `ModelError` for parts that do not fit together.
  mutating func classifier(_ labels: [String]) throws -> FittedModel {
    if let forest = try forest(classes: labels.count) { return forest }
    let (link, scores) = try scores(classes: labels.count)
    if link == .decision {
      notes.append("the model gives labels and scores, and no probabilities")
    }
    if let sum = try sum(scores) {
      let links: [Link: TreeSumClassifier.Link] = [
        .logistic: .logistic, .softmax: .softmax, .oneVsRest: .oneVsRest, .shares: .shares,
        .decision: .decision,
      ]
      return .treeSumClassifier(try TreeSumClassifier(sum: sum, link: links[link] ?? .decision))
    }
    if let (weights, intercepts) = linear(scores) {
      let links: [Link: ClassLink] = [
        .logistic: .logistic, .softmax: .softmax, .oneVsRest: .oneVsRest, .decision: .decision,
      ]
      guard let own = links[link] else { throw unsupported("its probabilities are weighted sums") }
      return .linearClassifier(LinearClassifier(weights: weights, intercepts: intercepts, link: own))
    }
    guard let layers = try layers(scores) else {
      throw unsupported("its classes have models of different kinds, or networks of their own")
    }
    switch link {
    case .softmax: return .networkClassifier(try NetworkClassifier(network: NeuralNetwork(layers: layers)))
    case .logistic:
      return .networkClassifier(
        try NetworkClassifier(network: NeuralNetwork(layers: Self.pair(layers))))
    case .oneVsRest, .shares, .decision:
      throw unsupported("its network gives scores that are no probabilities of one softmax")
    }
  }

  /// A softmax of a score of zero and the score `z` is the logistic function of `z`.
  private static func pair(_ layers: [DenseLayer]) -> [DenseLayer] {
    guard let last = layers.last else { return layers }
    let zeros = [Double](repeating: 0, count: last.weights.columns)
    let both = DenseLayer(
      weights: Matrix(rows: 2, columns: zeros.count, elements: zeros + last.weights.elements),
      biases: [0, last.biases[0]], activation: .identity)
    return layers.dropLast() + [both]
  }

  /// The trees of a forest, if the answers are the shares of all its classes.
  private func forest(classes: Int) throws -> FittedModel? {
    guard answers.columns.count == classes, answers.norm != .softmax,
      case .trees(let ensemble, _, _, _) = answers.columns[0].score, ensemble.holdsShares
    else { return nil }
    for (place, column) in answers.columns.enumerated() {
      guard column.link == .share, case .trees(let same, place, 1, 0) = column.score, same.id == ensemble.id
      else { return nil }
    }
    let trees = try ensemble.trees.map {
      TreeClassifier(tree: try $0.tree(encoding.columns, count: classes))
    }
    return trees.count == 1 ? .treeClassifier(trees[0]) : .forest(try ForestClassifier(trees: trees))
  }

  /// The scores and what becomes of them.
  private mutating func scores(classes: Int) throws -> (Link, [ImportedScore]) {
    let columns = answers.columns
    guard let first = columns.first, columns.allSatisfy({ $0.link == first.link }) else {
      throw unsupported("its columns are numbers of different kinds")
    }
    let scores = columns.map(\.score)
    if answers.norm == .softmax {
      guard columns.count == classes, first.link == .identity else {
        throw unsupported("it has a softmax of \(columns.count) scores for \(classes) classes")
      }
      return (.softmax, scores)
    }
    // Two classes: one score, or two of which one follows from the other.
    let total = first.link == .share ? 1.0 : 0
    if classes == 2, columns.count == 1 || (columns.count == 2 && scores[0].complements(scores[1], to: total))
    {
      let second = [scores[scores.count - 1]]
      switch first.link {
      case .logistic: return (.logistic, second)
      case .share: return (.shares, second)
      case .identity where answers.norm == .none: return (.decision, second)
      default: break
      }
    }
    guard columns.count == classes else {
      throw unsupported("it has \(columns.count) scores for \(classes) classes")
    }
    switch (first.link, answers.norm) {
    case (.logistic, .divided): return (.oneVsRest, scores)
    case (.share, .divided): return (.shares, scores)
    case (.identity, .none): return (.decision, scores)
    case (.identity, .divided):
      notes.append("the graph gives scores divided by their sum, which are no probabilities")
      return (.decision, scores)
    default: throw unsupported("its probabilities do not add up to one")
    }
  }

  // MARK: Numbers

  /// The model of a number.
  func regressor() throws -> FittedModel {
    guard let column = answers.columns.first, answers.columns.count == 1, answers.norm == .none else {
      throw unsupported("it predicts \(answers.columns.count) numbers; one is supported")
    }
    let link: TreeSumRegressor.Link
    switch column.link {
    case .identity, .share: link = .identity
    case .exponential: link = .exponential
    case .logistic: link = .logistic
    case .onePlusExponential: throw unsupported("its number is one plus an exponential")
    }
    if case .trees(let ensemble, let target, let factor, let offset) = column.score {
      if link == .identity, ensemble.trees.count == 1, factor * ensemble.base(target) + offset == 0,
        let tree = try ensemble.trees[0].tree(encoding.columns, target: target, factor: factor)
      {
        return .treeRegressor(TreeRegressor(tree: tree))
      }
      guard let sum = try sum([column.score]) else { throw unsupported("its trees give no number") }
      return .treeSumRegressor(try TreeSumRegressor(sum: sum, link: link))
    }
    guard link == .identity else { throw unsupported("its number is a function of a weighted sum") }
    if let (weights, intercepts) = linear([column.score]) {
      return .linear(LinearModel(weights: weights.elements, intercept: intercepts[0]))
    }
    guard let layers = try layers([column.score]) else { throw unsupported("its layers give no number") }
    return .networkRegressor(try NetworkRegressor(network: NeuralNetwork(layers: layers)))
  }

  // MARK: Scores

  /// Scores that are weighted sums, one row each; nil for others.
  private func linear(_ scores: [ImportedScore]) -> (weights: Matrix, intercepts: [Double])? {
    var (elements, intercepts, width) = ([Double](), [Double](), 0)
    for score in scores {
      guard case .linear(let given, let intercept) = score else { return nil }
      let (weights, shift) = encoding.weights(given)
      elements += weights
      intercepts.append(intercept + shift)
      width = weights.count
    }
    guard (elements + intercepts).allSatisfy(\.isFinite) else { return nil }
    return (Matrix(rows: scores.count, columns: width, elements: elements), intercepts)
  }

  /// Scores that are sums of trees; nil for others.
  private func sum(_ scores: [ImportedScore]) throws -> TreeSum? {
    var (terms, base) = ([TreeSum.Term](), [Double]())
    for (place, score) in scores.enumerated() {
      guard case .trees(let ensemble, let target, let factor, let offset) = score else { return nil }
      for tree in ensemble.trees {
        if let tree = try tree.tree(encoding.columns, target: target, factor: factor) {
          terms.append(.init(tree: tree, score: place))
        }
      }
      base.append(ensemble.base(target) * factor + offset)
    }
    return try TreeSum(terms: terms, base: base)
  }

  /// The layers of scores that are units of the last layer of one network; nil for others.
  private func layers(_ scores: [ImportedScore]) throws -> [DenseLayer]? {
    guard case .unit(_, let network, _, _)? = scores.first, let last = network.layers.last,
      var first = network.layers.first, network.layers.count > 1
    else { return nil }
    var (elements, biases) = ([Double](), [Double]())
    for score in scores {
      guard case .unit(let unit, let same, let factor, let offset) = score, same.id == network.id else {
        return nil
      }
      elements += last.weights.row(unit).map { $0 * factor }
      biases.append(last.biases[unit] * factor + offset)
    }
    let rows = (0..<first.weights.rows).map { encoding.weights(first.weights.row($0)) }
    first = DenseLayer(
      weights: Matrix(rows: rows.count, columns: encoding.columns.count, elements: rows.flatMap(\.weights)),
      biases: zip(first.biases, rows).map { $0 + $1.shift }, activation: first.activation)
    let top = DenseLayer(
      weights: Matrix(rows: scores.count, columns: last.weights.columns, elements: elements), biases: biases,
      activation: .identity)
    return [first] + Array(network.layers[1..<network.layers.count - 1]) + [top]
  }
}
