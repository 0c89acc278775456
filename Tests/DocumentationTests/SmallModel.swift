import Learning
import LinearAlgebra
import Tabular

/// What the examples work on.
enum SmallModel {
  static let columns = ["age", "dose", "weight"].map {
    InputColumn(name: $0, kind: .number(lower: 0, upper: 10))
  }

  /// Three classes by softmax on three numbers.
  static func softmax() throws -> Pipeline {
    try Pipeline(
      features: FeatureEncoder(inputs: columns), target: .classes(name: "ward", labels: ["a", "b", "c"]),
      model: .linearClassifier(
        LinearClassifier(
          weights: Matrix([[1, -0.5, 0.2], [-0.3, 0.8, 0.1], [0.2, 0.1, -0.9]]), intercepts: [0.1, 0, -0.2],
          link: .softmax)))
  }

  /// Rows in the ranges of the columns.
  static func rows(_ count: Int) -> Matrix {
    var random = RandomStream(seed: 5)
    return Matrix(rows: count, columns: 3, elements: (0..<3 * count).map { _ in random.uniform(0, 10) })
  }
}
