/// Named numbers of one outcome, in the order in which they were written.
///
/// A number that is not finite, or that could not be computed, is kept as missing and is `null` in JSON. In JSON
/// the names are sorted, so decoding gives them in alphabetical order; equality does not depend on the order.
public struct Metrics: Sendable, Codable, Equatable, ExpressibleByDictionaryLiteral {
  /// The names in order.
  public private(set) var names: [String] = []
  private var values: [String: Double?] = [:]

  /// No numbers yet.
  public init() {}

  /// Numbers in the order of the literal.
  public init(dictionaryLiteral elements: (String, Double?)...) {
    for (name, value) in elements { self[name] = value }
  }

  /// The number of that name; nil if it is missing or was never set. Setting adds or replaces.
  public subscript(name: String) -> Double? {
    get { values[name] ?? nil }
    set {
      if values.updateValue(newValue.flatMap { $0.isFinite ? $0 : nil }, forKey: name) == nil {
        names.append(name)
      }
    }
  }

  /// Adds all numbers of `other` behind these.
  public mutating func merge(_ other: Metrics) {
    for name in other.names { self[name] = other[name] }
  }

  /// Equal names with equal numbers.
  public static func == (left: Metrics, right: Metrics) -> Bool { left.values == right.values }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads a JSON object of numbers and nulls.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    for key in container.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
      self[key.stringValue] = try container.decode(Double?.self, forKey: key)
    }
  }

  /// Writes a JSON object of numbers and nulls.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    for name in names { try container.encode(self[name], forKey: Name(stringValue: name)) }
  }
}
