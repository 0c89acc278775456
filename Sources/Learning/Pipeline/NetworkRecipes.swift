public import LinearAlgebra

/// ``NeuralNetworkClassifier`` with flat settings.
public struct NetworkRecipe: ClassifierRecipe, Hashable {
  public static let card = NeuralNetworkClassifier.card

  private var settings = NetworkSettings()

  public init() {}

  public func train(
    _ data: ClassificationData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let fit = try NeuralNetworkClassifier(settings: settings).solve(data, using: &random)
    return TrainedModel(
      .networkClassifier(fit.model), notes: ["\(fit.epochs) epochs ended at a training loss of \(fit.loss)"])
  }

  public func encode(to encoder: any Encoder) throws { try settings.encode(to: encoder) }

  public init(from decoder: any Decoder) throws { settings = try NetworkSettings(from: decoder) }
}

/// ``HighEntropyTraining`` with flat settings.
public struct HighEntropyRecipe: ClassifierRecipe, Hashable {
  public static let card = HighEntropyTraining.card

  private var training = HighEntropyTraining()

  private enum CodingKeys: String, CodingKey { case entropyShare, entropyWeight }

  public init() {}

  public func train(
    _ data: ClassificationData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let fit = try training.solve(data, using: &random)
    return TrainedModel(
      .networkClassifier(fit.model), notes: ["\(fit.epochs) epochs ended at a training loss of \(fit.loss)"])
  }

  public func encode(to encoder: any Encoder) throws {
    try training.settings.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(training.entropyShare, forKey: .entropyShare)
    try container.encode(training.entropyWeight, forKey: .entropyWeight)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    training = HighEntropyTraining(
      entropyShare: try container.decode(Double.self, forKey: .entropyShare),
      entropyWeight: try container.decode(Double.self, forKey: .entropyWeight),
      settings: try NetworkSettings(from: decoder))
  }
}

/// ``NeuralNetworkRegressor`` with flat settings; the target is scaled to mean 0 and deviation 1 for the training.
public struct NetworkRegressionRecipe: RegressorRecipe, Hashable {
  public static let card = NeuralNetworkRegressor.card

  private var settings = NetworkSettings()

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
    let fit = try NeuralNetworkRegressor(settings: settings).solve(scaled, using: &random)
    return TrainedModel(
      .networkRegressor(try fit.model.rescaled(offset: mean, scale: scale)),
      notes: ["\(fit.epochs) epochs ended at a training loss of \(fit.loss) on the scaled target"])
  }

  public func encode(to encoder: any Encoder) throws { try settings.encode(to: encoder) }

  public init(from decoder: any Decoder) throws { settings = try NetworkSettings(from: decoder) }
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
