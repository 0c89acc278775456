import Querying
import Tabular

/// What an OpenAPI document says of how a service is asked about rows.
///
/// - Source: OpenAPI Specification 3.1 (2021), and JSON Schema 2020-12, of which the parts that describe rows of values.
struct OpenAPIDocument {
  /// A way to ask.
  struct Operation: Sendable {
    /// The path, with places for the values of a query if there are any.
    let path: String
    let template: ServiceTemplate
    let facts: ModelFacts
  }

  private let document: JSON
  /// Whether a column that need not be given is one that the user knows; nil if the user knows none.
  private let isKnown: (String) -> Bool?
  /// What is still read of a document that repeats itself without end.
  private final class Allowance { var schemas = 10_000 }

  private let allowance = Allowance()
  /// Most schemas that stand in each other.
  private static let depthLimit = 12

  init(_ document: JSON, isKnown: @escaping (String) -> Bool? = { _ in nil }) {
    (self.document, self.isKnown) = (document, isKnown)
  }

  /// Words that paths of predictions have.
  private static let words = [
    "predict", "infer", "score", "classif", "invocation", "estimate", "diagnos", "model",
  ]

  /// The ways to ask, the likeliest first: of several paths, those whose name speaks of predictions.
  var operations: [Operation] {
    var found: [(Operation, rank: Int)] = []
    for path in document["paths"]?.members ?? [] {
      for method in path.value.members ?? [] where ["post", "get"].contains(method.name) {
        guard let operation = operation(path.name, method.name, method.value) else { continue }
        let rank = Self.words.firstIndex { path.name.lowercased().contains($0) } ?? Self.words.count
        found.append((operation, rank))
      }
    }
    return found.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
      .map(\.element.0)
  }

  private func operation(_ path: String, _ method: String, _ operation: JSON) -> Operation? {
    // A path with variables of its own leads to something else than the one model.
    if path.contains("{") || !path.hasPrefix("/") { return nil }
    var facts = ModelFacts()
    facts.areTyped = true
    if method == "get" {
      var parts: [String] = []
      for parameter in operation["parameters"]?.elements ?? [] {
        if parameter["required"] != .boolean(true), let name = parameter["name"]?.string,
          let schema = parameter["schema"].flatMap(resolved), isUnknown(name, schema)
        {
          continue
        }
        guard let parameter = resolved(parameter), parameter["in"]?.string == "query",
          let name = parameter["name"]?.string, let schema = parameter["schema"].flatMap(resolved),
          describe(name, schema, &facts)
        else {
          if parameter["required"] == .boolean(true) { return nil }
          continue
        }
        if name.contains(" ") { return nil }
        parts.append("\(name)={\(name)}")
      }
      guard !parts.isEmpty, let template = try? ServiceTemplate() else { return nil }
      return Operation(path: "\(path)?\(parts.joined(separator: "&"))", template: template, facts: facts)
    }
    let content = operation["requestBody"].flatMap(resolved)?["content"]
    guard let schema = content?["application/json"]?["schema"].flatMap(resolved),
      let text = text(of: schema, &facts, depth: 0)
    else { return nil }
    let template =
      text.row.map { try? ServiceTemplate(request: $0, batch: text.whole) }
      ?? (try? ServiceTemplate(request: text.whole))
    guard let template else { return nil }
    return Operation(path: path, template: template, facts: facts)
  }

  /// The text of a body: about one row, or, where it takes a list of rows, about `{rows}` of which each has the other
  /// text.
  private struct Text {
    var whole: String
    var row: String?
  }

  private func text(of schema: JSON, _ facts: inout ModelFacts, depth: Int) -> Text? {
    allowance.schemas -= 1
    guard depth < Self.depthLimit, allowance.schemas > 0 else { return nil }
    if schema["type"]?.string == "array" {
      guard let items = schema["items"].flatMap(resolved) else { return nil }
      if isNumber(items) {
        if let least = schema["minItems"]?.count, least == schema["maxItems"]?.count,
          (1...ModelFacts.widthLimit).contains(least)
        {
          facts.width = least
        }
        return Text(whole: "[{*}]")
      }
      guard let row = text(of: items, &facts, depth: depth + 1), row.row == nil else { return nil }
      return Text(whole: "[{rows}]", row: row.whole)
    }
    guard let properties = schema["properties"]?.members else { return nil }
    let required = Set(schema["required"]?.elements?.compactMap(\.string) ?? [])
    if let list = list(of: properties, required, &facts, depth: depth) { return list }
    var parts: [String] = []
    for property in properties {
      let name = property.name
      guard let inner = resolved(property.value) else {
        if required.contains(name) { return nil }
        continue
      }
      if !required.contains(name), isUnknown(name, inner) { continue }
      var found = facts
      if describe(name, inner, &facts) {
        let place = isText(inner) ? "\"{\(name)}\"" : "{\(name)}"
        parts.append("\(quoted(name)):\(place)")
      } else if let text = text(of: inner, &found, depth: depth + 1), text.row == nil {
        facts = found
        parts.append("\(quoted(name)):\(text.whole)")
      } else if required.contains(name) {
        return nil
      }
    }
    return parts.isEmpty ? nil : Text(whole: "{\(parts.joined(separator: ","))}", row: nil)
  }

