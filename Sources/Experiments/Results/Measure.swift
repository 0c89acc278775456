/// What puts outcomes into the numbers of a statement, and the metrics that it reads.
public struct Measure: Sendable {
  /// The metrics that it reads.
  public let keys: [MetricKey]
  private let values: @Sendable ([Outcome]) -> [Double]

  /// A measure.
  ///
  /// - Parameters:
  ///   - keys: all metrics that `values` reads.
  ///   - values: one number for each repetition, NaN where a repetition has none, so that it counts as a failure.
  public init(reading keys: [MetricKey], _ values: @escaping @Sendable ([Outcome]) -> [Double]) {
    self.keys = keys
    self.values = values
  }

  /// The numbers of outcomes, one for each repetition; NaN where one has none.
  public func callAsFunction(_ outcomes: [Outcome]) -> [Double] { values(outcomes) }

  /// The same numbers, each changed.
  public func map(_ change: @escaping @Sendable (Double) -> Double) -> Measure {
    Measure(reading: keys) { outcomes in self(outcomes).map(change) }
  }
}
