/// A path to a part of a JSON document: `$`, then `.name`, `['name']`, `[3]`, `[*]` or `.*`, as in JSONPath.
///
/// - Source: Gössner, Normington, Bormann, "JSONPath: Query Expressions for JSON", RFC 9535 (2024), of which these are
///   the selectors of names, of places and of all.
public struct AnswerPath: Sendable, Hashable {
  /// One step.
  enum Step: Sendable, Hashable {
    case name(String)
    /// A place in an array; from the end if negative.
    case place(Int)
    case all
  }

  /// The text as it was given.
  public let text: String
  let steps: [Step]

  /// - Throws: ``RequestTemplateError/badPath(_:reason:)``.
  public init(_ text: String) throws(RequestTemplateError) {
    guard text.first == "$" else { throw .badPath(text, reason: "it begins with no $") }
    var (steps, rest) = ([Step](), text.dropFirst())
    while let first = rest.first {
      rest = rest.dropFirst()
      switch first {
      case ".":
        let name = rest.prefix { $0 != "." && $0 != "[" }
        guard !name.isEmpty else { throw .badPath(text, reason: "a name is missing after a dot") }
        steps.append(name == "*" ? .all : .name(String(name)))
        rest = rest[name.endIndex...]
      case "[":
        if let quote = rest.first, quote == "'" || quote == "\"" {
          let name = rest.dropFirst().prefix { $0 != quote }
          guard rest[name.endIndex...].dropFirst().first == "]" else {
            throw .badPath(text, reason: "a bracket is not closed")
          }
          steps.append(.name(String(name)))
          rest = rest[name.endIndex...].dropFirst(2)
        } else {
          let inner = rest.prefix { $0 != "]" }
          guard inner.endIndex < rest.endIndex else {
            throw .badPath(text, reason: "a bracket is not closed")
          }
          if inner == "*" {
            steps.append(.all)
          } else if let place = Int(inner) {
            steps.append(.place(place))
          } else {
            throw .badPath(text, reason: "'\(inner)' is no number")
          }
          rest = rest[inner.endIndex...].dropFirst()
        }
      default: throw .badPath(text, reason: "a step begins with '\(first)'")
      }
    }
    self.text = text
    self.steps = steps
  }

  private init(_ text: String, _ steps: [Step]) {
    self.text = text
    self.steps = steps
  }

  /// The path up to the first step to all, and the one after it; nil if there is none.
  var parts: (rows: AnswerPath, row: AnswerPath)? {
    guard let place = steps.firstIndex(of: .all) else { return nil }
    return (AnswerPath(text, Array(steps[...place])), AnswerPath(text, Array(steps[(place + 1)...])))
  }

  /// Whether it may lead to several values.
  var isPlural: Bool { steps.contains(.all) }

  /// The values at the path, each with the name by which the last step to all members led to it.
  func values(in json: JSON) -> [(name: String?, value: JSON)] {
    var found: [(name: String?, value: JSON)] = [(nil, json)]
    for step in steps {
      found = found.flatMap { named, value -> [(name: String?, value: JSON)] in
        switch step {
        case .name(let name): value[name].map { [(named, $0)] } ?? []
        case .place(let place):
          value.elements.flatMap { elements in
            let index = place < 0 ? elements.count + place : place
            return elements.indices.contains(index) ? [(named, elements[index])] : nil
          } ?? []
        case .all:
          if let members = value.members {
            members.map { ($0.name, $0.value) }
          } else {
            (value.elements ?? []).map { (nil, $0) }
          }
        }
      }
    }
    return found
  }
}
