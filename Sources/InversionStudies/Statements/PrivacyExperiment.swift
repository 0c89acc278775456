import Experiments
import Privacy

/// An experiment for statements on privacy mechanisms.
enum PrivacyExperiment: Sendable, Hashable {
  /// Dosage models.
  case dosage(PrivateDosageCell)
  /// Income models.
  case income(PrivateIncomeStudy.Method, epsilon: Double, seed: UInt64)
  /// MemGuard against its attack.
  case memGuard(seed: UInt64)
  /// An audit of a mechanism by many runs.
  case audit(AuditedMechanism, epsilon: Double, seed: UInt64)
  /// An accountant's figure; see ``AccountedFigure``.
  case account(AccountedFigure)
}

extension PrivacyExperiment: RunnableExperiment {
  var experiment: Experiment {
    switch self {
    case .dosage(let cell): cell.experiment
    case .income(let method, let epsilon, let seed): method.experiment(epsilon: epsilon, seed: seed)
    case .memGuard(let seed): MemGuardStudy().experiment(seed: seed)
    case .audit(let mechanism, let epsilon, let seed):
      Experiment(
        dataset: "neighbours", model: "linear", attack: "audit", defence: mechanism.rawValue,
        epsilon: epsilon, seed: seed)
    case .account(let figure): figure.experiment
    }
  }

  func outcomes(at data: PrivacyData) async throws -> [Outcome] { try data.outcomes(self) }
}

/// A statement on privacy mechanisms, accountants and audits.
typealias PrivacyRow = Statement<[PrivacyExperiment]>

/// Ways of putting outcomes into numbers. What is missing gives NaN, so that it counts as a failure.
enum PrivacyMeasure {
  /// A metric of a defence at one budget, one number for each outcome.
  static func metric(
    _ name: MetricKey, _ defence: String, at epsilon: Double?
  ) -> Measure {
    Measure(reading: [name]) { outcomes in
      outcomes.matching(defence: defence).filter { $0.metrics["epsilon"] == epsilon }
        .map { $0.metrics[name] ?? .nan }
    }
  }

  /// The largest fall of the means over the values of `key`, in rising order or in falling order: 0 if they never fall.
  static func largestFall(
    _ name: MetricKey, along key: MetricKey, isFalling: Bool = false
  ) -> Measure {
    StatementMeasure.pooled([name, key]) { outcomes in
      let places = Set(outcomes.compactMap { $0.metrics[key] }).sorted()
      let means = (isFalling ? places.reversed() : places).map { place -> Double in
        let values = outcomes.filter { $0.metrics[key] == place }.map { $0.metrics[name] ?? .nan }
        return values.reduce(0, +) / Double(values.count)
      }
      guard means.count > 1, means.allSatisfy(\.isFinite) else { return nil }
      return zip(means, means.dropFirst()).map { max($0 - $1, 0) }.max()
    }
  }

  /// A statement that a curve never falls by more than `most`; its null is the same curve from the other end.
  static func rises(
    _ name: MetricKey, along key: MetricKey, isFalling: Bool = false, most: Double, noEffect: Double
  ) -> (judging: Judging, measure: Measure) {
    (
      .by(
        Expectation(0...most, stronger: .lower, noEffect: noEffect),
        null: .measured(
          "the same curve from its other end", largestFall(name, along: key, isFalling: !isFalling))),
      largestFall(name, along: key, isFalling: isFalling)
    )
  }
}
