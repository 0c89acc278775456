import Learning
import LinearAlgebra

extension FittedModel {
  /// The tree of a model that is one tree.
  var tree: DecisionTree? {
    switch self {
    case .treeClassifier(let model): model.tree
    case .treeRegressor(let model): model.tree
    default: nil
    }
  }

  /// Whether the score of an answer has a derivative that is known in closed form.
  var hasScoreGradient: Bool {
    switch self {
    case .linear, .linearClassifier: true
    default: false
    }
  }

  /// The derivative of the score of every row's answer: of the predicted number, of the log-odds of class 1 of two
  /// classes, or of the score of the predicted class.
  func scoreGradients(_ features: Matrix) -> Matrix {
    switch self {
    case .linear(let model):
      return Matrix([[Double]](repeating: model.weights, count: features.rows))
    case .linearClassifier(let model):
      if model.weights.rows == 1 {
        return Matrix([[Double]](repeating: model.weights.row(0), count: features.rows))
      }
      return model.weights.rows(at: model.predict(features))
    default: preconditionFailure("no derivative in closed form")
    }
  }
}

extension DecisionTree {
  /// The parent of every node; -1 for the root.
  var parents: [Int] {
    var result = [Int](repeating: -1, count: nodes.count)
    for (index, node) in nodes.enumerated() where node.test != .leaf {
      result[Int(node.left)] = index
      result[Int(node.right)] = index
    }
    return result
  }
}
