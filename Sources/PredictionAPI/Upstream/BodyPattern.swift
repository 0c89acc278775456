import Tabular

/// A request template read backwards: which values stand in a body.
///
/// The template with marks in its places is a JSON document; a body fits if it is the same document with a value at
/// every mark. Of members that the template does not have those are let through that ``PassedFields`` lets.
struct BodyPattern: Sendable {
  /// What may stand at a place of a body.
  indirect enum Node: Sendable {
    /// This value.
    case constant(JSON)
    /// The value of a column.
    case value(RequestTemplate.Column)
    /// A string of texts around values, which begins with a text: `before[0] value[0] before[1] …`.
    case text([String], [RequestTemplate.Column])
    /// An array of these.
    case array([Node])
    /// An object of these, and of all columns by their names if it takes them.
    case object([String: Node], takesAll: Bool)
    /// The values of all columns in the array or the place where it stands.
    case all
    /// Any number of rows in the array where it stands.
    case rows
  }

  /// Begins a mark; no template needs this character.
  private static let sign: Character = "\u{1}"

  private let row: Node
  /// The document around the rows; nil for one row a body.
  private let whole: Node?

  /// The inverse of a template.
  ///
  /// - Throws: ``RequestTemplateError`` for a template whose values cannot be told apart.
  init(_ request: RequestTemplate, batch: ServiceTemplate.BatchTemplate?) throws(RequestTemplateError) {
    row = try Self.node(request)
    guard let batch else {
      whole = nil
      return
    }
    let text = batch.before + "\"\\u0001rows\"" + batch.after
    guard let json = try? JSONReader.value(of: Array(text.utf8), depthLimit: RequestTemplate.depthLimit)
    else {
      throw .noRows(batch.text)
    }
    whole = try Self.node(json, [], of: batch.text)
  }

  private static func node(_ request: RequestTemplate) throws(RequestTemplateError) -> Node {
    var (text, columns) = ("", [RequestTemplate.Column]())
    for piece in request.pieces {
      switch piece {
      case .text(let part): text += part
      case .values: text += "\"\\u0001*\""
      case .members: text += "\"\\u0001**\":0"
      case .value(let column, let form):
        let mark = "\\u0001\(columns.count)\\u0001"
        text += form == .inString ? mark : "\"\(mark)\""
        columns.append(column)
      }
    }
    do {
      return try node(
        JSONReader.value(of: Array(text.utf8), depthLimit: RequestTemplate.depthLimit), columns,
        of: request.text)
    } catch let error as JSONError {
      throw .noJSON(request.text, reason: error.description)
    } catch let error as RequestTemplateError {
      throw error
    } catch {
      throw .noJSON(request.text, reason: "\(error)")
    }
  }

  private static func node(
    _ json: JSON, _ columns: [RequestTemplate.Column], of template: String
  ) throws(RequestTemplateError) -> Node {
    switch json {
    case .string(let text): return try node(text, columns, of: template)
    case .array(let elements):
      var nodes: [Node] = []
      for element in elements { nodes.append(try node(element, columns, of: template)) }
      let isOpen = nodes.count { if case .all = $0 { true } else if case .rows = $0 { true } else { false } }
      guard isOpen <= 1 else { throw .noInverse(template) }
      return .array(nodes)
    case .object(let members):
      var (nodes, takesAll) = ([String: Node](), false)
      for member in members {
        if member.name == "\(sign)**" {
          takesAll = true
        } else if nodes[member.name] != nil || member.name.contains(sign) {
          throw .noInverse(template)
        } else {
          nodes[member.name] = try node(member.value, columns, of: template)
        }
      }
      return .object(nodes, takesAll: takesAll)
    default: return .constant(json)
    }
  }

  private static func node(
    _ text: String, _ columns: [RequestTemplate.Column], of template: String
  ) throws(RequestTemplateError) -> Node {
    if text == "\(sign)*" { return .all }
    if text == "\(sign)rows" { return .rows }
    let parts = text.split(separator: sign, omittingEmptySubsequences: false)
    guard parts.count > 1 else { return .constant(.string(text)) }
    // Texts and numbers of places take turns.
    var (texts, places) = ([String](), [RequestTemplate.Column]())
    for (index, part) in parts.enumerated() {
      if index.isMultiple(of: 2) {
        if part.isEmpty, index > 0, index < parts.count - 1 { throw .noInverse(template) }
        texts.append(String(part))
      } else if let place = Int(part), columns.indices.contains(place) {
        places.append(columns[place])
      } else {
        throw .noInverse(template)
      }
    }
    guard texts.count == places.count + 1 else { throw .noInverse(template) }
    return texts == ["", ""] ? .value(places[0]) : .text(texts, places)
  }

  /// The values that stand in a body, row by row.
  ///
  /// - Throws: ``APIError`` 422 for a body of another form, 413 for more than `limit` rows.
  func values(_ body: JSON, limit: RowLimit, passed: PassedFields) throws(APIError) -> [FoundValues] {
    let reading = BodyMatching(passed: passed)
    guard let whole else {
      var found = FoundValues()
      try reading.match(row, body, "the body", &found)
      return [found]
    }
    var (rows, values) = ([JSON]?.none, FoundValues())
    try reading.match(whole, body, "the body", &values, &rows)
    guard let rows, !rows.isEmpty else { throw .unfit("it has no rows") }
    try limit.check(rows.count)
    var result: [FoundValues] = []
    result.reserveCapacity(rows.count)
    for (index, json) in rows.enumerated() {
      try limit.read(row: index)
      var found = FoundValues()
      try reading.match(row, json, "a row", &found)
      result.append(found)
    }
    return result
  }

