/// Ways of putting outcomes into the numbers of a statement. A repetition without its number gives NaN, so that it counts
/// as a failure.
public enum StatementMeasure {
  /// A metric of every outcome, of one attack or model if they are named.
  public static func metric(
    _ name: String, attack: String? = nil, model: String? = nil, defence: String? = nil
  ) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in
      outcomes.matching(model: model, attack: attack, defence: defence).map { $0.metrics[name] ?? .nan }
    }
  }

  /// One number from every outcome.
  public static func each(
    _ value: @escaping @Sendable (Outcome) -> Double?
  ) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in outcomes.map { value($0) ?? .nan } }
  }

  /// One number from all outcomes of each seed.
  public static func perSeed(
    _ value: @escaping @Sendable ([Outcome]) -> Double?
  ) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in
      outcomes.distinct(\.seed).map { seed in value(outcomes.filter { $0.seed == seed }) ?? .nan }
    }
  }

  /// One number from all outcomes of all seeds together.
  public static func pooled(
    _ value: @escaping @Sendable ([Outcome]) -> Double?
  ) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in [value(outcomes) ?? .nan] }
  }
}
