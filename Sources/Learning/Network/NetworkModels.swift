public import LinearAlgebra
import RealModule

/// A network whose outputs are scores of classes, which a softmax turns into probabilities.
public struct NetworkClassifier: Classifier, Hashable, Codable {
  /// The network; its last layer has no activation.
  public let network: NeuralNetwork

  /// A classifier with one output per class.
  ///
  /// - Throws: ``ModelError/invalid(model:reason:)`` for fewer than two outputs and for an activation on them.
  public init(network: NeuralNetwork) throws(ModelError) {
    guard network.outputCount >= 2 else {
      throw .invalid(model: "network classifier", reason: "it has \(network.outputCount) outputs")
    }
    guard network.layers.last?.activation == .identity else {
      throw .invalid(model: "network classifier", reason: "its scores have an activation")
    }
    self.network = network
  }

  public init(from decoder: any Decoder) throws {
    try self.init(network: NeuralNetwork(from: decoder))
  }

  public func encode(to encoder: any Encoder) throws { try network.encode(to: encoder) }

  public var featureCount: Int { network.inputCount }
  public var classCount: Int { network.outputCount }

  public func probabilities(_ features: Matrix) -> Matrix {
    var scores = network.outputs(features)
    let (rows, classes) = (scores.rows, scores.columns)
    scores.withMutableElements { scores in
      guard let base = scores.baseAddress else { return }
      for row in 0..<rows { softmax(base + row * classes, count: classes) }
    }
    return scores
  }

  public func predict(_ features: Matrix) -> [Int] { network.outputs(features).rowArguments() }

  /// The gradient with respect to the features of the logarithm of the probability of one class in each row.
  public func inputGradient(_ features: Matrix, logProbabilityOf classes: [Int]) -> Matrix {
    precondition(classes.count == features.rows, "one class per row")
    let probabilities = probabilities(features)
    var gradient = Matrix(rows: features.rows, columns: classCount)
    for (row, label) in classes.enumerated() {
      for index in 0..<classCount {
        gradient[row, index] = (index == label ? 1 : 0) - probabilities[row, index]
      }
    }
    return network.inputGradient(features, outputGradient: gradient)
  }
}

/// A network with one output, which is a number.
public struct NetworkRegressor: Regressor, Hashable, Codable {
  /// The network; its last layer has no activation.
  public let network: NeuralNetwork

  /// A regressor with one output.
  ///
  /// - Throws: ``ModelError/invalid(model:reason:)`` for another number of outputs.
  public init(network: NeuralNetwork) throws(ModelError) {
    guard network.outputCount == 1 else {
      throw .invalid(model: "network regressor", reason: "it has \(network.outputCount) outputs")
    }
    self.network = network
  }

  public init(from decoder: any Decoder) throws {
    try self.init(network: NeuralNetwork(from: decoder))
  }

  public func encode(to encoder: any Encoder) throws { try network.encode(to: encoder) }

  public var featureCount: Int { network.inputCount }

  public func predict(_ features: Matrix) -> [Double] { network.outputs(features).elements }
}

/// Replaces scores by probabilities in proportion to their exponentials.
func softmax(_ scores: UnsafeMutablePointer<Double>, count: Int) {
  var largest = scores[0]
  for index in 1..<max(count, 1) { largest = max(largest, scores[index]) }
  var sum = 0.0
  for index in 0..<count {
    scores[index] = Double.exp(scores[index] - largest)
    sum += scores[index]
  }
  for index in 0..<count { scores[index] /= sum }
}