  /// What stands between texts in a string, each value as short as may be; nil if the texts are not there.
  static func values(_ string: String, between texts: [String]) -> [String]? {
    guard let first = texts.first, let last = texts.last, texts.count > 1, string.hasPrefix(first) else {
      return nil
    }
    var (rest, values) = (string.dropFirst(first.count), [String]())
    for text in texts.dropFirst().dropLast() {
      guard let range = rest.firstRange(of: text) else { return nil }
      values.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    guard rest.hasSuffix(last) else { return nil }
    return values + [String(rest.dropLast(last.count))]
  }
}

/// The matching of a body with a pattern.
private struct BodyMatching {
  typealias Node = BodyPattern.Node

  let passed: PassedFields

  func match(_ node: Node, _ json: JSON, _ place: String, _ found: inout FoundValues) throws(APIError) {
    var rows: [JSON]?
    try match(node, json, place, &found, &rows)
  }

  func match(
    _ node: Node, _ json: JSON, _ place: String, _ found: inout FoundValues, _ rows: inout [JSON]?
  ) throws(APIError) {
    switch node {
    case .constant(let value):
      // The value may be a secret of the service.
      guard json == value else { throw .unfit("\(place) has another value than the service is asked with") }
    case .value(let column):
      guard json.isSingle else { throw .unfit("\(place) is \(json.kind) instead of a single value") }
      found.add(json, column)
    case .text(let texts, let columns): try match(texts, columns, json, place, &found)
    case .array(let nodes): try match(nodes, json, place, &found, &rows)
    case .object(let members, let takesAll):
      guard let given = json.members else { throw .unfit("\(place) is \(json.kind) instead of an object") }
      for member in given {
        let inner = "'\(member.name.prefix(60))'"
        if let known = members.index(forKey: member.name) {
          // Equal for Swift, which reads letters, and perhaps not for the service, which reads bytes.
          guard members[known].key.utf8.elementsEqual(member.name.utf8) else {
            throw .unfit("\(inner) is written in other characters than here")
          }
          try match(members[known].value, member.value, inner, &found, &rows)
        } else if takesAll {
          guard member.value.isSingle else { throw .unfit("\(inner) is \(member.value.kind)") }
          found.named.append(member)
        } else {
          try passed.check(member.name, member.value)
        }
      }
      // A value that is left out is missing; anything else must be there.
      let names = Set(given.map(\.name))
      let absent = members.filter { member in
        if case .value = member.value { false } else { !names.contains(member.key) }
      }
      if let name = absent.keys.min() { throw .unfit("'\(name.prefix(60))' is not there") }
    case .all:
      guard json.isSingle else { throw .unfit("\(place) is \(json.kind) instead of a single value") }
      found.all = found.all ?? []
      found.all?.append(json)
    case .rows:
      rows = rows ?? []
      rows?.append(json)
    }
  }

  /// An array whose one open place takes what the others leave.
  private func match(
    _ nodes: [Node], _ json: JSON, _ place: String, _ found: inout FoundValues, _ rows: inout [JSON]?
  ) throws(APIError) {
    guard let elements = json.elements else { throw .unfit("\(place) is \(json.kind) instead of an array") }
    let open = nodes.firstIndex { if case .all = $0 { true } else if case .rows = $0 { true } else { false } }
    let count = open == nil ? nodes.count : max(elements.count, nodes.count - 1)
    guard elements.count == count else {
      throw .unfit("\(place) has \(elements.count) elements and \(nodes.count) were expected")
    }
    let width = open == nil ? 0 : elements.count - nodes.count + 1
    for (index, element) in elements.enumerated() {
      let node: Node
      if let open, index >= open {
        node = index < open + width ? nodes[open] : nodes[index - width + 1]
      } else {
        node = nodes[index]
      }
      try match(node, element, "an element of \(place)", &found, &rows)
    }
  }

  /// Values within a string.
  private func match(
    _ texts: [String], _ columns: [RequestTemplate.Column], _ json: JSON, _ place: String,
    _ found: inout FoundValues
  ) throws(APIError) {
    guard let values = json.string.flatMap({ BodyPattern.values($0, between: texts) }) else {
      throw .unfit("\(place) is not '\(texts.joined(separator: "…").prefix(60))'")
    }
    for (value, column) in zip(values, columns) { found.add(.string(value), column) }
  }
}

/// The values that were found in a request about one row.
struct FoundValues: Sendable {
  /// Values of columns that a template names or numbers.
  var placed: [(column: RequestTemplate.Column, value: JSON)] = []
  /// All values in the order of the columns; nil where the template has no place for all.
  var all: [JSON]?
  /// Values with their names, where the template takes all columns.
  var named: [JSON.Member] = []

  mutating func add(_ value: JSON, _ column: RequestTemplate.Column) { placed.append((column, value)) }
}

extension JSON {
  /// Whether it is no array and no object.
  var isSingle: Bool {
    switch self {
    case .null, .boolean, .number, .string: true
    case .numbers, .array, .object: false
    }
  }

  /// The name of a member that an object in it has twice; nil if none has.
  ///
  /// Of two members with one name some programs take the first and others the last.
  var repeatedName: String? {
    switch self {
    case .object(let members):
      if members.count > 1 {
        var seen = Set<String>()
        for member in members where !seen.insert(member.name).inserted { return member.name }
      }
      return members.lazy.compactMap { $0.value.repeatedName }.first
    case .array(let elements): return elements.lazy.compactMap { $0.repeatedName }.first
    default: return nil
    }
  }
}

extension APIError {
  /// A request of another form than the service's.
  static func unfit(_ reason: String) -> APIError {
    APIError(422, "the request is not of the form that is let through here: \(reason)")
  }
}
