import Learning
import LinearAlgebra
import Tabular

/// What a tensor of an imported graph means.
enum GraphValue {
  /// A constant.
  case constant(ImportedTensor)
  /// Encoded features.
  case features([FeaturePiece])
  /// Sums or activations of layers.
  case network(ImportedNetwork)
  /// One minus the only output of a network.
  case complement(ImportedNetwork)
  /// Logistic probabilities of the classes that are still to be divided by their sum.
  case undivided(ImportedModel)
  /// Probabilities of the classes.
  case probabilities(ImportedModel)
  /// Predicted numbers.
  case numbers(ImportedModel)
  /// The number of the most probable class.
  case choice
  /// The label of the most probable class.
  case label

  /// What it is, in messages.
  var kind: String {
    switch self {
    case .constant: "a constant"
    case .features: "features"
    case .network, .complement: "outputs of layers"
    case .undivided, .probabilities: "probabilities"
    case .numbers: "predictions"
    case .choice, .label: "predicted classes"
    }
  }
}

/// A model on features.
struct ImportedModel {
  let features: [FeaturePiece]
  let model: FittedModel
}

/// Layers on features.
struct ImportedNetwork: Hashable {
  let features: [FeaturePiece]
  var layers: [DenseLayer]

  /// How many numbers come out.
  var outputCount: Int { layers.last?.biases.count ?? 0 }

  /// As a classifier of as many classes as outputs, by a softmax.
  ///
  /// - Throws: `ModelError`.
  func softmaxClassifier() throws(ModelError) -> FittedModel {
    if layers.count == 1, outputCount >= 2, layers[0].activation == .identity {
      return .linearClassifier(
        LinearClassifier(weights: layers[0].weights, intercepts: layers[0].biases, link: .softmax))
    }
    return .networkClassifier(try NetworkClassifier(network: NeuralNetwork(layers: layers)))
  }

  /// As a classifier of two classes, whose only output is the probability of the second.
  ///
  /// A softmax of a score of zero and the score `z` is the logistic function of `z`.
  ///
  /// - Throws: `ModelError`.
  func binaryClassifier() throws(ModelError) -> FittedModel {
    guard let last = layers.last, last.activation == .sigmoid, outputCount == 1 else {
      throw .invalid(model: "network", reason: "its output is no probability")
    }
    if layers.count == 1 {
      return .linearClassifier(LinearClassifier(weights: last.weights.elements, intercept: last.biases[0]))
    }
    let zeros = [Double](repeating: 0, count: last.weights.columns)
    let both = DenseLayer(
      weights: Matrix(rows: 2, columns: zeros.count, elements: zeros + last.weights.elements),
      biases: [0, last.biases[0]], activation: .identity)
    return .networkClassifier(
      try NetworkClassifier(network: NeuralNetwork(layers: layers.dropLast() + [both])))
  }

  /// As a model of one number.
  ///
  /// - Throws: `ModelError`.
  func regressor() throws(ModelError) -> FittedModel {
    if layers.count == 1, outputCount == 1, layers[0].activation == .identity {
      return .linear(LinearModel(weights: layers[0].weights.elements, intercept: layers[0].biases[0]))
    }
    return .networkRegressor(try NetworkRegressor(network: NeuralNetwork(layers: layers)))
  }
}
