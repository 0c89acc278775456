import Learning
public import Methods

/// How a private model is trained, read from text such as `mechanism=objective,epsilon=1`.
public struct PrivateSettings: Sendable, Hashable, Codable {
  /// The mechanisms by their ids.
  public enum Mechanism: String, Sendable, Hashable, Codable, CaseIterable {
    case objective, output, functional, adassp, tree
    case descent = "dp-sgd"

    /// Ids of the models that it trains.
    public var models: [String] {
      switch self {
      case .objective: ["logistic"]
      case .output, .functional: ["logistic", "ridge"]
      case .adassp: ["ridge"]
      case .tree: ["tree", "forest", "tree-regressor"]
      case .descent: ["softmax", "mlp"]
      }
    }

    /// Names of its settings beside `mechanism` and `epsilon`.
    var settings: [String] { parameters.map(\.name).filter { $0 != "epsilon" } }

    /// The card of the mechanism, with the settings that ``PrivateSettings/init(_:)`` takes.
    public var entry: MethodEntry {
      let card =
        switch self {
        case .objective: ObjectivePerturbation.card
        case .output: OutputPerturbation.card
        case .functional: FunctionalMechanism.card
        case .adassp: AdaSSP.card
        case .tree: PrivateTree.card
        case .descent: PrivateGradientDescent.card
        }
      return MethodEntry(card, settings: parameters)
    }
  }

  /// The mechanism.
  public let mechanism: Mechanism
  /// Privacy budget.
  public let epsilon: Double
  /// The other settings, by their names.
  private let values: [String: String]

  /// The text between commas; a value in double quotes, such as a column's name, may hold commas.
  private static func pairs(_ text: String) -> [String] {
    var (pairs, isOpen) = ([""], false)
    for character in text {
      if character == ",", !isOpen {
        pairs.append("")
        continue
      }
      if character == "\"" { isOpen.toggle() }
      pairs[pairs.count - 1].append(character)
    }
    return pairs.filter { !$0.isEmpty }
  }

  /// Reads settings.
  ///
  /// - Throws: ``PrivateTrainingError`` for a setting that is unknown, cannot be read or is missing.
  public init(_ text: String) throws(PrivateTrainingError) {
    var values: [String: String] = [:]
    for pair in Self.pairs(text) {
      guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else {
        throw .unreadable(pair, form: "epsilon=1,mechanism=objective")
      }
      let name = String(pair[..<equals])
      var value = String(pair[pair.index(after: equals)...])
      // Quotes alone are nothing, as the list of settings writes it.
      if value.count > 1, value.hasPrefix("\""), value.hasSuffix("\"") {
        value = String(value.dropFirst().dropLast())
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw .repeatedSetting(name)
      }
    }
    let ids = Mechanism.allCases.map(\.rawValue).joined(separator: "|")
    guard let id = values.removeValue(forKey: "mechanism") else {
      throw .missingSetting("mechanism", meaning: "one of \(ids)")
    }
    guard let mechanism = Mechanism(rawValue: id) else {
      throw .wrongValue(id, setting: "mechanism", allowed: ids)
    }
    guard let budget = values.removeValue(forKey: "epsilon") else {
      throw .missingSetting("epsilon", meaning: "the privacy budget")
    }
    guard let epsilon = Double(budget), epsilon >= 1e-4, epsilon <= 1e4 else {
      throw .wrongValue(budget, setting: "epsilon", allowed: "1e-4...1e4")
    }
    let known = mechanism.settings
    if let name = values.keys.sorted().first(where: { !known.contains($0) }) {
      throw .unknownSetting(name, known: ["mechanism", "epsilon"] + known)
    }
    self.mechanism = mechanism
    self.epsilon = epsilon
    self.values = values
    try check()
  }

  /// The settings as they were given, `name=value`, in order of their names.
  public var pairs: [String] {
    ["mechanism=\(mechanism.rawValue)", "epsilon=\(epsilon)"]
      + values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }

  /// Reads every setting once.
  private func check() throws(PrivateTrainingError) {
    try checkMechanism()
    guard mechanism.settings.contains("delta") else { return }
    let (delta, rows) = (try delta(), try rows())
    guard delta * Double(rows) < 1 else {
      throw .wrongValue("\(delta)", setting: "delta", allowed: "less than one in the \(rows) rows")
    }
  }

  private func checkMechanism() throws(PrivateTrainingError) {
    switch mechanism {
    case .objective: _ = try objective()
    case .output: _ = try output()
    case .functional: _ = try (functional(), sensitive())
    case .adassp: _ = try adaptive()
    case .tree: _ = try tree(isForest: true)
    case .descent: _ = try descent()
    }
  }

