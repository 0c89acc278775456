import Learning
import LinearAlgebra

/// The operators of linear models and networks, and what stands behind a model.
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
    let model = LinearModel(weights: weights, intercept: intercepts.first ?? 0)
    return .numbers(ImportedModel(features: pieces, model: .linear(model)))
  }

  /// The label and the probabilities.
  mutating func linearClassifier(_ node: ImportedNode) throws -> [GraphValue] {
    let (pieces, width) = try modelInput(node)
    let labels = try node.labels(integers: "classlabels_ints")
    let weights = node.numbers("coefficients")
    guard !weights.isEmpty, weights.count.isMultiple(of: width) else {
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
    try checkTransform(node, ["LOGISTIC", "SOFTMAX"])
    try spend(weights.count, of: 3 * MemoryLayout<Double>.stride)
    try take(labels)
    let matrix = Matrix(rows: rows, columns: width, elements: weights)
    func model(_ link: ClassLink) -> ImportedModel {
      ImportedModel(
        features: pieces,
        model: .linearClassifier(LinearClassifier(weights: matrix, intercepts: intercepts, link: link)))
    }
    if node.text("post_transform", default: "NONE") == "SOFTMAX" {
      guard rows > 1 else { throw node.unsupported("has a softmax of one score") }
      return [.label, .probabilities(model(.softmax))]
    }
    if rows == 1 { return [.label, .probabilities(model(.logistic))] }
    let isMirrored =
      rows == 2 && matrix.row(0) == matrix.row(1).map { -$0 } && intercepts[0] == -intercepts[1]
    guard isMirrored else { return [.label, .undivided(model(.oneVsRest))] }
    let binary = LinearClassifier(weights: matrix.row(1), intercept: intercepts[1])
    return [.label, .probabilities(ImportedModel(features: pieces, model: .linearClassifier(binary)))]
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
    var network: ImportedNetwork
    let width: Int
    switch node.inputs[0] {
    case .features(let pieces):
      network = ImportedNetwork(features: pieces, layers: [])
      width = pieces.reduce(0) { $0 + $1.width }
    case .network(let earlier):
      network = earlier
      width = earlier.outputCount
    default: throw node.unsupported("is applied to \(node.inputs[0].kind)")
    }
    guard inputs == width else { throw node.damaged("has \(inputs) rows for \(width) columns") }
    guard numbers.allSatisfy(\.isFinite) else {
      throw node.damaged("has a weight that is not a finite number")
    }
    guard network.layers.count < 64 else { throw node.unsupported("is the 65th layer; 64 are supported") }
    try spend(numbers.count, of: 3 * MemoryLayout<Double>.stride)
    try spend(units, of: MemoryLayout<Double>.stride)
    try spend(network.layers.count + 1, of: MemoryLayout<DenseLayer>.stride)
    network.layers.append(
      DenseLayer(
        weights: Matrix(rows: inputs, columns: units, elements: numbers).transposed(),
        biases: [Double](repeating: 0, count: units), activation: .identity))
    return .network(network)
  }

  /// The layers with constants added to their last sums.
  mutating func biased(
    _ network: ImportedNetwork, _ numbers: [Double], _ node: ImportedNode
  ) throws -> ImportedNetwork {
    var network = network
    let last = network.layers.count - 1
    guard last >= 0, network.layers[last].activation == .identity else {
      throw node.unsupported("adds to activations")
    }
    guard numbers.count == network.outputCount else {
      throw node.damaged("adds \(numbers.count) numbers to \(network.outputCount)")
    }
    guard numbers.allSatisfy(\.isFinite) else { throw node.damaged("adds a number that is not finite") }
    try spend(numbers.count, of: MemoryLayout<Double>.stride)
    try spend(network.layers.count, of: MemoryLayout<DenseLayer>.stride)
    for (unit, number) in numbers.enumerated() { network.layers[last].biases[unit] += number }
    return network
  }

  mutating func activated(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 1)
    guard case .network(var network) = node.inputs[0], let last = network.layers.indices.last,
      network.layers[last].activation == .identity
    else { throw node.unsupported("is applied to \(node.inputs[0].kind)") }
    try spend(network.layers.count, of: MemoryLayout<DenseLayer>.stride)
    network.layers[last].activation =
      switch node.operation {
      case .relu: .relu
      case .tanh: .tanh
      default: .sigmoid
      }
    return .network(network)
  }

  func softmax(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 1)
    guard [1, -1].contains(node.integer("axis", default: -1)) else {
      throw node.unsupported("normalises along axis \(node.integer("axis", default: -1))")
    }
    guard case .network(let network) = node.inputs[0] else {
      throw node.unsupported("is applied to \(node.inputs[0].kind)")
    }
    return .probabilities(ImportedModel(features: network.features, model: try network.softmaxClassifier()))
  }

  // MARK: Behind a model

  func choice(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 1)
    guard node.integer("axis", default: 0) == 1, node.integer("select_last_index", default: 0) == 0 else {
      throw node.unsupported("looks for the largest in a way other than the first along axis 1")
    }
    switch node.inputs[0] {
    case .probabilities, .network: return .choice
    default: throw node.unsupported("is applied to \(node.inputs[0].kind)")
    }
  }

  func normalized(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 1)
    guard node.text("norm", default: "MAX") == "L1" else {
      throw node.unsupported("has a norm other than L1")
    }
    switch node.inputs[0] {
    case .probabilities, .undivided:
      if case .undivided(let model) = node.inputs[0] { return .probabilities(model) }
      return node.inputs[0]
    default: throw node.unsupported("is applied to \(node.inputs[0].kind)")
    }
  }

  mutating func zipped(_ node: ImportedNode) throws -> GraphValue {
    try node.expect(inputs: 1)
    guard case .probabilities = node.inputs[0] else {
      throw node.unsupported("is applied to \(node.inputs[0].kind)")
    }
    try take(try node.labels(integers: "classlabels_int64s"))
    return node.inputs[0]
  }
}
