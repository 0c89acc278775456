public import Experiments
import Learning
import LinearAlgebra
import Methods
public import Querying
import Reporting
public import Stealing
import StealingStudies

/// What a theft took, what it cost, and how good the copy is.
public struct TheftResult: Sendable {
  let request: TheftJob
  /// Id of the attack.
  public let attack: String
  /// The model that was asked.
  public let victim: ModelUnderAttack
  /// What the theft cost.
  public let ledger: QueryLedger
  /// The copy, as it was checked.
  public let stolen: StolenModel
  /// What was found out of missing values, after the theft.
  public let gaps: MissingValues.Result
  /// Nil for a replay, whose model is not there to compare with.
  public let comparison: FidelityReport?
  /// Why there is no comparison, where one was wanted.
  public let remark: String?
  /// Rows that the comparison asked a service about.
  public let checked: Int
  /// Rows in the log that neither the theft nor the comparison had a use for, such as those of finding out how to ask.
  public let earlier: Int
  /// What stopped the theft before it had what it wanted; nil if nothing did.
  public let stop: String?
  let context: JobContext
  /// Seconds of the theft, without the comparison.
  public let seconds: Double

  /// The numbers, without times.
  public var metrics: Metrics {
    var metrics: Metrics = [
      "queries": Double(ledger.queries), "asked": Double(ledger.asked), "cached": Double(ledger.cached),
      "billed": Double(ledger.billed), "unique": Double(ledger.unique), "requests": Double(ledger.requests),
      "probed": Double(victim.probedRows), "checked": Double(checked), "earlier": Double(earlier),
      "missing_queries": Double(gaps.queries),
      "missing_values": gaps.outcome == .learned ? 1 : gaps.outcome == .refused ? nil : 0,
      "unknowns": stolen.unknowns.map { Double($0) },
      "complete": stolen.isComplete ? 1 : 0,
    ]
    if victim.isRemote {
      let traffic = victim.oracle.traffic
      metrics["bytes_sent"] = Double(traffic.sent)
      metrics["bytes_received"] = Double(traffic.received)
    }
    if let comparison { metrics.merge(Metrics(comparison)) }
    return metrics
  }

  /// Whether something was found besides the model.
  public var hasFindings: Bool { !stolen.findings.isEmpty }

  /// What the attack says, and why there is no comparison.
  public var notes: [String] { stolen.notes + [gaps.sentence] + [remark, stop].compactMap { $0 } }
}
