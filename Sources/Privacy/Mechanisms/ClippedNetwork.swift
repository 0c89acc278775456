import Learning
import LinearAlgebra
import RealModule

/// A network whose gradient is a sum over rows of which none counts for more than a norm.
struct ClippedNetwork {
  private(set) var layers: [DenseLayer]

  /// A network with random weights of variance `1 / inputs` and no biases; without hidden layers all zero.
  init(widths: [Int], activation: Activation, using random: inout RandomStream) {
    let last = widths.count - 2
    layers = (0...last).map { layer in
      let (inputs, units) = (widths[layer], widths[layer + 1])
      let scale = last == 0 ? 0 : 1 / Double(max(inputs, 1)).squareRoot()
      return DenseLayer(
        weights: Matrix(
          rows: units, columns: inputs, elements: (0..<inputs * units).map { _ in scale * random.normal() }),
        biases: [Double](repeating: 0, count: units), activation: layer == last ? .identity : activation)
    }
  }

  /// Adds a multiple of a gradient.
  mutating func move(along change: [DenseLayer], by factor: Double) {
    for index in layers.indices {
      change[index].weights.withElements { change in
        layers[index].weights.withMutableElements { elements in
          for place in elements.indices { elements[place] += factor * change[place] }
        }
      }
      axpy(factor, change[index].biases, into: &layers[index].biases)
    }
  }

  /// The sum over rows of the gradients of `−log p`, each shortened to a norm of at most `clip`.
  ///
  /// The gradient of a row is for every layer the outer product of what its sums change and what goes in, so the norm
  /// follows from theirs, and a shortened gradient from a scaled row of the first factor.
  func clippedGradient(_ data: ClassificationData, clip: Double) -> [DenseLayer] {
    var inputs = [data.features]
    for layer in layers { inputs.append(Self.forward(inputs[inputs.count - 1], layer)) }
    var delta = Self.outputChange(inputs[layers.count], labels: data.labels)
    var deltas: [Matrix] = []
    for index in layers.indices.reversed() {
      deltas.insert(delta, at: 0)
      guard index > 0 else { break }
      delta = delta.times(layers[index].weights)
      Self.multiplyDerivative(&delta, inputs[index], layers[index - 1].activation)
    }
    let factors = (0..<data.count).map { row -> Double in
      var square = 0.0
      for index in layers.indices {
        let (out, into) = (norm2(deltas[index].row(row)), norm2(inputs[index].row(row)))
        square += out * out * (into * into + 1)
      }
      // A gradient that is no number any more is left out, whatever its row.
      guard square.isFinite else { return 0 }
      return square > clip * clip ? clip / (square.squareRoot() * (1 + 1e-12)) : 1
    }
    return layers.indices.map { index in
      let width = deltas[index].columns
      deltas[index].withMutableElements { elements in
        for (row, factor) in factors.enumerated() {
          for place in row * width..<(row + 1) * width {
            elements[place] = factor == 0 ? 0 : elements[place] * factor
          }
        }
      }
      return DenseLayer(
        weights: deltas[index].transposedTimes(inputs[index]),
        biases: deltas[index].transposedTimes([Double](repeating: 1, count: data.count)),
        activation: layers[index].activation)
    }
  }

  private static func forward(_ features: Matrix, _ layer: DenseLayer) -> Matrix {
    var sums = features.timesTransposed(layer.weights)
    let width = sums.columns
    sums.withMutableElements { elements in
      for index in elements.indices {
        let sum = elements[index] + layer.biases[index % width]
        elements[index] =
          switch layer.activation {
          case .identity: sum
          case .relu: max(sum, 0)
          case .tanh: Double.tanh(sum)
          case .sigmoid: 1 / (1 + Double.exp(-sum))
          }
      }
    }
    return sums
  }

  private static func multiplyDerivative(_ delta: inout Matrix, _ outputs: Matrix, _ activation: Activation) {
    outputs.withElements { outputs in
      delta.withMutableElements { elements in
        for index in elements.indices {
          elements[index] *= slope(activation, outputs[index])
        }
      }
    }
  }

  /// The derivative of an activation by what it gives.
  private static func slope(_ activation: Activation, _ output: Double) -> Double {
    switch activation {
    case .identity: 1
    case .relu: output > 0 ? 1 : 0
    case .tanh: 1 - output * output
    case .sigmoid: output * (1 - output)
    }
  }

  /// Probabilities minus the indicator of the class.
  private static func outputChange(_ scores: Matrix, labels: [Int]) -> Matrix {
    var result = scores
    let width = scores.columns
    result.withMutableElements { elements in
      for (row, label) in labels.enumerated() {
        let places = row * width..<(row + 1) * width
        let largest = places.reduce(-Double.infinity) { max($0, elements[$1]) }
        var sum = 0.0
        for place in places {
          elements[place] = Double.exp(elements[place] - largest)
          sum += elements[place]
        }
        for place in places { elements[place] /= sum }
        elements[row * width + label] -= 1
      }
    }
    return result
  }
}
