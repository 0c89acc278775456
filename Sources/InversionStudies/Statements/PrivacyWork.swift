import Experiments
import Inversion

/// What has to be run for a statement on privacy mechanisms.
enum PrivacyWork: Sendable, Hashable {
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

extension PrivacyWork {
  /// What tells it from all others.
  var key: String { "\(self)" }
}

/// A published statement on privacy mechanisms, accountants and audits.
typealias PrivacyRow = PublishedStatement<[PrivacyWork]>

/// Ways of putting outcomes into numbers.
enum PrivacyMeasure {
  /// The number of every outcome of a defence, less that of another one with the same seed.
  static func difference(
    _ name: String, _ defence: String, less other: String
  ) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in
      outcomes.matching(defence: defence).compactMap { one in
        let peer = outcomes.matching(defence: other, seed: one.seed).first?.metrics[name]
        return one.metrics[name].flatMap { own in peer.map { own - $0 } }
      }
    }
  }

  /// The largest step against the direction in the means over budgets, in order of `key`: 0 if they never fall.
  static func largestFall(_ name: String, along key: String) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in
      let means = outcomes.compactMap { $0.metrics[key] }.reduce(into: [Double]()) { keys, value in
        if !keys.contains(value) { keys.append(value) }
      }.sorted().compactMap { value in
        Summary(outcomes.filter { $0.metrics[key] == value }.compactMap { $0.metrics[name] })?.mean
      }
      guard means.count > 1 else { return [] }
      return [zip(means, means.dropFirst()).map { max($0 - $1, 0) }.max() ?? 0]
    }
  }
}
