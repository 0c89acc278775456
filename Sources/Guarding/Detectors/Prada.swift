import Learning
public import Methods
import Querying

/// PRADA as released: distances between honest queries look normal, and those of an attack do not.
///
/// ```
/// d  = least distance of the query to the growing set of its class
/// if d > T: the query joins the set, T = max(T, mean − standard deviation of the distances of joining)
/// every 10 queries: D = all d of classes with at least 10, less those 3 standard deviations from the mean
/// if |D| > 100: alarm if and only if Shapiro and Wilk's W(D) < delta
/// ```
///
/// The score is `1 − W`. On tabular rows the fixed threshold fails: honest queries are not normal and uniform ones are;
/// see ``CalibratedPrada``. The first test comes with the 111th query at the earliest. Memory: 2 × `memory` distances
/// and `memory` queries a client.
///
/// - Source: Juuti, Szyller, Marchal, Asokan, "PRADA: Protecting Against DNN Model Stealing Attacks", EuroS&P 2019;
///   the released code, whose default delta is 0.9.
public struct Prada: QueryDetector {
  public static let card = MethodCard(
    id: "prada", family: .queryDetector, title: "PRADA",
    summary: "An alarm if distances between queries are not normally distributed.",
    citation:
      "Juuti, Szyller, Marchal, Asokan, PRADA: Protecting Against DNN Model Stealing Attacks, EuroS&P 2019",
    needs: "nothing", taxonomy: .queryDetection)

  public static let settings: [Setting<Self>] = [
    .init("delta", \.delta, "least Shapiro-Wilk statistic W of honest queries", in: 0...1),
    .init("memory", \.memory, "queries and distances that are kept", in: 200...),
  ]

  /// Least W of honest queries.
  public var delta = 0.9
  /// Queries and distances that are kept.
  public var memory = 10_000

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedDetector {
    StreamDetector(
      Monitor(
        features: StreamFeatures(context.schema), delta: delta,
        statistic: PradaStatistic(limit: memory, minimum: 100)))
  }

  private struct Monitor: QueryMonitor {
    let features: StreamFeatures
    let delta: Double
    var statistic: PradaStatistic
    /// The last statistic; it stands until the next one.
    var last: Double?

    mutating func observe(_ query: [Double], _ answer: Answer) -> DetectorReading {
      last = statistic.observe(features(query), label: answer.label ?? 0) ?? last
      return DetectorReading(score: last.map { 1 - $0 }, isAlarm: last.map { $0 < delta } ?? false)
    }
  }
}