  func objective() throws(PrivateTrainingError) -> ObjectivePerturbation {
    ObjectivePerturbation(
      epsilon: epsilon, regularisation: try number("regularisation", 1e-3), hasIntercept: try intercept())
  }

  func output() throws(PrivateTrainingError) -> OutputPerturbation {
    OutputPerturbation(
      epsilon: epsilon, regularisation: try number("regularisation", 1e-3), hasIntercept: try intercept())
  }

  func functional() throws(PrivateTrainingError) -> FunctionalMechanism {
    FunctionalMechanism(
      epsilon: epsilon, sensitivity: try word("sensitivity", .tight), hasIntercept: try intercept())
  }

  /// The column whose coefficients get a share of their own, and the share.
  func sensitive() throws(PrivateTrainingError) -> (column: String, share: Double)? {
    let share = try number("share", 0.1)
    guard share > 0, share < 1 else { throw .wrongValue("\(share)", setting: "share", allowed: "0<..<1") }
    return values["sensitive"].flatMap { $0.isEmpty ? nil : ($0, share) }
  }

  func adaptive() throws(PrivateTrainingError) -> AdaSSP {
    AdaSSP(
      epsilon: epsilon, delta: try delta(), calibration: try word("calibration", .exact),
      hasIntercept: try intercept())
  }

  func tree(isForest: Bool) throws(PrivateTrainingError) -> PrivateTree {
    PrivateTree(
      epsilon: epsilon, treeCount: try whole("treeCount", isForest ? 10 : 1, 1...10_000),
      depth: try whole("depth", 6, 1...16), adjacency: try word("adjacency", .addRemove))
  }

  /// Descent without its noise, which follows from the budget.
  func descent() throws(PrivateTrainingError) -> PrivateGradientDescent {
    var hidden: [Int] = []
    for width in values["hidden"]?.split(separator: "x") ?? [] {
      guard let width = Int(width), (1...100_000).contains(width) else {
        throw .wrongValue(values["hidden"] ?? "", setting: "hidden", allowed: "widths such as 64 or 64x32")
      }
      hidden.append(width)
    }
    let rate = try number("samplingRate", 0.01)
    guard rate <= 1 else { throw .wrongValue("\(rate)", setting: "samplingRate", allowed: "0<..1") }
    return PrivateGradientDescent(
      hidden: hidden, activation: try word("activation", .tanh), samplingRate: rate,
      steps: try whole("steps", 1000, 1...10_000_000), clip: try number("clip", 1),
      learningRate: try number("learningRate", 0.5))
  }

  func delta() throws(PrivateTrainingError) -> Double {
    let delta = try number(
      "delta", nil, meaning: "the chance that epsilon is exceeded, below one in the rows")
    guard delta < 1 else { throw .wrongValue("\(delta)", setting: "delta", allowed: "0<..<1") }
    return delta
  }

  func rows() throws(PrivateTrainingError) -> Int {
    guard values["rows"] != nil else {
      throw .missingSetting(
        "rows", meaning: "a public number of rows, as the true one is private; about right is enough")
    }
    return try whole("rows", 1, 1...1_000_000_000)
  }

  private func number(
    _ name: String, _ standard: Double?, meaning: String = "a positive number"
  ) throws(PrivateTrainingError) -> Double {
    guard let text = values[name] else {
      guard let standard else { throw .missingSetting(name, meaning: meaning) }
      return standard
    }
    guard let value = Double(text), value > 0, value.isFinite else {
      throw .wrongValue(text, setting: name, allowed: "a positive number")
    }
    return value
  }

  private func whole(
    _ name: String, _ standard: Int, _ range: ClosedRange<Int>
  ) throws(PrivateTrainingError) -> Int {
    guard let text = values[name] else { return standard }
    guard let value = Int(text), range.contains(value) else {
      throw .wrongValue(text, setting: name, allowed: "\(range)")
    }
    return value
  }

  private func word<Word: RawRepresentable & CaseIterable>(
    _ name: String, _ standard: Word
  ) throws(PrivateTrainingError) -> Word where Word.RawValue == String {
    guard let text = values[name] else { return standard }
    guard let value = Word(rawValue: text) else {
      throw .wrongValue(text, setting: name, allowed: Word.allCases.map(\.rawValue).joined(separator: "|"))
    }
    return value
  }

  private func intercept() throws(PrivateTrainingError) -> Bool {
    guard let text = values["hasIntercept"] else { return true }
    guard let value = Bool(text) else {
      throw .wrongValue(text, setting: "hasIntercept", allowed: "true|false")
    }
    return value
  }
}
