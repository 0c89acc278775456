import Learning
public import LinearAlgebra

/// The classes of a batch by which a model was updated, from how its answers to fixed probes moved.
///
/// The attacker updates a copy of the model with batches of known classes, sees how the mean probability of each class
/// over the probes moves, and learns by ridge regression which shares of classes belong to which move.
///
/// - Source: Salem, Bhattacharya, Backes, Fritz, Zhang, "Updates-Leak: Data Set Inference and Reconstruction Attacks in
///   Online Learning", USENIX Security 2020, section 4.2; the networks of the source are replaced by ridge regression.
public struct UpdateLabels: Sendable, Hashable {
  private let models: [LinearModel]

  /// Learns from updates of which the classes are known.
  ///
  /// - Parameters:
  ///   - moves: one row per update: the move of the mean probability of each class.
  ///   - shares: one row per update: the share of each class in its batch.
  /// - Throws: `LearningError`.
  public init(moves: Matrix, shares: Matrix, penalty: Double = 1e-6) throws {
    models = try (0..<shares.columns).map { label in
      try LinearLearner.ridge(penalty: penalty).fit(
        RegressionData(features: moves, target: shares.column(label)))
    }
  }

  /// The move of the mean probability of each class over the probes.
  public static func move(before: Matrix, after: Matrix) -> [Double] {
    zip(before.columnMeans(), after.columnMeans()).map { $1 - $0 }
  }

  /// The shares of the classes that belong to a move: not negative, with sum one.
  public func shares(of move: [Double]) -> [Double] {
    let row = Matrix(rows: 1, columns: move.count, elements: move)
    let raw = models.map { max($0.predict(row)[0], 0) }
    let total = raw.reduce(0, +)
    return total > 0 ? raw.map { $0 / total } : raw.map { _ in 1 / Double(raw.count) }
  }
}
