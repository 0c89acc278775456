import Datasets
import FoundationEssentials

/// What tells one experiment from all others: its place on every axis that applies to it.
///
/// An axis that does not apply has no value: where nothing is poisoned there is no rate. `none` on the axes of attack and
/// defence is a value: clean data beside poisoned, plain training beside a defence.
///
/// An experiment that is about to run may leave open an axis over which it runs, such as the attack where it tries
/// several on one model; each of its outcomes then has an experiment of its own, of which the first is a part (see
/// ``covers(_:)``).
///
/// Random streams do not hang on the id. They are made from the seed and from names that stand in the code of the
/// experiment, so that a new axis changes no number.
public struct Experiment: Sendable, Hashable {
  /// Id of the data set, such as `iwpc-onehot`, or the name of a file.
  public let dataset: String?
  /// Id of the learner, such as `ridge`, or what an id can hold of the name of a model file or service.
  public let model: String?
  /// Id of the attack with what tells its variants apart, `none` for clean data.
  public let attack: String?
  /// Id of the defence, guards with their settings, `none` for plain training.
  public let defence: String?
  /// Share of the final training set that is poison, in `0..<1`.
  public let rate: Double?
  /// Most queries that the attack may send, or that it is given.
  public let budget: Int?
  /// Privacy budget `ε`.
  public let epsilon: Double?
  /// What else tells it apart, by names; empty where the axes do.
  public let settings: [String: String]
  /// Seed of everything with chance in it.
  public let seed: UInt64

  /// An experiment; an axis that is left out does not apply. What the schema of results does not hold is changed here: in
  /// names line breaks and other control characters become blanks, blanks at the ends go, and nothing is called `unnamed`;
  /// the model becomes an ``Outcome/identifier(_:)``.
  public init(
    dataset: String? = nil, model: String? = nil, attack: String? = nil, defence: String? = nil,
    rate: Double? = nil, budget: Int? = nil, epsilon: Double? = nil, settings: [String: String] = [:],
    seed: UInt64
  ) {
    precondition(rate.map((0..<1).contains) ?? true, "a poison rate lies in 0..<1, not \(rate ?? 0)")
    self.dataset = dataset.map(Self.name)
    self.model = model.map(Outcome.identifier)
    self.attack = attack.map(Self.name)
    self.defence = defence.map(Self.name)
    self.rate = rate
    self.budget = budget
    self.epsilon = epsilon.flatMap { $0.isFinite ? $0 : nil }
    self.settings = settings.mapValues(Self.name)
    self.seed = seed
  }

  /// The same with other values on some axes.
  public func with(
    dataset: String? = nil, model: String? = nil, attack: String? = nil, defence: String? = nil,
    rate: Double? = nil, budget: Int? = nil, epsilon: Double? = nil, settings: [String: String] = [:]
  ) -> Experiment {
    Experiment(
      dataset: dataset ?? self.dataset, model: model ?? self.model, attack: attack ?? self.attack,
      defence: defence ?? self.defence, rate: rate ?? self.rate, budget: budget ?? self.budget,
      epsilon: epsilon ?? self.epsilon, settings: self.settings.merging(settings) { $1 }, seed: seed)
  }

  /// The axes that apply with their values, one a line in a fixed order, then the settings by name and the seed; equal for
  /// equal experiments and for no others.
  public var canonicalForm: String {
    let axes: [(String, String?)] = [
      ("dataset", dataset), ("model", model), ("attack", attack), ("defence", defence),
      ("rate", rate.map { "\($0)" }), ("budget", budget.map { "\($0)" }),
      ("epsilon", epsilon.map { "\($0)" }),
    ]
    let others = settings.sorted { $0.key < $1.key }.map { ("settings.\($0.key)", $0.value) }
    return (axes.compactMap { name, value in value.map { (name, $0) } } + others + [("seed", "\(seed)")])
      .map { "\($0.0)=\($0.1)\n" }.joined()
  }

  /// The first 16 hexadecimal digits of the SHA-256 of the ``canonicalForm``: the same on every machine, and another for
  /// another experiment.
  public var id: String { String(FileHash.sha256(bytes: Array(canonicalForm.utf8)).prefix(16)) }

  /// Whether `other` is this experiment or a part of it: every axis and setting that has a value here has the same there.
  public func covers(_ other: Experiment) -> Bool {
    func agrees<Value: Equatable>(_ own: Value?, _ its: Value?) -> Bool { own == nil || own == its }
    return agrees(dataset, other.dataset) && agrees(model, other.model) && agrees(attack, other.attack)
      && agrees(defence, other.defence) && agrees(rate, other.rate) && agrees(budget, other.budget)
      && agrees(epsilon, other.epsilon) && settings.allSatisfy { other.settings[$0.key] == $0.value }
      && seed == other.seed
  }

  private static func name(_ text: String) -> String {
    func isBlank(_ character: Character) -> Bool {
      character.isWhitespace
        || character.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
    guard let first = text.firstIndex(where: { !isBlank($0) }),
      let last = text.lastIndex(where: { !isBlank($0) })
    else { return "unnamed" }
    return String(text[first...last].map { isBlank($0) ? " " : $0 })
  }
}

extension Experiment: Codable {
  private enum CodingKeys: String, CodingKey {
    case dataset, model, attack, defence, rate, budget, epsilon, settings, seed
    case id = "experiment"
  }

  /// Reads the axes; an id beside them must be theirs.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let rate = try values.decodeIfPresent(Double.self, forKey: .rate)
    guard rate.map((0..<1).contains) ?? true else {
      throw DecodingError.dataCorruptedError(
        forKey: .rate, in: values, debugDescription: "a poison rate lies in 0..<1, not \(rate ?? 0)")
    }
    self.init(
      dataset: try values.decodeIfPresent(String.self, forKey: .dataset),
      model: try values.decodeIfPresent(String.self, forKey: .model),
      attack: try values.decodeIfPresent(String.self, forKey: .attack),
      defence: try values.decodeIfPresent(String.self, forKey: .defence), rate: rate,
      budget: try values.decodeIfPresent(Int.self, forKey: .budget),
      epsilon: try values.decodeIfPresent(Double.self, forKey: .epsilon),
      settings: try values.decodeIfPresent([String: String].self, forKey: .settings) ?? [:],
      seed: try values.decode(UInt64.self, forKey: .seed))
    if let given = try values.decodeIfPresent(String.self, forKey: .id), given != id {
      throw DecodingError.dataCorruptedError(
        forKey: .id, in: values, debugDescription: "the id of the experiment is \(id), not \(given)")
    }
  }

  /// Writes the id and the axes that apply.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(id, forKey: .id)
    try values.encodeIfPresent(dataset, forKey: .dataset)
    try values.encodeIfPresent(model, forKey: .model)
    try values.encodeIfPresent(attack, forKey: .attack)
    try values.encodeIfPresent(defence, forKey: .defence)
    try values.encodeIfPresent(rate, forKey: .rate)
    try values.encodeIfPresent(budget, forKey: .budget)
    try values.encodeIfPresent(epsilon, forKey: .epsilon)
    if !settings.isEmpty { try values.encode(settings, forKey: .settings) }
    try values.encode(seed, forKey: .seed)
  }
}
