/// The address of a service read backwards: its path, and the values in it and in its query.
struct AddressPattern: Sendable {
  /// Texts around values, such as `a {x} b`.
  private struct Part: Sendable {
    let texts: [String]
    /// The text as it stands in the address.
    let written: String
    let columns: [RequestTemplate.Column]

    /// The values of a text; nil if it is another one.
    func values(_ text: String) -> [String]? {
      columns.isEmpty ? (text == texts[0] ? [] : nil) : BodyPattern.values(text, between: texts)
    }
  }

  private let path: [Part]
  private let query: [(name: String, part: Part)]
  /// Whether it has places for values.
  var hasPlaces: Bool { (path + query.map(\.part)).contains { !$0.columns.isEmpty } }

  /// The pattern of an address, whose host plays no part.
  ///
  /// - Throws: ``RequestTemplateError`` for values that cannot be told apart.
  init(_ url: String) throws(RequestTemplateError) {
    let target = url[url.targetStart...]
    let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var parts: [Part] = []
    for step in halves.first?.split(separator: "/") ?? [] { parts.append(try Self.part(step, of: url)) }
    path = parts
    var items: [(name: String, part: Part)] = []
    for item in halves.count > 1 ? halves[1].split(separator: "&") : [] {
      let sides = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = Self.decoded(sides[0])
      guard !items.contains(where: { $0.name == name }) else { throw .noInverse(url) }
      items.append((name, try Self.part(sides.count > 1 ? sides[1] : "", of: url)))
    }
    query = items
  }

  private static func part(_ text: Substring, of url: String) throws(RequestTemplateError) -> Part {
    guard let template = RequestTemplate(address: String(text)) else {
      return Part(texts: [decoded(text)], written: String(text), columns: [])
    }
    var (texts, columns) = ([""], [RequestTemplate.Column]())
    for piece in template.pieces {
      switch piece {
      case .text(let text): texts[texts.count - 1] += decoded(text[...])
      case .value(let column, _):
        if !columns.isEmpty, texts[texts.count - 1].isEmpty { throw .noInverse(url) }
        columns.append(column)
        texts.append("")
      case .values, .members: throw .noInverse(url)
      }
    }
    return Part(texts: texts, written: String(text), columns: columns)
  }

  /// Whether a path, whose parts have no escapes any more, is this one.
  func matches(path steps: [Substring]) -> Bool {
    steps.count == path.count
      && zip(path, steps).allSatisfy { part, step in
        // What stands for a place in the tree of paths, or hides one, is no value.
        step != "." && step != ".." && !step.contains("/") && part.values(String(step)) != nil
      }
  }

  /// The values in a path that matches and in a query.
  ///
  /// - Parameter passed: what is let through beside the items of this address.
  /// - Throws: ``APIError`` 422 for a query of another form.
  func values(
    path steps: [Substring], query text: String, passed: PassedFields, _ found: inout FoundValues
  ) throws(APIError) {
    for (part, step) in zip(path, steps) { found.add(part.values(String(step)) ?? [], part.columns) }
    var given: [String: String] = [:]
    for (name, value) in Self.items(text) {
      guard given.updateValue(value, forKey: name) == nil else {
        throw .unfit("'\(name.prefix(60))' stands twice in the query")
      }
      guard let known = query.first(where: { $0.name == name }) else {
        try passed.check(name, .string(value))
        continue
      }
      // Equal for Swift, which reads letters, and perhaps not for the service, which reads bytes.
      guard known.name.utf8.elementsEqual(name.utf8) else {
        throw .unfit("'\(name.prefix(60))' is written in other characters than here")
      }
    }
    for (name, part) in query {
      guard let value = given[name] else {
        // A value that is left out is missing.
        if part.texts == ["", ""] { continue }
        throw .unfit("'\(name.prefix(60))' is not in the query")
      }
      guard let values = part.values(value) else {
        throw .unfit("'\(name.prefix(60))' has another value than the service is asked with")
      }
      found.add(values, part.columns)
    }
  }

  /// This path with the parts of one that matches at its places. All but letters, digits and `-._~` is escaped there, so
  /// that nobody reads it in another way.
  func filled(with steps: [Substring]) -> String {
    "/"
      + zip(path, steps).map { part, step in
        part.columns.isEmpty ? part.written : RequestTemplate.escaped(String(step))
      }.joined(separator: "/")
  }

  /// The items of a query, without their escapes.
  private static func items(_ query: String) -> [(name: String, value: String)] {
    query.split(separator: "&").map { item in
      let sides = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (decoded(sides[0]), sides.count > 1 ? decoded(sides[1]) : "")
    }
  }

  /// A query whose names and values are escaped anew, as ``filled(with:)`` does it.
  static func rewritten(_ query: String) -> String {
    items(query).map { "\(RequestTemplate.escaped($0.name))=\(RequestTemplate.escaped($0.value))" }
      .joined(separator: "&")
  }

  /// Text of a query without its escapes: `+` is a blank.
  static func decoded(_ text: Substring) -> String {
    String(text.replacing("+", with: " ").withoutPercentEscapes)
  }
}

extension FoundValues {
  fileprivate mutating func add(_ values: [String], _ columns: [RequestTemplate.Column]) {
    for (value, column) in zip(values, columns) { add(.string(value), column) }
  }
}

extension String {
  fileprivate var withoutPercentEscapes: Substring { self[...].withoutPercentEscapes }
}
