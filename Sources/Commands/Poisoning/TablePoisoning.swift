import Experiments
import Learning
import LinearAlgebra
import Poisoning
import Tabular
import Workbench

/// An attack on a table of the user: split, poison, measure.
struct TablePoisoning {
  /// Test error of the model of one training set.
  struct Error {
    let attack: String
    let title: String
    let rate: Double
    let meanSquaredError: Double
  }

  /// What the attack gave.
  struct Result {
    /// The poisoned file.
    let file: [UInt8]
    let isPoison: [Bool]
    let learner: UserLearner
    /// How many levels of every group of indicators poison has, in words; nil without groups.
    let levels: String?
    let trainingRows: Int
    let testRows: Int
    /// Time of the attack alone.
    let duration: Duration
    /// Clean, random baseline, attack; empty without test rows.
    let errors: [Error]

    var poisonRows: Int { isPoison.count { $0 } }

    /// The errors as cells of an experiment.
    func outcomes(
      dataset: String, model: String, seed: UInt64, inUnit: (Double) -> Double
    ) -> [Outcome] {
      errors.map { error in
        var metrics = Metrics()
        metrics["mse"] = error.meanSquaredError
        metrics["rmse"] = inUnit(error.meanSquaredError)
        metrics["mse_ratio"] = error.meanSquaredError / errors[0].meanSquaredError
        return Outcome(
          dataset: dataset, model: model, attack: error.attack, defence: "none", rate: error.rate,
          seed: seed, metrics: metrics)
      }
    }
  }

  let user: UserTable
  let attack: any PoisoningAttack
  let attackID: String
  let rate: Double
  let model: ModelOptions
  let validationShare: Double
  let testShare: Double
  /// The split; nil for a random one by the shares.
  let parts: Split?
  /// The column that gave the split.
  let partsColumn: String?
  let substitute: RegressionData?
  let seed: UInt64
  let workers: Int

  /// Runs the attack; `check` is called between steps and may throw to stop.
  func run(_ check: () throws -> Void) throws -> Result {
    let root = RandomStream(seed: seed).child("poison")
    var random = root.child("split")
    let split =
      try parts
      ?? Split.split(
        rows: user.design.count, validationShare: validationShare, testShare: testShare, using: &random)
    let training = user.rows.rows(at: split.training)
    let count = poisonCount(cleanRows: training.count, rate: rate)
    guard count > 0 else { throw WorkbenchError.noPoison(rate: rate, rows: training.count) }
    let chosen = try UserLearner(model, user, training: training, workers: workers)
    let learner = chosen.learner
    let scenario = PoisoningScenario(
      training: substitute ?? training,
      validation: substitute ?? (split.validation.isEmpty ? training : user.rows.rows(at: split.validation)),
      space: user.design.space, targetRange: user.targetRange, victim: learner,
      // As ranges and categories, levels are those of the whole table.
      feasible: FeasibleSet(
        user.design.space, clean: [user.rows], encoder: user.encoder.features))
    try check()
    random = root.child("attack")
    let started = ContinuousClock.now
    let rows = try attack.poison(scenario, count: count, using: &random)
    let duration = ContinuousClock.now - started
    let (poison, added) = try written(rows)
    try check()
    random = root.child("random")
    let (baseline, _) = try written(RandomRows().poison(scenario, count: count, using: &random))
    let test = user.rows.rows(at: split.test)
    var errors: [Error] = []
    if test.count > 0 {
      let actual = Double(count) / Double(training.count + count)
      errors = try [
        ("none", "clean", 0, training),
        ("random", "with random poison (baseline)", actual, training.appending(baseline)),
        (attackID, "with \(attackID) poison", actual, training.appending(poison)),
      ].map { id, title, rate, data in
        Error(
          attack: id, title: title, rate: rate,
          meanSquaredError: try learner.fit(data).meanSquaredError(on: test))
      }
    }
    random = root.child("order")
    let order = random.permutation(training.count + count)
    random = root.child("unread")
    let poisonLines = lines(added, training: split.training, using: &random)
    let file = user.text.file(
      order.map { place in
        place < training.count
          ? .record(user.design.rowIndex[split.training[place]]) : .new(poisonLines[place - training.count])
      })
    return Result(
      file: file, isPoison: order.map { $0 >= training.count }, learner: chosen,
      levels: scenario.feasible.summary, trainingRows: training.count, testRows: test.count,
      duration: duration, errors: errors)
  }

  /// Poison as lines of the user's file. Columns that no model reads get fields of rows that are not in the training
  /// set, as far as there are such rows.
  private func lines(
    _ poison: Table, training: [Int], using random: inout RandomStream
  ) -> [[UInt8]] {
    let records = training.map { user.design.rowIndex[$0] }
    let inTraining = Set(records)
    let others = (0..<user.table.rowCount).filter { !inTraining.contains($0) }
    let pool = others.isEmpty ? records : others
    let donors = random.permutation(pool.count).map { pool[$0] }
    let unread = Set(user.encoder.options.ignored + user.encoder.identifiers)
    let style = RowStyle(user.text)
    let columns = user.table.columns.map { column in
      unread.contains(column.name) ? nil : poison.index(of: column.name).map { poison.columns[$0].values }
    }
    return (0..<poison.rowCount).map { row in
      style.line(
        zip(user.table.columns, columns).map { column, values in
          guard let values else {
            return .field(ofRecord: column.name == partsColumn ? records[0] : donors[row % donors.count])
          }
          return values.written(row)
        })
    }
  }

  /// Poison as it stands in the file, in the digits and levels of the user's columns, so that what is measured
  /// is what is written.
  private func written(_ poison: RegressionData) throws -> (RegressionData, Table) {
    let table = user.encoder.table(fromDesignRows: poison.features, target: poison.target)
    let design = try user.encoder.design(table)
    return (RegressionData(features: design.features, target: design.target), table)
  }
}

extension Table.Values {
  /// A value as a new row holds it.
  fileprivate func written(_ row: Int) -> RowStyle.Value {
    switch self {
    case .numeric(let numbers): numbers[row].isNaN ? .missing : .number(numbers[row])
    case .categorical(let codes, let levels): codes[row] < 0 ? .missing : .text(levels[codes[row]])
    }
  }
}
