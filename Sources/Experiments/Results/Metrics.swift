/// Named numbers of one outcome, in the order in which they were written.
///
/// A number that is not finite, or that could not be computed, is kept as missing and is `null` in JSON. In JSON
/// the names are sorted, so decoding gives them in alphabetical order; equality does not depend on the order.
public struct Metrics: Sendable, Codable, Equatable, ExpressibleByDictionaryLiteral {
  /// The keys in order.
  public private(set) var keys: [MetricKey] = []
  private var values: [MetricKey: Double?] = [:]

  /// The names of the keys in order.
  public var names: [String] { keys.map(\.id) }

  /// No numbers yet.
  public init() {}

  /// Numbers in the order of the literal.
  public init(dictionaryLiteral elements: (MetricKey, Double?)...) {
    for (key, value) in elements { self[key] = value }
  }

  /// The number of that key; nil if it is missing or was never set. Setting adds or replaces.
  public subscript(key: MetricKey) -> Double? {
    get { values[key] ?? nil }
    set {
      if values.updateValue(newValue.flatMap { $0.isFinite ? $0 : nil }, forKey: key) == nil {
        keys.append(key)
      }
    }
  }

  /// The number of the key of that name.
  public subscript(name: String) -> Double? {
    get { self[MetricKey(name)] }
    set { self[MetricKey(name)] = newValue }
  }

  /// Adds all numbers of `other` behind these.
  public mutating func merge(_ other: Metrics) {
    for key in other.keys { self[key] = other[key] }
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
    for key in keys { try container.encode(self[key], forKey: Name(stringValue: key.id)) }
  }
}
