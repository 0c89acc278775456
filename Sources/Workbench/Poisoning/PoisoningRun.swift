import Methods
import Experiments
import Learning
import LinearAlgebra
import Poisoning
import Tabular

/// The work of a ``PoisoningJob``, when everything is read: split, poison, measure.
struct PoisoningRun {
  let user: UserTable
  let job: PoisoningJob
  let attack: any PoisoningAttack
  /// The split; nil for a random one by the shares.
  let parts: Split?
  let substitute: RegressionData?
  let context: JobContext

  /// Runs the attack.
  func run() throws -> PoisoningJob.Result {
    let root = RandomStream(seed: context.seed).child("poison")
    var random = root.child("split")
    let split =
      try parts
      ?? Split.split(
        rows: user.design.count, validationShare: job.validationShare, testShare: job.testShare,
        using: &random)
    let training = user.rows.rows(at: split.training)
    let count = poisonCount(cleanRows: training.count, rate: job.rate)
    guard count > 0 else { throw WorkbenchError.noPoison(rate: job.rate, rows: training.count) }
    let chosen = try UserLearner(job.model, user, training: training, workers: context.workers)
    let scenario = PoisoningScenario(
      training: substitute ?? training,
      validation: substitute ?? (split.validation.isEmpty ? training : user.rows.rows(at: split.validation)),
      space: user.design.space, targetRange: user.targetRange, victim: chosen.learner,
      // As ranges and categories, levels are those of the whole table.
      feasible: FeasibleSet(
        user.design.space, clean: [user.rows], encoder: user.encoder.features))
    try context.observer.check()
    random = root.child("attack")
    let started = ContinuousClock.now
    let rows = try attack.poison(scenario, count: count, using: &random)
    let duration = ContinuousClock.now - started
    let (poison, added) = try written(rows)
    try context.observer.check()
    random = root.child("random")
    let (baseline, _) = try written(RandomRows().poison(scenario, count: count, using: &random))
    let test = user.rows.rows(at: split.test)
    let errors = try errors(chosen.learner, training, poison: poison, baseline: baseline, test: test)
    let (file, isPoison) = mixed(added, split.training, root)
    return PoisoningJob.Result(
      job: job, method: attack.entry, user: user, methods: context.methods, seed: context.seed, file: file,
      isPoison: isPoison,
      learner: chosen, levels: scenario.feasible.summary, trainingRows: training.count, testRows: test.count,
      duration: duration, errors: errors)
  }

  /// Test errors of the models of clean rows, of rows with random poison, and of rows with that of the attack.
  private func errors(
    _ learner: LinearLearner, _ training: RegressionData, poison: RegressionData, baseline: RegressionData,
    test: RegressionData
  ) throws -> [PoisoningJob.TestError] {
    guard test.count > 0 else { return [] }
    let actual = Double(poison.count) / Double(training.count + poison.count)
    return try [
      ("none", "clean", 0, training),
      ("random", "with random poison (baseline)", actual, training.appending(baseline)),
      (attack.card.id, "with \(attack.card.id) poison", actual, training.appending(poison)),
    ].map { id, title, rate, data in
      PoisoningJob.TestError(
        attack: id, title: title, rate: rate,
        meanSquaredError: try learner.fit(data).meanSquaredError(on: test))
    }
  }

  /// The file of the training rows with the poison among them, and which of its rows are poison.
  private func mixed(
    _ poison: Table, _ training: [Int], _ root: RandomStream
  ) -> (file: [UInt8], isPoison: [Bool]) {
    var random = root.child("order")
    let order = random.permutation(training.count + poison.rowCount)
    random = root.child("unread")
    let lines = lines(poison, training: training, using: &random)
    let file = user.text.file(
      order.map { place in
        place < training.count
          ? .record(user.design.rowIndex[training[place]]) : .new(lines[place - training.count])
      })
    return (file, order.map { $0 >= training.count })
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
            return .field(ofRecord: column.name == job.parts ? records[0] : donors[row % donors.count])
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
