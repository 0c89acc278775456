/// Settings of a method given as text, such as `step=0.1` on a command line.
public struct MethodSettings: Sendable, Hashable {
  private struct Pair: Sendable, Hashable { let name, text: String }
  private let pairs: [Pair]

  /// The settings as they were given, in that order.
  public var texts: [(name: String, text: String)] { pairs.map { ($0.name, $0.text) } }

  /// No settings: every one keeps its default.
  public static let none = MethodSettings(pairs: [])

  private init(pairs: [Pair]) { self.pairs = pairs }

  /// Reads `name=value` pairs; lists are written `[a,b]` or `a,b`.
  ///
  /// - Throws: ``SettingError/notAPair(_:)``.
  public init(_ texts: [String]) throws(SettingError) {
    var pairs: [Pair] = []
    for text in texts {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw .notAPair(text)
      }
      pairs.append(Pair(name: String(text[..<equals]), text: String(text[text.index(after: equals)...])))
    }
    self.pairs = pairs
  }

  /// `method` with these settings.
  ///
  /// - Throws: ``SettingError`` for an unknown name, a value of the wrong type, one that is not allowed, and a setting
  ///   that must be given and is not.
  public func applied<M: Method>(to method: M) throws(SettingError) -> M {
    try applied(to: method, id: M.card.id, settings: M.settings)
  }

  /// `owner` with these settings, of which `settings` are known.
  ///
  /// - Throws: as ``applied(to:)``.
  public func applied<Owner>(
    to owner: Owner, id: String, settings: [Setting<Owner>]
  ) throws(SettingError) -> Owner {
    var result = owner
    for pair in pairs {
      guard let setting = settings.first(where: { $0.name == pair.name }) else {
        throw .unknown(pair.name, method: id, known: settings.map(\.name).sorted())
      }
      guard setting.set(&result, to: pair.text) else {
        throw .wrongValue(pair.text, setting: pair.name, method: id, allowed: setting.allowed)
      }
    }
    if let missing = settings.first(where: { !$0.isGiven(in: result) }) {
      throw .missing(missing.name, method: id, meaning: missing.meaning)
    }
    return result
  }
}

/// Why settings do not fit a method.
public enum SettingError: Error, Hashable, CustomStringConvertible {
  /// A setting without a name and an equals sign.
  case notAPair(String)
  /// The method has no such setting.
  case unknown(String, method: String, known: [String])
  /// The value cannot be read, or is not allowed.
  case wrongValue(String, setting: String, method: String, allowed: AllowedValues)
  /// A setting that must be given is not.
  case missing(String, method: String, meaning: String)

  public var description: String {
    switch self {
    case .notAPair(let text):
      "'\(text)' is not a setting; write name=value, such as step=0.1"
    case .unknown(let name, let method, let known):
      "\(method) has no setting '\(name)'; it has \(known.isEmpty ? "none" : known.joined(separator: ", "))"
    case .wrongValue(let text, let setting, let method, let allowed):
      "'\(text)' is not a value of \(method)'s setting '\(setting)'; it takes \(allowed)"
    case .missing(let name, let method, let meaning): "\(method) needs \(name)=…, \(meaning)"
    }
  }
}
