/// What one cell of an experiment gave: one data set, model, attack, defence, rate and seed, with its numbers.
public struct Outcome: Sendable, Codable, Equatable {
  /// Id of the data set, such as `iwpc-onehot`.
  public let dataset: String
  /// Id of the learner, such as `ridge`.
  public let model: String
  /// Id of the attack, `none` for clean data.
  public let attack: String
  /// Id of the defence, `none` for plain training.
  public let defence: String
  /// Share of the final training set that is poison, in `0..<1`.
  public let rate: Double
  /// Seed of the cell.
  public let seed: UInt64
  /// The numbers.
  public var metrics: Metrics

  /// The outcome of one cell.
  public init(
    dataset: String, model: String, attack: String, defence: String, rate: Double, seed: UInt64,
    metrics: Metrics = [:]
  ) {
    precondition((0..<1).contains(rate), "a poison rate lies in 0..<1, not \(rate)")
    self.dataset = dataset
    self.model = model
    self.attack = attack
    self.defence = defence
    self.rate = rate
    self.seed = seed
    self.metrics = metrics
  }
}

extension Sequence<Outcome> {
  /// The outcomes of the named cells; an argument left out admits all.
  public func matching(
    dataset: String? = nil, model: String? = nil, attack: String? = nil, defence: String? = nil,
    rate: Double? = nil, seed: UInt64? = nil
  ) -> [Outcome] {
    filter { one in
      (dataset ?? one.dataset) == one.dataset && (model ?? one.model) == one.model
        && (attack ?? one.attack) == one.attack && (defence ?? one.defence) == one.defence
        && (rate ?? one.rate) == one.rate && (seed ?? one.seed) == one.seed
    }
  }

  /// The different values of a property, in order of first appearance: `outcomes.distinct(\.attack)`.
  public func distinct<Value: Hashable>(_ property: (Outcome) -> Value) -> [Value] {
    var seen: Set<Value> = []
    return map(property).filter { seen.insert($0).inserted }
  }

  /// The spread of one metric over these outcomes; nil if none of them has it.
  public func summary(of metric: String) -> Summary? {
    Summary(compactMap { $0.metrics[metric] })
  }
}
