import Experiments
import Inversion
import Learning
import LinearAlgebra
import Methods
import Querying
import Guarding
import Stealing
import Tabular

/// Digits rebuilt from a model by its confidences, rounded or not, and judged by a model that never saw the attacked one.
struct FaceStudy: InversionExperiment {
  /// The attacked models.
  enum Model: String, Sendable {
    /// Softmax regression with penalty 1.
    case softmax
    /// One hidden layer of 32 units.
    case network = "mlp-32"
  }

  let model: Model
  /// Rounding of probabilities; nil for none.
  let rounding: Double?
  /// Step of the numeric gradients.
  var difference = MIFace().difference
  let seed: UInt64

  /// Name of the defence in outcomes.
  static func defence(_ rounding: Double?) -> String { rounding.map { "rounding \($0)" } ?? "none" }
  /// Name of the attack in outcomes.
  static func attack(difference: Double) -> String {
    difference == MIFace().difference ? "mi-face" : "mi-face, differences of \(difference)"
  }

  var experiment: Experiment {
    Experiment(
      dataset: "digits", model: model.rawValue, attack: Self.attack(difference: difference),
      defence: Self.defence(rounding), seed: seed)
  }

  func outcomes(at lab: InversionLab) async throws -> [Outcome] {
    let world = try FaceWorld(lab, model, seed: seed)
    let session = QuerySession(try world.oracle(rounding: rounding), remembers: false)
    let faces = try await world.faces(AskedSurface(session, difference: difference))
    return [world.outcome(faces, of: experiment, queries: session.ledger.queries)]
  }
}

/// The same on a softmax model in two ways: asking for every gradient, or stealing the model first. Both ask the service
/// if the lab has one.
struct StolenFaceStudy: InversionExperiment {
  let seed: UInt64

  var experiment: Experiment {
    Experiment(
      dataset: "digits", model: "softmax", defence: "none", settings: ["gradients": "asked and stolen"],
      seed: seed)
  }

  func outcomes(at lab: InversionLab) async throws -> [Outcome] {
    let world = try FaceWorld(lab, .softmax, seed: seed)
    return try await lab.hosted(PipelineOracle(world.pipeline, inputs: .encoded)) { oracle in
      let direct = QuerySession(oracle, remembers: false)
      let asked = try await world.faces(AskedSurface(direct))
      let theft = QuerySession(oracle)
      var random = RandomStream(seed: seed).child("inversion").child("theft")
      let stolen = try await ExtractionAttacks.builtIn.make("log-ratio").steal(theft, using: &random)
      guard let surface = PipelineSurface(stolen.pipeline) else {
        throw InversionError.missing(method: MIFace.card.id, need: "a stolen model with gradients")
      }
      let copied = try await world.faces(surface)
      return [
        world.outcome(asked, of: experiment.with(attack: "mi-face"), queries: direct.ledger.queries),
        world.outcome(
          copied, of: experiment.with(attack: "steal, then mi-face"), queries: theft.ledger.queries),
      ]
    }
  }
}

/// A model of digits to attack and a model that judges the pictures, on two halves of the digits.
struct FaceWorld: Sendable {
  let digits: Digits
  let pipeline: Pipeline
  private let judge: FaceJudge
  /// Accuracy of the judge on the digits of the other half.
  let judgeAccuracy: Double
  private let training: ClassificationData

  init(_ lab: InversionLab, _ model: FaceStudy.Model, seed: UInt64) throws {
    digits = try Digits(lab)
    let root = RandomStream(seed: seed).child("inversion").child("face")
    var random = root.child("split")
    let order = random.permutation(digits.data.count)
    training = digits.data.rows(at: Array(order[..<(order.count / 2)]))
    let rest = digits.data.rows(at: Array(order[(order.count / 2)...]))
    random = root.child("train")
    let fitted: FittedModel
    switch model {
    case .softmax:
      fitted = .linearClassifier(try SoftmaxRegression(penalty: 1).fit(training, using: &random))
    case .network:
      var settings = NetworkSettings()
      settings.hidden = [32]
      fitted = .networkClassifier(
        try NeuralNetworkClassifier(settings: settings).fit(training, using: &random))
    }
    pipeline = try Pipeline(
      features: FeatureEncoder(inputs: digits.inputs, isScaled: false),
      target: .classes(name: "digit", labels: (0..<10).map(String.init)), model: fitted)
    judge = try FaceJudge(rest)
    let named = judge.names(training.features)
    judgeAccuracy = Double(zip(named, training.labels).count { $0 == $1 }) / Double(training.count)
  }

  /// The attacked model; its answers are multiples of `rounding` if that is given.
  func oracle(rounding step: Double?) throws -> any PredictionOracle {
    let oracle = PipelineOracle(pipeline, inputs: .encoded)
    guard let step else { return oracle }
    var rounding = Rounding()
    rounding.step = step
    let context = ServiceContext(schema: oracle.schema, pipeline: pipeline)
    return GuardedOracle(oracle, guards: [try rounding.prepared(for: context)])
  }

  /// All ten digits, rebuilt.
  func faces(_ surface: some ClassSurface) async throws -> [MIFace.Face] {
    var attack = MIFace()
    attack.iterations = 1500
    var result: [MIFace.Face] = []
    for label in 0..<10 {
      result.append(
        try await attack.face(
          of: label, surface, lower: [Double](repeating: 0, count: surface.featureCount),
          upper: [Double](repeating: 1, count: surface.featureCount)))
    }
    return result
  }

  /// The mean of the training pictures of every digit.
  var means: [[Double]] {
    (0..<10).map { label in
      training.features.rows(at: training.labels.indices.filter { training.labels[$0] == label })
        .columnMeans()
    }
  }

  /// How the pictures were judged.
  func outcome(_ faces: [MIFace.Face], of experiment: Experiment, queries: Int) -> Outcome {
    let named = judge.names(Matrix(faces.map(\.point)))
    let right = zip(named, faces).count { $0 == $1.label && !$1.isEmpty }
    let averages = means
    // Noise in the place of rebuilt pictures.
    var random = RandomStream(seed: experiment.seed).child("inversion").child("noise")
    let pixels = (0..<10 * digits.inputs.count).map { _ in random.uniform() }
    let noise = judge.names(Matrix(rows: 10, columns: digits.inputs.count, elements: pixels))
    let similarities = faces.map { face -> Double in
      let length = norm2(face.point) * norm2(averages[face.label])
      return length > 0 ? dot(face.point, averages[face.label]) / length : 0
    }
    return Outcome(
      experiment,
      metrics: [
        "identified": Double(right) / 10, "not_empty": Double(faces.count { !$0.isEmpty }) / 10,
        "confidence": faces.reduce(0) { $0 + $1.confidence } / 10,
        "similarity": similarities.reduce(0, +) / 10, "queries": Double(queries),
        "judge_accuracy": judgeAccuracy,
        "identified_noise": Double(noise.indices.count { noise[$0] == $0 }) / 10,
      ])
  }
}
