public import LinearAlgebra
public import Methods

/// ``NeuralNetworkClassifier`` as a recipe.
public struct NetworkRecipe: ClassifierRecipe, Hashable {
  public static let card = NeuralNetworkClassifier.card
  public static let settings: [Setting<Self>] = NetworkSettings.settings.map { $0.of(\.network) }

  private var network = NetworkSettings()

  public init() {}

  public func train(
    _ data: ClassificationData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let fit = try NeuralNetworkClassifier(settings: network).solve(data, using: &random)
    return TrainedModel(
      .networkClassifier(fit.model), notes: ["\(fit.epochs) epochs ended at a training loss of \(fit.loss)"])
  }
}

/// ``HighEntropyTraining`` as a recipe.
public struct HighEntropyRecipe: ClassifierRecipe, Hashable {
  public static let card = HighEntropyTraining.card
  public static let settings: [Setting<Self>] =
    [
      .init(
        "entropyShare", \.training.entropyShare, "entropy of a label, as a share of the largest", in: 0..<1),
      .init("entropyWeight", \.training.entropyWeight, "weight of the entropy of predictions", in: 0...),
    ] + NetworkSettings.settings.map { $0.of(\.training.settings) }

  private var training = HighEntropyTraining()

  public init() {}

  public func train(
    _ data: ClassificationData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let fit = try training.solve(data, using: &random)
    return TrainedModel(
      .networkClassifier(fit.model), notes: ["\(fit.epochs) epochs ended at a training loss of \(fit.loss)"])
  }
}

/// ``NeuralNetworkRegressor`` as a recipe; the target is scaled to mean 0 and deviation 1 for the training.
public struct NetworkRegressionRecipe: RegressorRecipe, Hashable {
  public static let card = NeuralNetworkRegressor.card
  public static let settings: [Setting<Self>] = NetworkSettings.settings.map { $0.of(\.network) }

  private var network = NetworkSettings()

  public init() {}

  public func train(
    _ data: RegressionData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let count = Double(max(data.count, 1))
    let mean = data.target.reduce(0) { $0 + $1 / count }
    let variance = data.target.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / count }
    let spread =
      SquareRange.isSafe(variance) ? variance.squareRoot() : rootMeanSquare(data.target, about: mean)
    let scale = spread > 0 ? spread : 1
    var scaled = data
    scaled.target = data.target.map { ($0 - mean) / scale }
    let fit = try NeuralNetworkRegressor(settings: network).solve(scaled, using: &random)
    return TrainedModel(
      .networkRegressor(try fit.model.rescaled(offset: mean, scale: scale)),
      notes: ["\(fit.epochs) epochs ended at a training loss of \(fit.loss) on the scaled target"])
  }
}

extension NetworkRegressor {
  /// The network that predicts `offset + scale · prediction`.
  fileprivate func rescaled(offset: Double, scale: Double) throws(ModelError) -> NetworkRegressor {
    var layers = network.layers
    let last = layers[layers.count - 1]
    layers[layers.count - 1] = DenseLayer(
      weights: Matrix(
        rows: last.weights.rows, columns: last.weights.columns,
        elements: last.weights.elements.map { $0 * scale }),
      biases: last.biases.map { offset + scale * $0 }, activation: last.activation)
    return try NetworkRegressor(network: NeuralNetwork(layers: layers))
  }
}
