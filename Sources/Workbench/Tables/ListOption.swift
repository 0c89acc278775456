/// Options that list names, separated by commas. A name that has a comma may stand in double quotes.
public enum ListOption {
  /// The names in a list, each once.
  ///
  /// - Parameters:
  ///   - kind: what they name, such as `row`.
  ///   - isOpen: whether a name may stand there that is not in `known`.
  /// - Throws: ``WorkbenchError/usage(_:)`` for one that is not in `known`, and for none at all.
  public static func names(
    _ list: String, from known: [String], kind: String, or isOpen: (String) -> Bool = { _ in false }
  ) throws -> [String] {
    var names: [String] = []
    for name in items(list) {
      guard known.contains(name) || isOpen(name) else {
        throw WorkbenchError.usage(
          "there is no \(kind) '\(name)'; known are \(known.joined(separator: ", "))")
      }
      if !names.contains(name) { names.append(name) }
    }
    guard !names.isEmpty else {
      throw WorkbenchError.usage("the list of \(kind)s is empty; known are \(known.joined(separator: ", "))")
    }
    return names
  }

  /// The items of a list without their quotes; empty ones do not count.
  public static func items(_ list: String) -> [String] { parts(list).map(\.text).filter { !$0.isEmpty } }

  /// The columns that a list names. A name with commas need not be quoted where the columns are known: as many items
  /// as make the name of a column are one.
  ///
  /// - Returns: also names that are not in `known`, for a message by whoever uses them.
  public static func columns(_ list: String?, of known: [String]) -> [String] {
    guard let list else { return [] }
    let names = Set(known)
    if names.contains(list) { return [list] }
    let parts = parts(list)
    var (result, place) = ([String](), 0)
    while place < parts.count {
      var taken = 1
      if !parts[place].isQuoted {
        for count in stride(from: parts.count - place, to: 1, by: -1) {
          let run = parts[place..<(place + count)]
          let name = run.map(\.text).joined(separator: ",")
          if run.allSatisfy({ !$0.isQuoted }), names.contains(name) || names.contains(name.trimmed) {
            taken = count
            break
          }
        }
      }
      let name = parts[place..<(place + taken)].map(\.text).joined(separator: ",")
      let known = names.contains(name) ? name : name.trimmed
      if !name.isEmpty { result.append(known) }
      place += taken
    }
    return result
  }

  /// The pairs of a list such as `a=1,b=2`. An item without an equals sign belongs to the name of the next.
  ///
  /// - Throws: ``WorkbenchError/usage(_:)`` for an item that is no pair; `form` says what one is.
  public static func pairs(_ list: String, option: String, form: String) throws -> [(
    name: String, value: String
  )] {
    var result: [(String, String)] = []
    var head = ""
    for part in parts(list) where !part.text.isEmpty || !head.isEmpty {
      let text = head + part.text
      guard let equals = text.lastIndex(of: "=") else {
        head = text + ","
        continue
      }
      head = ""
      result.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
    }
    guard head.isEmpty else {
      throw WorkbenchError.usage("\(option) takes \(form), not '\(head.dropLast())'")
    }
    return result
  }

  /// Items of which some belong to names, such as `?,age=0,-1`: those before the first name stand alone, those behind
  /// `name=` belong to it until the next name. An equals sign within quotes makes no name, and a name with commas stands
  /// in quotes.
  public static func grouped(_ list: String) -> (alone: [String], named: [(name: String, values: [String])]) {
    var (alone, named) = ([String](), [(name: String, values: [String])]())
    for part in parts(list) {
      var text = part.text
      if let equals = part.equals {
        named.append((String(text.prefix(equals)), []))
        text = String(text.dropFirst(equals + 1))
      }
      // Nothing behind a name is the empty text.
      guard !text.isEmpty || part.isQuoted || part.equals != nil else { continue }
      if named.isEmpty { alone.append(text) } else { named[named.count - 1].values.append(text) }
    }
    return (alone, named)
  }

  /// A text between commas.
  private struct Part {
    var text = ""
    /// Whether a quote begins it.
    var isQuoted = false
    /// How many characters stand before its last equals sign outside quotes; nil without one.
    var equals: Int?
  }

  /// The text between commas that are not within quotes, without the quotes; a doubled quote within them is one. Quotes
  /// begin an item or what stands behind its equals sign.
  private static func parts(_ list: String) -> [Part] {
    var parts: [Part] = []
    var (part, isOpen) = (Part(), false)
    var rest = list[...]
    while let character = rest.popFirst() {
      if character == "\"", isOpen {
        if rest.first == "\"" {
          part.text.append(character)
          rest.removeFirst()
        } else {
          isOpen = false
        }
      } else if character == "\"", part.text.isEmpty {
        (isOpen, part.isQuoted) = (true, true)
      } else if character == "\"", part.equals.map({ $0 + 1 == part.text.count }) ?? false {
        isOpen = true
      } else if character == ",", !isOpen {
        parts.append(part)
        part = Part()
      } else {
        if character == "=", !isOpen { part.equals = part.text.count }
        part.text.append(character)
      }
    }
    return parts + [part]
  }
}

extension StringProtocol {
  /// Without blanks at its ends.
  fileprivate var trimmed: String {
    let tail = drop { $0 == " " || $0 == "\t" }
    return String(
      tail.prefix(
        upTo: tail.lastIndex { $0 != " " && $0 != "\t" }.map { tail.index(after: $0) } ?? tail.startIndex))
  }
}
