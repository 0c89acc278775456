import Foundation

/// The part of JSON Schema 2020-12 that the schemas of results and models use; an unknown keyword is an error, so that
/// nothing in the schema goes unchecked.
package struct SchemaCheck {
  package struct UnknownKeyword: Error { package let name: String }

  private let root: [String: Any]
  private static let annotations: Set<String> = ["$schema", "$id", "$defs", "title", "description"]

  package init(_ text: String) throws {
    root = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
  }

  package var identifier: String? { root["$id"] as? String }

  /// Where and why a document breaks the schema; empty if it does not.
  package func complaints(about json: String) throws -> [String] {
    try check(JSONSerialization.jsonObject(with: Data(json.utf8)), root, "$")
  }

  private func check(_ value: Any, _ schema: [String: Any], _ path: String) throws -> [String] {
    var found: [String] = []
    for (keyword, rule) in schema.sorted(by: { $0.key < $1.key }) where !Self.annotations.contains(keyword) {
      found += try check(value, keyword, rule, schema, path)
    }
    return found
  }

  private func check(
    _ value: Any, _ keyword: String, _ rule: Any, _ schema: [String: Any], _ path: String
  ) throws -> [String] {
    let object = value as? [String: Any]
    let number = Self.kinds(of: value).contains("number") ? (value as? NSNumber)?.doubleValue : nil
    func complain(unless holds: Bool) -> [String] { holds ? [] : ["\(path): \(keyword) \(rule)"] }
    switch (keyword, rule) {
    case ("$ref", let name as String):
      let definitions = root["$defs"] as? [String: [String: Any]] ?? [:]
      guard let target = definitions[name.replacing("#/$defs/", with: "")] else {
        throw UnknownKeyword(name: name)
      }
      return try check(value, target, path)
    case ("type", let name as String): return complain(unless: Self.kinds(of: value).contains(name))
    case ("type", let names as [String]):
      return complain(unless: !Self.kinds(of: value).isDisjoint(with: names))
    case ("const", let text as String): return complain(unless: value as? String == text)
    case ("enum", let texts as [String]):
      return complain(unless: (value as? String).map(texts.contains) ?? false)
    case ("pattern", let pattern as String):
      return complain(unless: try (value as? String)?.contains(Regex(pattern)) ?? true)
    case ("minLength", let length as Int):
      return complain(unless: ((value as? String)?.count ?? length) >= length)
    case ("minimum", let bound as NSNumber):
      return complain(unless: number.map { $0 >= bound.doubleValue } ?? true)
    case ("maximum", let bound as NSNumber):
      return complain(unless: number.map { $0 <= bound.doubleValue } ?? true)
    case ("oneOf", let choices as [[String: Any]]):
      let complaints = try choices.map { try check(value, $0, path) }
      return complaints.count { $0.isEmpty } == 1 ? [] : complaints.flatMap(\.self)
    case ("contentEncoding", let name as String):
      return complain(
        unless: name == "base64" && (value as? String).map { Data(base64Encoded: $0) != nil } ?? true)
    case ("exclusiveMaximum", let bound as NSNumber):
      return complain(unless: number.map { $0 < bound.doubleValue } ?? true)
    case ("required", let names as [String]):
      return complain(unless: object.map { have in names.allSatisfy { have[$0] != nil } } ?? true)
    case ("items", let each as [String: Any]):
      return try (value as? [Any] ?? []).enumerated().flatMap {
        try check($0.element, each, "\(path)[\($0.offset)]")
      }
    case ("properties", let rules as [String: [String: Any]]):
      return try rules.sorted { $0.key < $1.key }.flatMap { name, rule in
        try object?[name].map { try check($0, rule, "\(path).\(name)") } ?? []
      }
    case ("additionalProperties", _):
      let known = (schema["properties"] as? [String: Any])?.keys.map { $0 } ?? []
      return try (object ?? [:]).filter { !known.contains($0.key) }.flatMap { name, other in
        guard let each = rule as? [String: Any] else { return ["\(path): \(name) is not known"] }
        return try check(other, each, "\(path).\(name)")
      }
    default: throw UnknownKeyword(name: keyword)
    }
  }

  /// The names of JSON Schema for what `value` is.
  private static func kinds(of value: Any) -> Set<String> {
    switch value {
    case is NSNull: return ["null"]
    case is String: return ["string"]
    case is [Any]: return ["array"]
    case is [String: Any]: return ["object"]
    case let number as NSNumber:
      if CFBooleanKind.isBoolean(number) { return ["boolean"] }
      return number.doubleValue == number.doubleValue.rounded() ? ["number", "integer"] : ["number"]
    default: return []
    }
  }
}

/// Numbers and booleans come in one class from `JSONSerialization`.
private enum CFBooleanKind {
  static func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
