import Learning
import LinearAlgebra
public import Methods
public import Poisoning
import Tabular

extension Conformance {
  /// What is wrong with a defence of training.
  ///
  /// Its model must be finite and have a weight a column; the rejected rows must be rows of the data, each once,
  /// ascending, and leave rows to learn from; the same seed must give the same. The place of the poison in the data must
  /// not matter beyond chance: with the poison first, last and mixed in, the mean error over four seeds may differ by
  /// half. Without rows, with one, and with equal targets it may refuse, and gives no model that is not finite.
  ///
  /// - Parameter settings: over the defaults, for the fits that are made here.
  /// - Throws: `SettingError` if the settings do not fit, and errors of the attack that makes the poison.
  public static func problems<M: PoisoningDefence>(
    of type: M.Type, settings: MethodSettings = .none
  ) throws -> [String] {
    var findings = Findings()
    findings.checkCard(type, family: .trainingDefence)
    let defence = try type.configured(settings)
    for (isRaw, learner) in [
      (false, LinearLearner.ridge(penalty: 0.1)), (false, .lasso(penalty: 0.001)), (true, .leastSquares),
    ] {
      let (data, world) = try poisoned(seed: 1, isRaw: isRaw)
      let task = DefenceTask(data: data, learner: learner, space: world.space, assumedRate: 12.0 / 102)
      var (first, second) = (RandomStream(seed: 8), RandomStream(seed: 8))
      guard
        let fit = findings.attempt("defending", { try defence.fit(task, using: &first) }),
        let again = findings.attempt("defending again", { try defence.fit(task, using: &second) })
      else { continue }
      findings.check(fit, task)
      findings.expect(
        fit.model == again.model && fit.rejected == again.rejected
          && fit.estimatedRate == again.estimatedRate,
        "the same seed gives another result")
    }
    if findings.problems.isEmpty { try checkOrder(defence, &findings) }
    checkOddData(defence, &findings)
    return findings.problems
  }

  /// A training set with its poison behind the clean rows.
  private static func poisoned(seed: UInt64, isRaw: Bool = false) throws -> (RegressionData, SmallRegression)
  {
    let world = SmallRegression(seed: seed, rows: 90, isRaw: isRaw)
    var random = RandomStream(seed: seed).child("poison")
    let poison = try OptP().poison(world.scenario(.ridge(penalty: 0.1)), count: 12, using: &random)
    return (world.training.appending(poison), world)
  }

  private static func checkOrder(_ defence: some PoisoningDefence, _ findings: inout Findings) throws {
    var errors = [0.0, 0.0, 0.0]
    for seed in UInt64(1)...4 {
      let (data, world) = try poisoned(seed: seed)
      var shuffle = RandomStream(seed: seed).child("order")
      let orders = [Array(0..<102), Array(90..<102) + Array(0..<90), shuffle.permutation(102)]
      for (place, order) in orders.enumerated() {
        let task = DefenceTask(
          data: data.rows(at: order), learner: .ridge(penalty: 0.1), space: world.space,
          assumedRate: 12.0 / 102)
        var random = RandomStream(seed: seed)
        let fit = findings.attempt("defending rows in another order") {
          try defence.fit(task, using: &random)
        }
        guard let fit else { return }
        errors[place] += fit.model.meanSquaredError(on: world.test) / 4
      }
    }
    let (least, most) = (errors.min() ?? 0, errors.max() ?? 0)
    findings.expect(
      most <= 1.5 * least,
      "the order of the rows matters: the error is \(errors[0]) with the poison last, \(errors[1]) with it first and "
        + "\(errors[2]) with it mixed in")
  }

  private static func checkOddData(_ defence: some PoisoningDefence, _ findings: inout Findings) {
    let world = SmallRegression()
    var constant = world.training
    constant.target = [Double](repeating: 0.3, count: constant.count)
    for (name, data) in [
      ("no row", world.training.rows(at: [])), ("one row", world.training.rows(at: [0])),
      ("equal targets", constant),
    ] {
      let task = DefenceTask(
        data: data, learner: .ridge(penalty: 0.1), space: world.space, assumedRate: 12.0 / 102)
      var random = RandomStream(seed: 1)
      guard let fit = try? defence.fit(task, using: &random) else { continue }
      findings.expect(
        fit.model.weights.allSatisfy(\.isFinite) && fit.model.intercept.isFinite,
        "gives a model that is not finite for data with \(name)")
    }
  }
}

extension Findings {
  fileprivate mutating func check(_ fit: DefendedFit, _ task: DefenceTask) {
    let (model, rejected, rows) = (fit.model, fit.rejected, task.data.count)
    expect(
      model.weights.count == task.space.count,
      "gives a model of \(model.weights.count) weights for \(task.space.count) columns")
    expect(
      model.weights.allSatisfy(\.isFinite) && model.intercept.isFinite, "gives a model that is not finite")
    expect(
      rejected.allSatisfy { (0..<rows).contains($0) }, "rejects rows that are not there, of \(rows) rows")
    expect(Set(rejected).count == rejected.count, "rejects a row twice")
    expect(rejected == rejected.sorted(), "does not give the rejected rows in ascending order")
    expect(
      rejected.count + 2 <= rows,
      "rejects \(rejected.count) of \(rows) rows, which leaves nothing to learn from")
    if let rate = fit.estimatedRate {
      expect(rate >= 0 && rate <= 1, "estimates a rate of \(rate), which is no share")
    }
  }
}
