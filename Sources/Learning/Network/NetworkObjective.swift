import LinearAlgebra
import RealModule

/// What a network is to come close to.
enum NetworkTarget: Sendable {
  /// One class per row; the loss is the mean of `−ln p`.
  case classes([Int])
  /// One number per row; the loss is half the mean squared error.
  case numbers([Double])
  /// A row of numbers per row, which the outputs are to meet by this loss.
  case rows(Matrix, SoftLoss)
}

/// The training loss `mean loss + penalty / (2n) · Σ w²` of a network and its gradient, with all memory it needs.
/// With row weights the mean is weighted and `n` their sum.
///
/// The parameters stand in one array: for every layer the weights row by row, then the biases.
struct NetworkObjective {
  /// Widths from the inputs to the outputs.
  let widths: [Int]
  let activation: Activation
  let penalty: Double
  let features: Matrix
  let target: NetworkTarget
  /// One per row of the features; nil for ones.
  let weights: [Double]?
  /// Where the weights of every layer begin.
  private let offsets: [Int]
  /// Number of parameters.
  let parameterCount: Int
  /// Rows of the batch, one after the other.
  private var batch: [Double] = []
  private var activations: [[Double]] = []
  private var deltas: [[Double]] = []

  init(
    widths: [Int], activation: Activation, penalty: Double, features: Matrix, target: NetworkTarget,
    weights: [Double]? = nil
  ) {
    self.widths = widths
    self.activation = activation
    self.penalty = penalty
    self.features = features
    self.target = target
    self.weights = weights
    var (offsets, next) = ([Int](), 0)
    for layer in 0..<widths.count - 1 {
      offsets.append(next)
      next += (widths[layer] + 1) * widths[layer + 1]
    }
    self.offsets = offsets
    parameterCount = next
  }

  /// Total weight of some rows.
  func weight(of rows: [Int]) -> Double {
    guard let weights else { return Double(rows.count) }
    return rows.reduce(0) { $0 + weights[$1] }
  }

  /// Loss and gradient on the given rows; both are 0 for rows without weight.
  mutating func evaluate(_ parameters: [Double], rows: [Int], gradient: inout [Double]) -> Double {
    let (count, total) = (rows.count, weight(of: rows))
    guard total > 0 else {
      for index in gradient.indices { gradient[index] = 0 }
      return 0
    }
    prepare(rows)
    return parameters.withUnsafeBufferPointer { parameters in
      gradient.withUnsafeMutableBufferPointer { gradient in
        guard let parameters = parameters.baseAddress, let gradient = gradient.baseAddress else { return 0 }
        forward(parameters, count)
        let loss = outputDelta(rows, total)
        backward(parameters, gradient, count)
        return loss + regularise(parameters, gradient, total)
      }
    }
  }

  /// The mean loss on the given rows without the penalty.
  mutating func loss(_ parameters: [Double], rows: [Int]) -> Double {
    let total = weight(of: rows)
    guard total > 0 else { return 0 }
    prepare(rows)
    parameters.withUnsafeBufferPointer { parameters in
      if let parameters = parameters.baseAddress { forward(parameters, rows.count) }
    }
    return outputDelta(rows, total)
  }

  /// Copies the rows of the batch and makes room.
  private mutating func prepare(_ rows: [Int]) {
    let inputs = widths[0]
    if batch.count < rows.count * inputs || activations.isEmpty {
      batch = [Double](repeating: 0, count: rows.count * inputs)
      activations = widths.dropFirst().map { [Double](repeating: 0, count: rows.count * $0) }
      deltas = activations
    }
    features.withElements { features in
      batch.withUnsafeMutableBufferPointer { batch in
        guard let features = features.baseAddress, let batch = batch.baseAddress else { return }
        for (place, row) in rows.enumerated() {
          (batch + place * inputs).update(from: features + row * inputs, count: inputs)
        }
      }
    }
  }

  private mutating func forward(_ parameters: UnsafePointer<Double>, _ count: Int) {
    for layer in offsets.indices {
      let (inputs, outputs) = (widths[layer], widths[layer + 1])
      let (weights, isLast) = (parameters + offsets[layer], layer == offsets.count - 1)
      let biases = weights + inputs * outputs
      let source = layer == 0 ? batch : activations[layer - 1]
      source.withUnsafeBufferPointer { source in
        activations[layer].withUnsafeMutableBufferPointer { sums in
          guard let source = source.baseAddress, let sums = sums.baseAddress else { return }
          for row in 0..<count { (sums + row * outputs).update(from: biases, count: outputs) }
          generalProduct(
            source, weights, transposedB: true, rows: count, inner: inputs, columns: outputs, beta: 1,
            into: sums)
          if !isLast { activation.apply(sums, count: count * outputs) }
        }
      }
    }
  }

