import Learning
public import Methods
import Querying

/// Raises the alarm after a number of queries, whatever they are: the measure that every other detector must beat.
///
/// The score is the share of the budget that is spent. Memory: one counter.
///
/// - Source: Tramèr et al., USENIX Security 2016, table 7 (prices of theft).
public struct BudgetDetector: QueryDetector {
  public static let card = MethodCard(
    id: "budget", family: .queryDetector, title: "Number of queries",
    summary: "An alarm after so many queries.",
    citation:
      "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016, table 7",
    needs: "nothing", taxonomy: .queryDetection)

  public static let settings: [Setting<Self>] = [
    .init("queries", \.queries, "queries after which the alarm is raised", in: 1...)
  ]

  /// Queries after which the alarm is raised.
  public var queries = 1000

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedDetector {
    StreamDetector(Monitor(limit: queries))
  }

  private struct Monitor: QueryMonitor {
    let limit: Int
    var count = 0

    init(limit: Int) { self.limit = limit }

    mutating func observe(_ query: [Double], _ answer: Answer) -> DetectorReading {
      count += 1
      return DetectorReading(score: Double(count) / Double(limit), isAlarm: count > limit)
    }
  }
}
