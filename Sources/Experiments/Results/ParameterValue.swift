/// A value of a parameter of a run, as it stands in the results.
public enum ParameterValue: Sendable, Hashable, Codable {
  /// Text.
  case text(String)
  /// A whole number.
  case integer(Int)
  /// A number.
  case number(Double)
  /// Yes or no.
  case flag(Bool)
  /// Several values.
  case list([ParameterValue])
  /// Named values.
  case group([String: ParameterValue])
  /// Nothing.
  case missing

  /// Reads any JSON value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .missing
    } else if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([ParameterValue].self) {
      self = .list(value)
    } else {
      self = .group(try container.decode([String: ParameterValue].self))
    }
  }

  /// Writes a JSON value; a number that is not finite is null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value) where value.isFinite: try container.encode(value)
    case .flag(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .group(let values): try container.encode(values)
    case .missing, .number: try container.encodeNil()
    }
  }
}

extension ParameterValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// Yes or no.
  public init(booleanLiteral value: Bool) { self = .flag(value) }
  /// Several values.
  public init(arrayLiteral elements: ParameterValue...) { self = .list(elements) }
  /// Named values; of two with one name the last counts.
  public init(dictionaryLiteral elements: (String, ParameterValue)...) {
    self = .group(Dictionary(elements) { _, last in last })
  }
}