  /// Writes the derivative of the loss with respect to the outputs and returns the mean loss.
  private mutating func outputDelta(_ rows: [Int], _ total: Double) -> Double {
    let (last, scale) = (offsets.count - 1, 1 / total)
    let width = widths[widths.count - 1]
    var loss = 0.0
    activations[last].withUnsafeMutableBufferPointer { outputs in
      deltas[last].withUnsafeMutableBufferPointer { delta in
        guard let outputs = outputs.baseAddress, let delta = delta.baseAddress else { return }
        switch target {
        case .classes(let labels):
          for (place, row) in rows.enumerated() {
            let values = outputs + place * width
            softmax(values, count: width)
            let label = labels[row]
            let weight = weights?[row] ?? 1
            loss -= weight * Double.log(max(values[label], .leastNormalMagnitude))
            for index in 0..<width {
              delta[place * width + index] = (values[index] - (index == label ? 1 : 0)) * (weight * scale)
            }
          }
        case .numbers(let numbers):
          for (place, row) in rows.enumerated() {
            let error = outputs[place] - numbers[row]
            let weight = weights?[row] ?? 1
            loss += weight * error * error / 2
            delta[place] = error * (weight * scale)
          }
        case .rows(let targets, let kind):
          targets.withElements { targets in
            guard let targets = targets.baseAddress else { return }
            for (place, row) in rows.enumerated() {
              let (first, target) = (place * width, targets + row * width)
              let weight = weights?[row] ?? 1
              loss += weight * kind.evaluate(outputs + first, target, count: width, delta: delta + first)
              for index in first..<first + width { delta[index] *= weight * scale }
            }
          }
        }
      }
    }
    return loss * scale
  }

  private mutating func backward(
    _ parameters: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    for layer in offsets.indices.reversed() {
      let (inputs, outputs) = (widths[layer], widths[layer + 1])
      let weights = parameters + offsets[layer]
      let change = gradient + offsets[layer]
      let biasChange = change + inputs * outputs
      let source = layer == 0 ? batch : activations[layer - 1]
      source.withUnsafeBufferPointer { source in
        deltas[layer].withUnsafeBufferPointer { delta in
          guard let source = source.baseAddress, let delta = delta.baseAddress else { return }
          generalProduct(
            delta, source, transposedA: true, rows: outputs, inner: count, columns: inputs, into: change)
          biasChange.update(repeating: 0, count: outputs)
          for row in 0..<count {
            for unit in 0..<outputs { biasChange[unit] += delta[row * outputs + unit] }
          }
        }
      }
      guard layer > 0 else { return }
      deltas.withUnsafeMutableBufferPointer { deltas in
        let upper = deltas[layer]
        upper.withUnsafeBufferPointer { upper in
          deltas[layer - 1].withUnsafeMutableBufferPointer { lower in
            source.withUnsafeBufferPointer { source in
              guard let upper = upper.baseAddress, let lower = lower.baseAddress,
                let source = source.baseAddress
              else { return }
              generalProduct(upper, weights, rows: count, inner: outputs, columns: inputs, into: lower)
              activation.multiplyDerivative(source, into: lower, count: count * inputs)
            }
          }
        }
      }
    }
  }

  /// Adds the penalty on the weights, not on the biases.
  private func regularise(
    _ parameters: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>, _ total: Double
  ) -> Double {
    guard penalty > 0 else { return 0 }
    let scale = penalty / total
    var squares = 0.0
    for layer in offsets.indices {
      for index in offsets[layer]..<offsets[layer] + widths[layer] * widths[layer + 1] {
        squares += parameters[index] * parameters[index]
        gradient[index] += scale * parameters[index]
      }
    }
    return scale * squares / 2
  }

  /// The network with these parameters.
  func network(_ parameters: [Double]) throws(ModelError) -> NeuralNetwork {
    var layers: [DenseLayer] = []
    for layer in offsets.indices {
      let (inputs, outputs) = (widths[layer], widths[layer + 1])
      let (start, end) = (offsets[layer], offsets[layer] + inputs * outputs)
      layers.append(
        DenseLayer(
          weights: Matrix(rows: outputs, columns: inputs, elements: Array(parameters[start..<end])),
          biases: Array(parameters[end..<end + outputs]),
          activation: layer == offsets.count - 1 ? .identity : activation))
    }
    return try NeuralNetwork(layers: layers)
  }
}
