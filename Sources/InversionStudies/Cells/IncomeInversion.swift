import Experiments
import Inversion
import Learning
import LinearAlgebra
import Methods

/// Who is married, through a model of income; beside the rule "married if the income is above 50,000".
struct IncomeInversion: InversionExperiment {
  /// The models.
  enum Model: String, Sendable {
    /// Logistic regression with penalty 1.
    case logistic
    /// Two hidden layers, 32 and 16 units.
    case network = "mlp-32-16"
  }

  let model: Model
  let seed: UInt64

  var experiment: Experiment {
    Experiment(dataset: "adult", model: model.rawValue, defence: "none", seed: seed)
  }

  func outcomes(at lab: InversionLab) async throws -> [Outcome] {
    let people = try ClassPeople(.adult, lab)
    let parts = people.split(seed: seed, auxiliary: 0.4)
    var random = RandomStream(seed: seed).child("inversion").child("income")
    var stream = random.child("train")
    let scene = try people.scene(
      training: parts.training, others: parts.others, auxiliary: parts.auxiliary, forTrees: false
    ) { data, _ in
      switch model {
      case .logistic: return .linearClassifier(try LogisticRegression().fit(data, using: &stream))
      case .network:
        var settings = NetworkSettings()
        (settings.hidden, settings.epochs) = ([32, 16], 20)
        return .networkClassifier(try NeuralNetworkClassifier(settings: settings).fit(data, using: &stream))
      }
    }
    var results = try await scene.baselines(using: &random)
    results.append(try await scene.run(IncomeRule(), name: "income rule", using: &random))
    results.append(try await scene.run(ConfidenceInversion(), isBlackBox: true, using: &random))
    results.append(try await scene.run(LabelInversion(), isBlackBox: true, using: &random))
    results.append(
      try await scene.run(MarginalInversion(), name: "black box", isBlackBox: true, using: &random))
    return results.map { $0.outcome(experiment, positive: people.positive) }
  }
}

/// Says that people of class 1 have the first value and people of class 0 the second; no model is asked.
private struct IncomeRule: InversionAttack {
  static let card = MethodCard(
    id: "income-rule", family: .attributeInference, title: "Married if rich",
    summary: "The response itself is the guess.", citation: "A rule of two lines", needs: "the response")

  init() {}

  func guess(_ task: AttributeTask, using random: inout RandomStream) async throws -> AttributeGuesses {
    guard case .labels(let labels) = task.responses else {
      throw InversionError.missing(method: Self.card.id, need: "classes")
    }
    var weights = Matrix(rows: labels.count, columns: task.candidates.count)
    for (row, label) in labels.enumerated() { weights[row, label == 1 ? 0 : 1] = 1 }
    return AttributeGuesses(candidates: task.candidates, weights: weights)
  }
}
