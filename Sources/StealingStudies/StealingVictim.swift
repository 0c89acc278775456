import Datasets
import Experiments
public import Learning
public import LinearAlgebra
public import Querying
import Guarding
import Tabular

/// The kinds of models that are stolen, with stated training settings.
public enum VictimModel: Sendable, Hashable, Codable {
  /// Logistic regression with penalty 1 / `strength` (the `C` of scikit-learn).
  case logistic(strength: Double)
  /// Softmax regression with penalty 1 / `strength`.
  case softmax(strength: Double)
  /// One-versus-rest logistic regression with penalty 1.
  case oneVsRest
  /// One hidden layer, trained by Adam.
  case network(hidden: Int, activation: Activation)
  /// Kernel logistic regression on so many stored rows, penalty 1.
  case kernel(representers: Int)

  /// Logistic or softmax regression with penalty 1, by the number of classes.
  public static func linear(_ data: VictimData) -> VictimModel {
    VictimData.binary.contains(data) ? .logistic(strength: 1) : .softmax(strength: 1)
  }

  /// Its name in results.
  public var id: String {
    switch self {
    case .logistic(let strength): strength == 1 ? "logistic" : "logistic-C\(Int(strength))"
    case .softmax(let strength): strength == 1 ? "softmax" : "softmax-C\(Int(strength))"
    case .oneVsRest: "ovr"
    case .network(let hidden, let activation): "mlp-\(activation.rawValue)-\(hidden)"
    case .kernel(let representers): "kernel-\(representers)"
    }
  }

  func train(_ data: ClassificationData, using random: inout RandomStream) throws -> FittedModel {
    switch self {
    case .logistic(let strength):
      return .linearClassifier(try LogisticRegression(penalty: 1 / strength).solve(data).model)
    case .softmax(let strength):
      return .linearClassifier(try SoftmaxRegression(penalty: 1 / strength).solve(data).model)
    case .oneVsRest: return .linearClassifier(try OneVsRest().solve(data).model)
    case .kernel(let representers):
      return .kernelClassifier(
        try KernelLogisticRegression(representerCount: representers).fit(data, using: &random))
    case .network(let hidden, let activation):
      var settings = NetworkSettings()
      (settings.hidden, settings.activation) = ([hidden], activation)
      return .networkClassifier(try NeuralNetworkClassifier(settings: settings).fit(data, using: &random))
    }
  }
}

/// A model to steal, with rows on which a copy is compared with it.
public struct StealingVictim: Sendable {
  /// The data.
  public let data: VictimData
  /// The kind of model.
  public let model: VictimModel
  /// The model; it takes the columns between -1 and 1.
  public let pipeline: Pipeline
  /// Rows that the training did not see, 30 % of all.
  public let testRows: Matrix
  /// Their classes.
  public let testLabels: [Int]
  /// Rows that it was trained on.
  public let trainingRows: Matrix

  /// Trains on 70 % of the rows of a data set.
  ///
  /// - Parameter seed: of the split, of the training and of generated data.
  /// - Throws: `CatalogueError` if the data are not there, and errors of the training.
  public init(
    _ data: VictimData, _ model: VictimModel, searchPath: DataSearchPath, seed: UInt64
  ) throws {
    let design = try data.design(searchPath: searchPath, seed: seed)
    let split = HeldOutSplit(design.labels.count, of: data.rawValue, seed: seed)
    let rows = ClassificationData(
      features: design.rows.rows(at: split.training), labels: split.training.map { design.labels[$0] },
      classCount: design.classes.count)
    var random = HeldOutSplit.stream(data.rawValue, model.id, seed: seed)
    self.data = data
    self.model = model
    pipeline = try Pipeline(
      features: design.features, target: .classes(name: design.target, labels: design.classes),
      model: try model.train(rows, using: &random))
    testRows = design.rows.rows(at: split.test)
    testLabels = split.test.map { design.labels[$0] }
    trainingRows = rows.features
  }

  /// The model as the attacker meets it.
  ///
  /// - Parameters:
  ///   - content: what an answer holds.
  ///   - decimals: digits behind the point of probabilities, 0 to 15; nil for all.
  /// - Throws: what the guard that rounds throws.
  public func oracle(
    content: AnswerContent = .probabilities, decimals: Int? = nil, details: AnswerDetails = []
  ) throws -> any PredictionOracle {
    let whole = plain(content: content, details: details)
    guard let decimals else { return whole }
    var rounding = Rounding()
    rounding.decimals = decimals
    let context = ServiceContext(schema: whole.schema, pipeline: pipeline)
    return GuardedOracle(whole, guards: [try rounding.prepared(for: context)])
  }

  /// How many numbers its rows have.
  var numbers: Int { testRows.elements.count + trainingRows.elements.count }

  /// The model without guards.
  func plain(content: AnswerContent = .probabilities, details: AnswerDetails = []) -> PipelineOracle {
    PipelineOracle(pipeline, inputs: .encoded, content: content, details: details)
  }

  /// Unknowns of a linear model of this kind: `d + 1` for two classes, else `c (d + 1)`.
  public var linearUnknowns: Int {
    let classes = pipeline.labels.count
    return (pipeline.features.space.count + 1) * (classes == 2 ? 1 : classes)
  }
}
