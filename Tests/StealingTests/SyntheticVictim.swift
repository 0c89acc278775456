import Learning
import LinearAlgebra
import Querying
import Tabular

/// Small models with known parameters, for attacks to steal.
struct SyntheticVictim: Sendable {
  let name: String
  let pipeline: Pipeline
  let oracle: PipelineOracle

  init(_ name: String, columns: [InputColumn], labels: [String], model: FittedModel) throws {
    self.name = name
    pipeline = try Pipeline(
      features: FeatureEncoder(inputs: columns),
      target: labels.isEmpty ? .number(name: "y") : .classes(name: "y", labels: labels), model: model)
    oracle = PipelineOracle(pipeline, details: .gradients)
  }

  /// A tree with its node names and counterfactuals.
  static func tree() throws -> SyntheticVictim { SyntheticVictim(tree: try TreeFixtures.small()) }

  private init(tree pipeline: Pipeline) {
    name = "tree"
    self.pipeline = pipeline
    oracle = PipelineOracle(pipeline, details: [.nodes, .counterfactuals, .boundedCounterfactuals])
  }

  static func columns(_ count: Int) -> [InputColumn] {
    (0..<count).map { InputColumn(name: "x\($0)", kind: .number(lower: 0, upper: 10 + Double($0))) }
  }

  static func normal(_ rows: Int, _ columns: Int, _ random: inout RandomStream) -> Matrix {
    Matrix(
      rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in random.normal() })
  }

  /// Two classes, logistic.
  static func binary(columns: Int = 4) throws -> SyntheticVictim {
    var random = RandomStream(seed: 11).child("binary")
    let weights = normal(1, columns, &random).elements
    return try SyntheticVictim(
      "binary", columns: Self.columns(columns), labels: ["no", "yes"],
      model: .linearClassifier(LinearClassifier(weights: weights, intercept: 0.2)))
  }

  /// Several classes, softmax or one-versus-rest.
  static func several(_ link: ClassLink = .softmax) throws -> SyntheticVictim {
    var random = RandomStream(seed: 12).child("several")
    let weights = normal(4, 5, &random)
    return try SyntheticVictim(
      link.rawValue, columns: Self.columns(5), labels: ["a", "b", "c", "d"],
      model: .linearClassifier(
        LinearClassifier(weights: weights, intercepts: [0.1, 0.2, -0.3, 0], link: link)))
  }

  /// A number, linear in the columns.
  static func number() throws -> SyntheticVictim {
    var random = RandomStream(seed: 13).child("number")
    return try SyntheticVictim(
      "number", columns: Self.columns(4), labels: [],
      model: .linear(LinearModel(weights: normal(1, 4, &random).elements, intercept: 3)))
  }

  /// A network with one hidden layer of tanh units.
  static func network(hidden: Int, columns: Int = 4, classes: Int, scale: Double = 1) throws
    -> SyntheticVictim
  {
    var random = RandomStream(seed: 14).child("network")
    func layer(_ outputs: Int, _ inputs: Int, _ activation: Activation) -> DenseLayer {
      var weights = normal(outputs, inputs, &random)
      weights.withMutableElements { for index in $0.indices { $0[index] *= scale } }
      return DenseLayer(
        weights: weights, biases: normal(1, outputs, &random).elements, activation: activation)
    }
    let network = try NeuralNetwork(
      layers: [layer(hidden, columns, .tanh), layer(max(classes, 1), hidden, .identity)])
    return try SyntheticVictim(
      "network", columns: Self.columns(columns), labels: (0..<classes).map { "k\($0)" },
      model: classes > 0
        ? .networkClassifier(NetworkClassifier(network: network))
        : .networkRegressor(NetworkRegressor(network: network)))
  }

  /// The victims on which attacks are tried.
  static func all() throws -> [SyntheticVictim] { [try binary(), try several(), try number(), try tree()] }

  /// The first victim that an attack works on, with short settings for slow ones.
  static func fitting(_ type: (SyntheticVictim) -> Bool) throws -> SyntheticVictim? {
    try all().first(where: type)
  }
}
