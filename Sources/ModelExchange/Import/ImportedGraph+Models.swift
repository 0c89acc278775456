import Learning
import LinearAlgebra

/// The operators of linear models and networks.
extension ImportedGraph {
  /// The features that a model takes, and their number.
  func modelInput(_ node: ImportedNode) throws -> (pieces: [FeaturePiece], width: Int) {
    try node.expect(inputs: 1)
    guard case .features(let pieces) = node.inputs[0] else {
      throw node.unsupported("is applied to \(node.inputs[0].kind)")
    }
    return (pieces, pieces.reduce(0) { $0 + $1.width })
  }

  // MARK: Linear models

  mutating func linearRegressor(_ node: ImportedNode) throws -> GraphValue {
    let (pieces, width) = try modelInput(node)
    let (weights, intercepts) = (node.numbers("coefficients"), node.numbers("intercepts"))
    guard node.integer("targets", default: 1) == 1 else {
      throw node.unsupported("predicts \(node.integer("targets", default: 1)) numbers; one is supported")
    }
    try checkTransform(node, ["NONE"])
    guard weights.count == width, intercepts.count <= 1 else {
      throw node.damaged("has \(weights.count) coefficients for \(width) columns")
    }
    guard (weights + intercepts).allSatisfy(\.isFinite) else {
      throw node.damaged("has a coefficient that is not a finite number")
    }
    try spend(weights.count, of: 3 * MemoryLayout<Double>.stride)
    let score = ImportedScore.linear(weights: weights, intercept: intercepts.first ?? 0)
    return .answers(
      ImportedAnswers(id: newID(), features: pieces, columns: [.init(score: score, link: .identity)]))
  }

  /// The label and the scores or probabilities.
  mutating func linearClassifier(_ node: ImportedNode) throws -> [GraphValue] {
    let (pieces, width) = try modelInput(node)
    let labels = try node.labels(integers: "classlabels_ints")
    let weights = node.numbers("coefficients")
    guard width > 0, !weights.isEmpty, weights.count.isMultiple(of: width) else {
      throw node.damaged("has \(weights.count) coefficients for \(width) columns")
    }
    let rows = weights.count / width
    let intercepts = node.has("intercepts") ? node.numbers("intercepts") : [Double](repeating: 0, count: rows)
    guard rows == labels.count || (rows == 1 && labels.count == 2), intercepts.count == rows else {
      throw node.damaged("has \(rows) rows of coefficients for \(labels.count) classes")
    }
    guard (weights + intercepts).allSatisfy(\.isFinite) else {
      throw node.damaged("has a coefficient that is not a finite number")
    }
    try checkTransform(node, ["NONE", "LOGISTIC", "SOFTMAX"])
    let transform = node.text("post_transform", default: "NONE")
    guard transform != "SOFTMAX" || rows > 1 else { throw node.unsupported("has a softmax of one score") }
    try spend(weights.count, of: 3 * MemoryLayout<Double>.stride)
    try spend(rows, of: MemoryLayout<ImportedAnswers.Column>.stride)
    var answers = ImportedAnswers(
      id: newID(), features: pieces,
      columns: (0..<rows).map { row in
        .init(
          score: .linear(
            weights: Array(weights[row * width..<(row + 1) * width]), intercept: intercepts[row]),
          link: transform == "LOGISTIC" ? .logistic : .identity)
      })
    if rows == 1 {
      // The only score is that of the second class, and the first one gets the opposite.
      let second = answers.columns[0]
      answers.columns = [.init(score: second.score.scaled(by: -1, adding: 0), link: second.link), second]
    }
    if transform == "SOFTMAX" { answers.norm = .softmax }
    answers = try named(answers, labels)
    return [.label(answers), .answers(answers)]
  }

  func checkTransform(_ node: ImportedNode, _ known: [String]) throws {
    let transform = node.text("post_transform", default: "NONE")
    guard known.contains(transform) else {
      throw node.unsupported(
        "has the transform \(transform); supported is \(known.joined(separator: " or "))")
    }
  }

  // MARK: Networks

  /// Sums of a new layer, without biases yet.
  mutating func product(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 2)
    guard case .constant(let tensor) = node.inputs[1], let numbers = tensor.numbers,
      tensor.dimensions.count == 2, let inputs = tensor.dimensions.first, let units = tensor.dimensions.last,
      inputs >= 1, units >= 1
    else { throw node.unsupported("multiplies by something other than a constant matrix") }
    let (features, layers): ([FeaturePiece], [DenseLayer])
    let width: Int
    switch node.inputs[0] {
    case .features(let pieces):
      (features, layers) = (pieces, [])
      width = pieces.reduce(0) { $0 + $1.width }
    case .network(let earlier):
      (features, layers) = (earlier.features, earlier.layers)
      width = earlier.outputCount
    default: throw node.unsupported("is applied to \(node.inputs[0].kind)")
    }
    guard inputs == width else { throw node.damaged("has \(inputs) rows for \(width) columns") }
    guard numbers.allSatisfy(\.isFinite) else {
      throw node.damaged("has a weight that is not a finite number")
    }
    guard layers.count < 64 else { throw node.unsupported("is the 65th layer; 64 are supported") }
    try spend(numbers.count, of: 3 * MemoryLayout<Double>.stride)
    try spend(units, of: MemoryLayout<Double>.stride)
    try spend(layers.count + 1, of: MemoryLayout<DenseLayer>.stride)
    let layer = DenseLayer(
      weights: Matrix(rows: inputs, columns: units, elements: numbers).transposed(),
      biases: [Double](repeating: 0, count: units), activation: .identity)
    return .network(ImportedNetwork(id: newID(), features: features, layers: layers + [layer]))
  }

  /// The layers with constants added to their last sums.
  mutating func biased(
    _ network: ImportedNetwork, _ numbers: [Double], _ node: ImportedNode
  ) throws -> ImportedNetwork {
    let last = network.layers.count - 1
    guard last >= 0, network.layers[last].activation == .identity else {
      throw node.unsupported("adds to activations")
    }
    guard numbers.count == network.outputCount || numbers.count == 1 else {
      throw node.damaged("adds \(numbers.count) numbers to \(network.outputCount)")
    }
    guard numbers.allSatisfy(\.isFinite) else { throw node.damaged("adds a number that is not finite") }
    try spend(network.outputCount, of: MemoryLayout<Double>.stride)
    try spend(network.layers.count, of: MemoryLayout<DenseLayer>.stride)
    var layers = network.layers
    for unit in layers[last].biases.indices {
      layers[last].biases[unit] += numbers[numbers.count == 1 ? 0 : unit]
    }
    return ImportedNetwork(id: newID(), features: network.features, layers: layers)
  }
}
