public import Experiments
import Learning
import LinearAlgebra
import Methods
import Poisoning
import Reporting
import Tabular

extension PoisoningJob {
  /// What the attack gave.
  public struct Result: JobResult {
    let job: PoisoningJob
    let method: MethodEntry
    let user: UserTable
    let methods: MethodRegistry
    let seed: UInt64
    /// The poisoned file.
    public let file: [UInt8]
    /// Which rows of the file are poison.
    public let isPoison: [Bool]
    /// The attacked learner.
    public let learner: UserLearner
    /// How many levels of every group of indicators poison has, in words; nil without groups.
    public let levels: String?
    /// Clean rows in the file.
    public let trainingRows: Int
    /// Rows kept unseen.
    public let testRows: Int
    /// Time of the attack alone.
    public let duration: Duration
    /// Clean, random baseline, attack; empty without test rows.
    public let errors: [TestError]

    /// Poison in the file.
    public var poisonRows: Int { isPoison.count { $0 } }

    public var document: ResultsDocument {
      ResultsDocument(
        job: "poison", parameters,
        methods: methods.poisoningAttacks.entries.filter {
          $0.id == job.attack || $0.id == RandomRows.card.id
        } + [method].filter { $0.program != nil } + methods.learners.entries.filter { $0.id == job.model.id },
        outcomes: errors.map { error in
          var metrics = Metrics()
          metrics["mse"] = error.meanSquaredError
          metrics["rmse"] = user.inUnit(meanSquaredError: error.meanSquaredError)
          metrics["mse_ratio"] = error.meanSquaredError / errors[0].meanSquaredError
          return Outcome(
            dataset: user.name, model: job.model.id, attack: error.attack, defence: "none", rate: error.rate,
            seed: seed, metrics: metrics)
        })
    }

    private var parameters: [String: ParameterValue] {
      job.table.parameters(user, learner, job.model).merging([
        "attack": .text(job.attack), "rate": .number(job.rate), "levels": .text(orMissing: levels),
        "settings": .texts(job.settings), "validation": .number(job.validationShare),
        "test": .number(job.testShare), "parts": .text(orMissing: job.parts),
        "black_box": .flag(job.substitute != nil), "seed": .seed(seed),
        "training_rows": .integer(trainingRows), "poison_rows": .integer(poisonRows),
        "test_rows": .integer(testRows),
      ]) { $1 }
    }

    public var text: [JobText] {
      let share = (Double(poisonRows) / Double(isPoison.count)).percent(1)
      let head = JobText.lines(
        "\(job.model.id)\(learner.description); \(trainingRows) training rows and \(poisonRows) poison rows "
          + "(\(share))\n")
      guard let clean = errors.first?.meanSquaredError else {
        return [
          head,
          .lines("no test rows were kept, so the damage was not measured; --test 0.33 keeps some\n"),
        ]
      }
      return [head, .table(table(clean: clean))]
    }

    private func table(clean: Double) -> TextTable {
      var table = TextTable(
        title: "Error on \(testRows) unseen test rows",
        columns: [
          .init("Training set"), .number("RMSE (\(job.table.target))"),
          .number(job.model.hasIntercept ? "MSE, target in [0, 1]" : "MSE, target over its largest"),
          .number("times clean"),
        ],
        note: "Test rows were kept out of the training set, the poison and the output; they only measure.")
      for error in errors {
        table.append([
          .init(error.title), .init(user.inUnit(meanSquaredError: error.meanSquaredError).significant(4)),
          .init(error.meanSquaredError.significant(4)),
          .init(clean > 0 ? (error.meanSquaredError / clean).fixed(2) : "n/a"),
        ])
      }
      return table
    }
  }
}

extension UserTableRequest {
  /// What documents say of the table and the model that is trained on it.
  func parameters(
    _ user: UserTable, _ learner: UserLearner, _ model: LinearModelChoice
  ) -> [String: ParameterValue] {
    [
      "data": .text(user.name), "sha256": .text(user.sha256), "target": .text(target),
      "model": .text(model.id), "penalty": learner.penalty, "penalty_unit": learner.unit,
      "raw_penalty": learner.rawPenalty,
      "scale": .text(EncodingChoices.word(scaling(intercept: model.hasIntercept))),
      "intercept": .flag(model.hasIntercept), "target_scale": .number(user.design.targetScaling.scale),
    ]
  }
}
