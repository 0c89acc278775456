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
  /// Scores, probabilities or predicted numbers.
  case answers(ImportedAnswers)
  /// The sums over the rows of answers, by their id.
  case total(Int)
  /// Whether such a sum is more than zero.
  case isPositive(Int)
  /// Whether such a sum is zero, as a number or a multiple of it.
  case isZero(Int)
  /// The number of the class with the largest answer.
  case choice(ImportedAnswers)
  /// The label of that class.
  case label(ImportedAnswers)

  /// What it is, in messages.
  var kind: String {
    switch self {
    case .constant: "a constant"
    case .features: "features"
    case .network: "outputs of layers"
    case .answers: "predictions"
    case .total, .isPositive, .isZero: "sums over classes"
    case .choice, .label: "predicted classes"
    }
  }
}

/// Layers on features.
struct ImportedNetwork {
  /// Which network it is.
  let id: Int
  let features: [FeaturePiece]
  var layers: [DenseLayer]

  /// How many numbers come out.
  var outputCount: Int { layers.last?.biases.count ?? 0 }
}
