/// Ways of putting outcomes into the numbers of a statement. A repetition without its number gives NaN, so that it counts
/// as a failure.
public enum StatementMeasure {
  /// A metric of every outcome, of one attack or model if they are named.
  public static func metric(
    _ name: MetricKey, attack: String? = nil, model: String? = nil, defence: String? = nil
  ) -> Measure {
    Measure(reading: [name]) { outcomes in
      outcomes.matching(model: model, attack: attack, defence: defence).map { $0.metrics[name] ?? .nan }
    }
  }

  /// One number from every outcome, made of the metrics `keys`.
  public static func each(
    _ keys: [MetricKey], _ value: @escaping @Sendable (Outcome) -> Double?
  ) -> Measure {
    Measure(reading: keys) { outcomes in outcomes.map { value($0) ?? .nan } }
  }

  /// One number from all outcomes of each seed, made of the metrics `keys`.
  public static func perSeed(
    _ keys: [MetricKey], _ value: @escaping @Sendable ([Outcome]) -> Double?
  ) -> Measure {
    Measure(reading: keys) { outcomes in
      outcomes.distinct(\.seed).map { seed in value(outcomes.filter { $0.seed == seed }) ?? .nan }
    }
  }

  /// One number from all outcomes of all seeds together, made of the metrics `keys`.
  public static func pooled(
    _ keys: [MetricKey], _ value: @escaping @Sendable ([Outcome]) -> Double?
  ) -> Measure {
    Measure(reading: keys) { outcomes in [value(outcomes) ?? .nan] }
  }

  /// What is compared with what: the outcomes of one attack, model or defence, at one privacy budget.
  public struct Cells: Sendable, Hashable {
    /// The attack; nil for any.
    public var attack: String?
    /// The model; nil for any.
    public var model: String?
    /// The defence; nil for any.
    public var defence: String?
    /// The privacy budget, which is nil without privacy.
    public var budget: Double?
    /// Whether the budget counts.
    public var isOfBudget: Bool

    /// Outcomes at any budget; an argument left out admits all.
    public init(attack: String? = nil, model: String? = nil, defence: String? = nil) {
      (self.attack, self.model, self.defence) = (attack, model, defence)
      (budget, isOfBudget) = (nil, false)
    }

    /// Outcomes of a defence at one privacy budget, nil for that without privacy.
    public init(defence: String, budget: Double?) {
      self.init(defence: defence)
      (self.budget, isOfBudget) = (budget, true)
    }

    func of(_ outcomes: [Outcome]) -> [Outcome] {
      outcomes.matching(model: model, attack: attack, defence: defence)
        .filter { !isOfBudget || $0.metrics["epsilon"] == budget }
    }
  }

  /// For every seed one number, made of the means of a metric over each of several groups of outcomes.
  ///
  /// A seed that one of the groups lacks, in which the groups are of different sizes, or in which an outcome has no number,
  /// gives NaN.
  public static func paired(
    _ name: MetricKey, _ groups: [Cells], _ value: @escaping @Sendable ([Double]) -> Double
  ) -> Measure {
    Measure(reading: [name]) { outcomes in means(name, groups, outcomes).map { $0.map(value) ?? .nan } }
  }

  /// The same with the first two groups exchanged in every other seed, beginning with the first.
  static func swapped(
    _ name: MetricKey, _ groups: [Cells], _ value: @escaping @Sendable ([Double]) -> Double
  ) -> Measure {
    Measure(reading: [name]) { outcomes in
      means(name, groups, outcomes).enumerated().map { place, means in
        guard var means else { return .nan }
        if place % 2 == 0 { means.swapAt(0, 1) }
        return value(means)
      }
    }
  }

  /// For every seed the means of a metric over each of several groups of outcomes; nil for a seed that one of the
  /// groups lacks or in which they are of different sizes.
  private static func means(_ name: MetricKey, _ groups: [Cells], _ outcomes: [Outcome]) -> [[Double]?] {
    let parts = groups.map { $0.of(outcomes) }
    return parts.flatMap { $0 }.distinct(\.seed).map { seed in
      let own = parts.map { $0.matching(seed: seed).map { $0.metrics[name] ?? .nan } }
      guard let size = own.first?.count, size > 0, own.allSatisfy({ $0.count == size }) else { return nil }
      return own.map { $0.reduce(0, +) / Double(size) }
    }
  }

  /// For every seed the number of some outcomes, less that of others; see ``paired(_:_:_:)``.
  public static func difference(
    _ name: MetricKey, _ cells: Cells, less others: Cells
  ) -> Measure {
    paired(name, [cells, others]) { $0[0] - $0[1] }
  }
}
