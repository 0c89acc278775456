import Experiments
import Inversion

/// A published statement on privacy mechanisms, the outcomes that test it, and how they are judged.
struct PrivacyRow: Sendable {
  /// What has to be run for a statement.
  enum Work: Sendable, Hashable {
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

  /// Row of the table of statements.
  let row: Int
  /// Stable lower-case name.
  let id: String
  /// The statement in words.
  let statement: String
  /// Who published it where.
  let source: String
  /// The published number; nil if there is none.
  let published: Double?
  /// Unit of the numbers.
  let unit: String
  /// What counts as the published number.
  let expectation: Expectation
  /// A remark; nil for none.
  var note: String?
  /// Whether an attack on genotypes is needed.
  var needsAttack = false
  /// What has to be run.
  let work: [Work]
  /// The measured numbers, one for each repetition.
  let measure: @Sendable ([Outcome]) -> [Double]

  /// The claim that the outcomes make; a remark says why there are none.
  func claim(_ outcomes: [Outcome]?, remark: String?) -> Claim {
    let notes = [note, remark].compactMap { $0 }
    return Claim(
      id: id, statement: statement, source: source, published: published, unit: unit,
      summary: outcomes.flatMap { Summary(measure($0)) }, expectation: expectation,
      note: notes.isEmpty ? nil : notes.joined(separator: " "))
  }
}

/// Ways of putting outcomes into numbers.
enum PrivacyMeasure {
  /// The number of every outcome by its name.
  static func metric(_ name: String) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in outcomes.compactMap { $0.metrics[name] } }
  }

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
