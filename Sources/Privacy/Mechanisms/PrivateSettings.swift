public import Methods

/// How a private model is trained, read from text such as `mechanism=objective,epsilon=1`.
public struct PrivateSettings: Sendable {
  /// The mechanism with its settings.
  public let mechanism: any PrivateMechanism
  /// The settings as they were given, `name=value`: the mechanism, the budget and the others in order of their names.
  public let pairs: [String]

  /// Reads settings, of which every one may be given once.
  ///
  /// - Parameter catalogue: the mechanisms that can be named.
  /// - Throws: ``PrivateTrainingError`` for a setting that is unknown, cannot be read or is missing.
  public init(
    _ text: String, from catalogue: Catalogue<any PrivateMechanism> = PrivateMechanisms.builtIn
  ) throws {
    var values: [String: String] = [:]
    for pair in Self.parts(text) {
      guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else {
        throw PrivateTrainingError.unreadable(pair, form: "epsilon=1,mechanism=objective")
      }
      let name = String(pair[..<equals])
      guard values.updateValue(String(pair[pair.index(after: equals)...]), forKey: name) == nil else {
        throw PrivateTrainingError.repeatedSetting(name)
      }
    }
    let ids = catalogue.ids.joined(separator: "|")
    guard let id = values.removeValue(forKey: "mechanism").map(Self.unquoted) else {
      throw PrivateTrainingError.missingSetting("mechanism", meaning: "one of \(ids)")
    }
    guard let entry = catalogue.entries.first(where: { $0.id == id }) else {
      throw PrivateTrainingError.wrongValue(id, setting: "mechanism", allowed: ids)
    }
    let texts = values.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.settingText($0.value))" }
    mechanism = try Self.checked(entry) { try catalogue.make(id, settings: MethodSettings(texts)) }
    let budget = values.removeValue(forKey: "epsilon").map(Self.unquoted).map { text in
      "epsilon=\(Double(text).map { "\($0)" } ?? text)"
    }
    pairs =
      ["mechanism=\(id)"] + (budget.map { [$0] } ?? [])
      + values.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.unquoted($0.value))" }
  }

  /// The settings of a mechanism that was made in a program; ``pairs`` holds all of them.
  ///
  /// - Throws: ``PrivateTrainingError`` for a setting that is not allowed or is missing.
  public init<M: PrivateMechanism>(_ mechanism: M) throws {
    let texts = M.settings.map { $0.described(in: mechanism) }.compactMap { one in
      one.defaultValue.map { "\(one.name)=\($0)" }
    }
    self.mechanism = try Self.checked(M.entry) { try MethodSettings(texts).applied(to: mechanism) }
    pairs = ["mechanism=\(M.card.id)"] + texts
  }

  /// A mechanism whose settings are allowed and fit each other.
  private static func checked(
    _ entry: MethodEntry, _ make: () throws -> any PrivateMechanism
  ) throws -> any PrivateMechanism {
    do {
      let mechanism = try make()
      try mechanism.check()
      return mechanism
    } catch let error as SettingError {
      throw PrivateTrainingError(error, known: ["mechanism"] + entry.parameters.map(\.name))
    }
  }

  /// The text between commas; a value in double quotes, such as a column's name, may hold commas.
  private static func parts(_ text: String) -> [String] {
    var (parts, isOpen) = ([""], false)
    for character in text {
      if character == ",", !isOpen {
        parts.append("")
        continue
      }
      if character == "\"" { isOpen.toggle() }
      parts[parts.count - 1].append(character)
    }
    return parts.filter { !$0.isEmpty }
  }

  /// A value without the quotes around it; quotes alone are nothing, as the list of settings writes it.
  private static func unquoted(_ text: String) -> String {
    isQuoted(text) ? String(text.dropFirst().dropLast()) : text
  }

  private static func isQuoted(_ text: String) -> Bool {
    text.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"")
  }

  /// A value as a setting reads it, which takes quotes from names itself: those that are left must not go too.
  private static func settingText(_ text: String) -> String {
    isQuoted(unquoted(text)) ? text : unquoted(text)
  }
}

extension PrivateTrainingError {
  /// What is wrong with the settings of a mechanism, in the words of `--privacy`.
  init(_ error: SettingError, known: [String]) {
    self =
      switch error {
      case .notAPair(let text): .unreadable(text, form: "epsilon=1,mechanism=objective")
      case .unknown(let name, _, _): .unknownSetting(name, known: known)
      case .wrongValue(let text, let setting, _, let allowed):
        .wrongValue(text, setting: setting, allowed: "\(allowed)")
      case .missing(let name, _, let meaning): .missingSetting(name, meaning: meaning)
      }
  }
}
