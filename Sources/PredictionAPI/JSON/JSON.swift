/// A JSON value as it came over the wire.
///
/// An array of numbers only, which is what a request mostly consists of, is kept as doubles.
enum JSON: Sendable, Hashable {
  case null
  case boolean(Bool)
  case number(Double)
  case string(String)
  /// A non-empty array of numbers.
  case numbers([Double])
  /// Any other array.
  case array([JSON])
  case object([Member])

  /// A name and its value in an object.
  struct Member: Sendable, Hashable {
    let name: String
    let value: JSON
  }

  /// The value of a member; nil if this is no object, has no such member or the member is null.
  subscript(_ name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    for member in members where member.name == name { return member.value == .null ? nil : member.value }
    return nil
  }

  /// The text of a string.
  var string: String? { if case .string(let text) = self { text } else { nil } }

  /// The value of a number.
  var number: Double? { if case .number(let value) = self { value } else { nil } }

  /// The value of a whole number that is not negative.
  var count: Int? { number.flatMap { $0 >= 0 ? Int(exactly: $0) : nil } }

  /// The members of an object.
  var members: [Member]? { if case .object(let members) = self { members } else { nil } }

  /// The elements of an array.
  var elements: [JSON]? {
    switch self {
    case .numbers(let values): values.map(JSON.number)
    case .array(let values): values
    default: nil
    }
  }

  /// Number of elements of an array; nil for anything else.
  var elementCount: Int? {
    switch self {
    case .numbers(let values): values.count
    case .array(let values): values.count
    default: nil
    }
  }

  /// What kind of value this is, in words.
  var kind: String {
    switch self {
    case .null: "null"
    case .boolean: "a truth value"
    case .number: "a number"
    case .string: "a string"
    case .numbers, .array: "an array"
    case .object: "an object"
    }
  }
}

/// Why bytes are no JSON document that is read here.
enum JSONError: Error, Equatable, CustomStringConvertible {
  /// Something else was expected at a byte, counted from 0.
  case unexpected(at: Int, expected: String)
  /// Arrays and objects stand in each other too deep.
  case tooDeep(limit: Int)
  /// A number is too large for a double, or none at all.
  case notFinite(at: Int)

  var description: String {
    switch self {
    case .unexpected(let offset, let expected): "invalid JSON at byte \(offset): expected \(expected)"
    case .tooDeep(let limit): "the JSON document is nested more than \(limit) levels deep"
    case .notFinite(let offset): "the number at byte \(offset) is not finite; write null for a missing value"
    }
  }
}
