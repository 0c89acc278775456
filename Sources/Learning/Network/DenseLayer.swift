public import LinearAlgebra
import RealModule

/// What a layer does to its sums.
public enum Activation: String, Sendable, Hashable, Codable, CaseIterable {
  /// Nothing.
  case identity
  /// `max(z, 0)`
  case relu
  /// `tanh z`
  case tanh
  /// `1 / (1 + exp(−z))`
  case sigmoid

  /// Replaces sums by their activations.
  func apply(_ values: UnsafeMutablePointer<Double>, count: Int) {
    switch self {
    case .identity: return
    case .relu: for index in 0..<count where values[index] < 0 { values[index] = 0 }
    case .tanh: for index in 0..<count { values[index] = Double.tanh(values[index]) }
    case .sigmoid:
      for index in 0..<count {
        let small = Double.exp(-abs(values[index]))
        values[index] = values[index] >= 0 ? 1 / (1 + small) : small / (1 + small)
      }
    }
  }

  /// Multiplies by the derivative, which follows from the activations; that of `relu` at 0 is 0.
  func multiplyDerivative(
    _ activations: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>, count: Int
  ) {
    switch self {
    case .identity: return
    case .relu: for index in 0..<count where activations[index] <= 0 { values[index] = 0 }
    case .tanh: for index in 0..<count { values[index] *= 1 - activations[index] * activations[index] }
    case .sigmoid: for index in 0..<count { values[index] *= activations[index] * (1 - activations[index]) }
    }
  }
}

/// One layer: `activation(W·x + b)`.
public struct DenseLayer: Sendable, Hashable, Codable {
  /// The weights `W`: one row per unit, one column per input.
  public var weights: Matrix
  /// The biases `b`, one per unit.
  public var biases: [Double]
  /// What is done to the sums.
  public var activation: Activation

  /// A layer; `weights` has one row per bias.
  public init(weights: Matrix, biases: [Double], activation: Activation) {
    precondition(weights.rows == biases.count, "\(weights.rows) units and \(biases.count) biases")
    self.weights = weights
    self.biases = biases
    self.activation = activation
  }
}

/// Dense layers, one after the other.
public struct NeuralNetwork: Sendable, Hashable {
  /// The layers from the input to the output; at least one.
  public let layers: [DenseLayer]

  /// A network of layers that fit together.
  ///
  /// - Throws: ``ModelError/invalid(model:reason:)``.
  public init(layers: [DenseLayer]) throws(ModelError) {
    if let reason = Self.defect(layers) { throw ModelError.invalid(model: "neural network", reason: reason) }
    self.layers = layers
  }

  private static func defect(_ layers: [DenseLayer]) -> String? {
    guard !layers.isEmpty else { return "it has no layer" }
    for (index, layer) in layers.enumerated() {
      guard layer.weights.rows == layer.biases.count, layer.weights.rows > 0 else {
        return "layer \(index + 1) has \(layer.weights.rows) rows of weights and \(layer.biases.count) biases"
      }
      if index > 0, layer.weights.columns != layers[index - 1].weights.rows {
        return
          "layer \(index + 1) takes \(layer.weights.columns) inputs and gets \(layers[index - 1].weights.rows)"
      }
      guard layer.weights.elements.allSatisfy(\.isFinite), layer.biases.allSatisfy(\.isFinite) else {
        return "layer \(index + 1) has a weight that is not a finite number"
      }
    }
    return nil
  }

  /// Number of features that a row must have.
  public var inputCount: Int { layers[0].weights.columns }
  /// Numbers that come out for every row.
  public var outputCount: Int { layers[layers.count - 1].biases.count }

  /// What comes out, one row per row of `features`.
  public func outputs(_ features: Matrix) -> Matrix { activations(features).last ?? features }

  /// The activations of every layer.
  func activations(_ features: Matrix) -> [Matrix] {
    precondition(features.columns == inputCount, "\(features.columns) features for \(inputCount) inputs")
    var result: [Matrix] = []
    for layer in layers {
      var sums = (result.last ?? features).timesTransposed(layer.weights)
      let width = sums.columns
      let count = sums.rows * width
      sums.withMutableElements { sums in
        guard let base = sums.baseAddress else { return }
        for row in 0..<count / width {
          for unit in 0..<width { base[row * width + unit] += layer.biases[unit] }
        }
        layer.activation.apply(base, count: count)
      }
      result.append(sums)
    }
    return result
  }

  /// The gradient with respect to the features of a function of the outputs, whose gradient with respect to the
  /// outputs is given row by row.
  public func inputGradient(_ features: Matrix, outputGradient: Matrix) -> Matrix {
    precondition(
      outputGradient.rows == features.rows && outputGradient.columns == outputCount, "one gradient per output"
    )
    let activations = activations(features)
    var gradient = outputGradient
    for (layer, values) in zip(layers, activations).reversed() {
      let count = gradient.rows * gradient.columns
      gradient.withMutableElements { gradient in
        values.withElements { values in
          guard let base = gradient.baseAddress, let values = values.baseAddress else { return }
          layer.activation.multiplyDerivative(values, into: base, count: count)
        }
      }
      gradient = gradient.times(layer.weights)
    }
    return gradient
  }
}

extension NeuralNetwork: Codable {
  private enum CodingKeys: String, CodingKey { case layers }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(layers, forKey: .layers)
  }

  /// Decodes a network and checks that its layers fit together.
  public init(from decoder: any Decoder) throws {
    try self.init(
      layers: decoder.container(keyedBy: CodingKeys.self).decode([DenseLayer].self, forKey: .layers))
  }
}
