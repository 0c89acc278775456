/// What one experiment gave: its numbers, with the axes that tell it from all others.
public struct Outcome: Sendable, Codable, Equatable {
  /// The experiment.
  public let experiment: Experiment
  /// The numbers.
  public var metrics: Metrics

  /// The outcome of an experiment.
  public init(_ experiment: Experiment, metrics: Metrics = [:]) {
    self.experiment = experiment
    self.metrics = metrics
  }

  /// The outcome of an experiment by its axes; one that is left out does not apply.
  public init(
    dataset: String? = nil, model: String? = nil, attack: String? = nil, defence: String? = nil,
    rate: Double? = nil, budget: Int? = nil, epsilon: Double? = nil, settings: [String: String] = [:],
    seed: UInt64, metrics: Metrics = [:]
  ) {
    self.init(
      Experiment(
        dataset: dataset, model: model, attack: attack, defence: defence, rate: rate, budget: budget,
        epsilon: epsilon, settings: settings, seed: seed),
      metrics: metrics)
  }

  /// Id of the data set, or the name of a file; `none` where the axis does not apply.
  public var dataset: String { experiment.dataset ?? "none" }
  /// Id of the learner or what stands for it; `none` where the axis does not apply.
  public var model: String { experiment.model ?? "none" }
  /// Id of the attack; `none` for clean data and where the axis does not apply.
  public var attack: String { experiment.attack ?? "none" }
  /// Id of the defence; `none` for plain training and where the axis does not apply.
  public var defence: String { experiment.defence ?? "none" }
  /// Share of the final training set that is poison; nil where nothing is poisoned.
  public var rate: Double? { experiment.rate }
  /// Seed of the experiment.
  public var seed: UInt64 { experiment.seed }

  private enum CodingKeys: String, CodingKey { case metrics }

  /// Reads the axes of the experiment and the metrics, which stand side by side.
  public init(from decoder: any Decoder) throws {
    experiment = try Experiment(from: decoder)
    metrics = try decoder.container(keyedBy: CodingKeys.self).decode(Metrics.self, forKey: .metrics)
  }

  /// Writes the axes of the experiment and the metrics side by side.
  public func encode(to encoder: any Encoder) throws {
    try experiment.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(metrics, forKey: .metrics)
  }

  /// Text as an id: `Model A` becomes `model-a`. Letters are made small; what is none of `a` to `z`, digits, `.`, `_`, `+`
  /// and `-` becomes one hyphen, and an id begins with a letter or a digit. An id stays as it is.
  public static func identifier(_ text: String) -> String {
    var result = ""
    for character in text.lowercased() {
      let isKept = character.isLetter || character.isNumber || (!result.isEmpty && "._+-".contains(character))
      if character.isASCII && isKept {
        result.append(character)
      } else if !result.isEmpty, result.last != "-" {
        result.append("-")
      }
    }
    if result != text, result.last == "-" { result.removeLast() }
    return result.isEmpty ? "unnamed" : result
  }
}

extension Sequence {
  /// The different values of a property, in order of first appearance: `outcomes.distinct(\.attack)`.
  public func distinct<Value: Hashable>(_ property: (Element) -> Value) -> [Value] {
    var seen: Set<Value> = []
    return map(property).filter { seen.insert($0).inserted }
  }
}

extension Sequence<Outcome> {
  /// The outcomes of the named experiments; an argument left out admits all.
  public func matching(
    dataset: String? = nil, model: String? = nil, attack: String? = nil, defence: String? = nil,
    rate: Double? = nil, seed: UInt64? = nil
  ) -> [Outcome] {
    let model = model.map(Outcome.identifier)
    return filter { one in
      (dataset ?? one.dataset) == one.dataset && (model ?? one.model) == one.model
        && (attack ?? one.attack) == one.attack && (defence ?? one.defence) == one.defence
        && (rate ?? one.rate) == one.rate && (seed ?? one.seed) == one.seed
    }
  }

  /// The spread of one metric over these outcomes; nil if none of them has it.
  public func summary(of metric: MetricKey) -> Summary? {
    Summary(compactMap { $0.metrics[metric] })
  }

  /// The spread of the metric of that name.
  public func summary(of name: String) -> Summary? { summary(of: MetricKey(name)) }
}
