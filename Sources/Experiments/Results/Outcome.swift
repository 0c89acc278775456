/// What one cell of an experiment gave: one data set, model, attack, defence, rate and seed, with its numbers.
public struct Outcome: Sendable, Codable, Equatable {
  /// Id of the data set, such as `iwpc-onehot`, or the name of a file.
  public let dataset: String
  /// Id of the learner, such as `ridge`, or what an id can hold of the name of a model file or service.
  public let model: String
  /// Id of the attack with what tells its variants apart, `none` for clean data.
  public let attack: String
  /// Id of the defence, guards with their settings, `none` for plain training.
  public let defence: String
  /// Share of the final training set that is poison, in `0..<1`.
  public let rate: Double
  /// Seed of the cell.
  public let seed: UInt64
  /// The numbers.
  public var metrics: Metrics

  /// The outcome of one cell. What the schema of results does not hold is changed here, so that every outcome follows it:
  /// in names line breaks and other control characters become blanks, blanks at the ends go, and nothing is called
  /// `unnamed`; the model becomes an ``identifier(_:)``.
  public init(
    dataset: String, model: String, attack: String, defence: String, rate: Double, seed: UInt64,
    metrics: Metrics = [:]
  ) {
    precondition((0..<1).contains(rate), "a poison rate lies in 0..<1, not \(rate)")
    self.dataset = Self.name(dataset)
    self.model = Self.identifier(model)
    self.attack = Self.name(attack)
    self.defence = Self.name(defence)
    self.rate = rate
    self.seed = seed
    self.metrics = metrics
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

extension Sequence<Outcome> {
  /// The outcomes of the named cells; an argument left out admits all.
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