  /// The body of a list of rows; nil if no member is one, or if another must stand beside it.
  private func list(
    of properties: [JSON.Member], _ required: Set<String>, _ facts: inout ModelFacts, depth: Int
  ) -> Text? {
    for property in properties {
      guard let inner = resolved(property.value), inner["type"]?.string == "array" else { continue }
      var found = facts
      guard let text = text(of: inner, &found, depth: depth + 1), let row = text.row,
        required.subtracting([property.name]).isEmpty
      else { continue }
      facts = found
      return Text(whole: "{\(quoted(property.name)):\(text.whole)}", row: row)
    }
    return nil
  }

  /// Whether nobody knows what to write into a value that need not be given: free text, or what the user's rows lack.
  private func isUnknown(_ name: String, _ schema: JSON) -> Bool {
    guard isNumber(schema) || isText(schema) else { return false }
    return isKnown(name).map { !$0 } ?? (isText(schema) && schema["enum"] == nil)
  }

  private func quoted(_ name: String) -> String { String(decoding: JSON.string(name).bytes, as: UTF8.self) }

  /// A schema behind its references, and behind a choice between it and null.
  private func resolved(_ schema: JSON) -> JSON? {
    var schema = schema
    for _ in 0..<Self.depthLimit {
      if let reference = schema["$ref"]?.string {
        guard reference.hasPrefix("#/") else { return nil }
        var target = document
        for step in reference.dropFirst(2).split(separator: "/") {
          let name = String(step.replacing("~1", with: "/").replacing("~0", with: "~"))
          guard let next = target[name] else { return nil }
          target = next
        }
        schema = target
      } else if let choices = (schema["anyOf"] ?? schema["allOf"] ?? schema["oneOf"])?.elements {
        let others = choices.filter { $0["type"]?.string != "null" }
        guard others.count == 1 else { return nil }
        schema = others[0]
      } else {
        return schema
      }
    }
    return nil
  }

  private func isNumber(_ schema: JSON) -> Bool {
    ["number", "integer", "boolean"].contains(schema["type"]?.string ?? "")
  }

  private func isText(_ schema: JSON) -> Bool { schema["type"]?.string == "string" || schema["enum"] != nil }

  /// Adds a column of a value; false if it is none.
  private func describe(_ name: String, _ schema: JSON, _ facts: inout ModelFacts) -> Bool {
    // Other names are no places of a template.
    guard let first = name.first, first.isLetter || first == "_",
      name.allSatisfy({ $0.isLetter || $0.isNumber || "_-. ".contains($0) })
    else { return false }
    if isText(schema) {
      let levels = schema["enum"]?.elements?.compactMap(\.string) ?? []
      if levels.isEmpty { facts.unlistedCategories.append(name) }
      facts.inputs.append(
        DescribedColumn(name: name, kind: .category(levels: levels.isEmpty ? ["?"] : levels)))
      return true
    }
    guard isNumber(schema) else { return false }
    let isTruth = schema["type"]?.string == "boolean"
    let lower = schema["minimum"]?.number ?? schema["exclusiveMinimum"]?.number
    let upper = schema["maximum"]?.number ?? schema["exclusiveMaximum"]?.number
    var range: ClosedRange<Double>? = isTruth ? 0...1 : nil
    if let lower, let upper, lower < upper, abs(lower) <= 1e150, abs(upper) <= 1e150 { range = lower...upper }
    facts.inputs.append(
      DescribedColumn(
        name: name, kind: .number(range), isWhole: isTruth || schema["type"]?.string == "integer"))
    return true
  }
}
