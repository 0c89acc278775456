import FoundationEssentials

/// Settings of a method given as text, such as `step=0.1` on a command line, put over its defaults.
///
/// A method is a `Codable` struct whose stored properties are its parameters, so its encoded form lists their
/// names and default values, and a changed form decodes into a configured method.
public struct MethodSettings: Sendable, Hashable {
  private let values: [(name: String, text: String)]
  /// Counts are at most this large, so that products of them fit an integer.
  private static let largestWhole = 1e9

  /// No settings: every parameter keeps its default.
  public static let none = MethodSettings(values: [])

  private init(values: [(name: String, text: String)]) { self.values = values }

  /// Reads `name=value` pairs; a value is JSON, a bare word that stands for a string, or, where the parameter is a
  /// list, words separated by commas.
  ///
  /// - Throws: ``MethodSettingsError/notAPair(_:)``.
  public init(_ pairs: [String]) throws {
    values = try pairs.map { pair in
      guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else {
        throw MethodSettingsError.notAPair(pair)
      }
      return (String(pair[..<equals]), String(pair[pair.index(after: equals)...]))
    }
  }

  /// `method` with these settings.
  ///
  /// - Throws: ``MethodSettingsError`` for an unknown name, a value of the wrong type, a number outside the
  ///   range on the card, or a whole number above 10⁹.
  public func applied<Method: Codable>(to method: Method, card: MethodCard) throws -> Method {
    let id = card.id
    guard !values.isEmpty else { return method }
    let encoder = JSONEncoder()
    let decoder = JSONDecoder()
    var form = try decoder.decode([String: JSONValue].self, from: encoder.encode(method))
    for (name, text) in values {
      guard let old = form[name] else {
        throw MethodSettingsError.unknownParameter(name, method: id, known: form.keys.sorted())
      }
      let value = (try? decoder.decode(JSONValue.self, from: Data(text.utf8))) ?? old.replaced(by: text)
      if case .number(let number) = value, let parameter = card.parameters.first(where: { $0.name == name }),
        !parameter.allows(number)
      {
        throw MethodSettingsError.wrongValue(text, parameter: name, method: id)
      }
      func decodes(_ value: JSONValue) -> Bool {
        form[name] = value
        return (try? decoder.decode(Method.self, from: encoder.encode(form))) != nil
      }
      if case .number(let number) = value, number > Self.largestWhole, !decodes(.number(0.5)) {
        throw MethodSettingsError.wrongValue(text, parameter: name, method: id)
      }
      guard decodes(value) else {
        throw MethodSettingsError.wrongValue(text, parameter: name, method: id)
      }
    }
    return try decoder.decode(Method.self, from: encoder.encode(form))
  }

  public static func == (left: MethodSettings, right: MethodSettings) -> Bool {
    left.values.map(\.name) == right.values.map(\.name) && left.values.map(\.text) == right.values.map(\.text)
  }

  public func hash(into hasher: inout Hasher) {
    for value in values {
      hasher.combine(value.name)
      hasher.combine(value.text)
    }
  }
}

/// Why settings do not fit a method.
public enum MethodSettingsError: Error, Equatable, CustomStringConvertible {
  /// A setting without a name and an equals sign.
  case notAPair(String)
  /// The method has no such parameter.
  case unknownParameter(String, method: String, known: [String])
  /// The value cannot be read as the parameter's type or is outside its range.
  case wrongValue(String, parameter: String, method: String)

  public var description: String {
    switch self {
    case .notAPair(let text):
      "'\(text)' is not a setting; write name=value, such as step=0.1"
    case .unknownParameter(let name, let method, let known):
      "\(method) has no parameter '\(name)'; it has \(known.isEmpty ? "none" : known.joined(separator: ", "))"
    case .wrongValue(let text, let parameter, let method):
      "'\(text)' is not a value of \(method)'s parameter '\(parameter)'; 'bezoar list \(method)' shows its range"
    }
  }
}

/// Any JSON value.
enum JSONValue: Codable {
  case null
  case boolean(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// What text that is no JSON means in place of this value.
  func replaced(by text: String) -> JSONValue {
    guard case .array = self else { return .string(text) }
    return .array(text.split(separator: ",").map { .string(String($0)) })
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .boolean(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
