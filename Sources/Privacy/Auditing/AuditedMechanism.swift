import Learning
public import LinearAlgebra

/// The mechanisms that can be audited by their ids, each on two small neighbouring data sets that differ by a row which
/// stands out, with the number of its output that sees this row best.
public enum AuditedMechanism: String, Sendable, Hashable, Codable, CaseIterable {
  /// One number with continuous Laplace noise.
  case laplace
  /// One number with discrete Laplace noise on a grid.
  case discreteLaplace = "discrete-laplace"
  /// One number with normal noise.
  case gaussian
  /// ``ObjectivePerturbation``.
  case objective
  /// ``OutputPerturbation`` of a logistic model.
  case output
  /// ``FunctionalMechanism`` of a linear model.
  case functional
  /// ``AdaSSP``.
  case adassp
  /// ``PrivateTree``.
  case tree
  /// ``PrivateGradientDescent``: ten steps on all rows.
  case descent = "dp-sgd"
  /// ``OneFeatureRegression``.
  case regression = "one-feature-regression"
  /// ``OneFeatureRegression`` with its fault.
  case faultyRegression = "faulty-regression"

  /// Whether its guarantee has a `δ`.
  public var hasDelta: Bool { [.gaussian, .adassp, .descent].contains(self) }

  /// How the two data sets differ, which is how the mechanism counts neighbours.
  public var adjacency: NeighbourRelation {
    [.objective, .output, .functional].contains(self) ? .replaceOne : .addRemove
  }

  /// A function that runs the mechanism once at a nominal budget and gives the number.
  ///
  /// - Throws: ``PrivacyError``.
  public func statistic(
    epsilon: Double, delta: Double
  ) throws -> @Sendable (_ isWith: Bool, _ random: inout RandomStream) throws -> Double {
    try checkBudget(epsilon: epsilon, delta: hasDelta ? delta : nil)
    switch self {
    case .laplace: return { isWith, random in (isWith ? 1 : 0) + random.laplace(scale: 1 / epsilon) }
    case .discreteLaplace:
      return { isWith, random in
        GridNoise(value: isWith ? 1 : 0)
          .laplace(sensitivity: 1, epsilon: epsilon, using: &random).values[0]
      }
    case .gaussian:
      let sigma = GaussianMechanism.sigma(epsilon: epsilon, delta: delta)
      return { isWith, random in (isWith ? 1 : 0) + sigma * random.normal() }
    case .regression, .faultyRegression:
      let mechanism = OneFeatureRegression(epsilon: epsilon, isFaulty: self == .faultyRegression)
      return { isWith, random in
        abs(mechanism.weight(OneFeatureRegression.auditRows(isWith), using: &random))
      }
    case .objective, .output: return logistic(epsilon)
    case .functional, .adassp: return linear(epsilon, delta)
    case .tree:
      let tree = PrivateTree(epsilon: epsilon, treeCount: 1, depth: 1)
      return { isWith, random in
        let data = Self.classes(isWith, adjacency)
        return try tree.fit(data, features: [.number(-1...1), .number(-1...1)], using: &random)
          .model.trees[0].tree.values[0, 1]
      }
    case .descent:
      var descent = PrivateGradientDescent(samplingRate: 1, steps: 10, learningRate: 1)
      descent.noiseMultiplier = try PrivateGradientDescent.noiseMultiplier(
        epsilon: epsilon, delta: delta, samplingRate: 1, steps: 10)
      let mechanism = descent
      return { isWith, random in
        let data = Self.classes(isWith, adjacency)
        let layer = try mechanism.train(data, publicRows: 20, using: &random).network.layers[0]
        return layer.weights[1, 0] - layer.weights[0, 0] + layer.biases[1] - layer.biases[0]
      }
    }
  }

  private func logistic(
    _ epsilon: Double
  ) -> @Sendable (_ isWith: Bool, _ random: inout RandomStream) throws -> Double {
    let bounds = PublicBounds(norm: 1)
    return { isWith, random in
      let data = Self.classes(isWith, adjacency)
      let model =
        self == .objective
        ? try ObjectivePerturbation(epsilon: epsilon, regularisation: 0.1, hasIntercept: false)
          .fit(data, bounds: bounds, using: &random).model
        : try OutputPerturbation(epsilon: epsilon, regularisation: 0.1, hasIntercept: false)
          .fit(data, bounds: bounds, using: &random).model
      return model.weights[0, 0]
    }
  }

  private func linear(
    _ epsilon: Double, _ delta: Double
  ) -> @Sendable (_ isWith: Bool, _ random: inout RandomStream) throws -> Double {
    let bounds = PublicBounds(norm: 1, magnitude: 1, target: -1...1)
    return { isWith, random in
      let rows = Self.classes(isWith, adjacency)
      let data = RegressionData(features: rows.features, target: rows.labels.map { Double(2 * $0 - 1) })
      let model =
        self == .functional
        ? try FunctionalMechanism(epsilon: epsilon, hasIntercept: false)
          .fit(data, bounds: bounds, using: &random).model
        : try AdaSSP(epsilon: epsilon, delta: delta, hasIntercept: false)
          .fit(data, bounds: bounds, publicRows: 20, using: &random).model
      return model.weights[0]
    }
  }

  /// Twenty rows of zeros of both classes, with a row (1, 0) of class 1, or without it; where rows are replaced, with
  /// the same row of class 0 instead.
  private static func classes(_ isWith: Bool, _ adjacency: NeighbourRelation) -> ClassificationData {
    var (rows, labels) = ([[Double]](repeating: [0, 0], count: 20), (0..<20).map { $0 % 2 })
    if isWith || adjacency == .replaceOne {
      rows.append([1, 0])
      labels.append(isWith ? 1 : 0)
    }
    return ClassificationData(features: Matrix(rows), labels: labels, classCount: 2)
  }
}
