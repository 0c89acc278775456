import Reporting

extension Figure.Series {
  /// One metric over the rate of poison: the mean over seeds with the smallest and largest value as bounds.
  ///
  /// Outcomes without a rate and rates without the metric are left out. Give outcomes of one data set, model, attack and defence.
  public init(_ name: String, metric: MetricKey, overRateOf outcomes: [Outcome]) {
    let points = outcomes.distinct(\.rate).compactMap { $0 }.sorted().compactMap { rate -> Figure.Point? in
      guard let summary = outcomes.matching(rate: rate).summary(of: metric) else { return nil }
      let isSpread = summary.count > 1
      return Figure.Point(
        x: rate, y: summary.mean, lower: isSpread ? summary.minimum : nil,
        upper: isSpread ? summary.maximum : nil)
    }
    self.init(name, points)
  }

  /// One bar a group of outcomes: the mean over seeds with the smallest and largest value as bounds.
  public init(_ name: String, metric: MetricKey, barsOf groups: [[Outcome]]) {
    let points = groups.enumerated().compactMap { index, group -> Figure.Point? in
      guard let summary = group.summary(of: metric) else { return nil }
      return Figure.Point(
        x: Double(index), y: summary.mean, lower: summary.minimum, upper: summary.maximum)
    }
    self.init(name, points)
  }
}
