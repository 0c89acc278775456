import FoundationEssentials
public import Tabular

/// What an attacker knows beforehand of the inputs of a model.
public enum InputDescription: Sendable, Hashable {
  /// Every number of which nothing better is known lies between these bounds.
  case numbers(lower: Double, upper: Double)
  /// These inputs, in this order, and the names of the classes if they are known.
  case inputs([InputColumn], classes: [String])

  /// Reads `LOWER:UPPER`, or the name of a JSON file such as
  /// `{"inputs":[{"name":"age","lower":18,"upper":90,"integer":true},{"name":"job","levels":["a","b"]}],
  /// "classes":["no","yes"]}`.
  ///
  /// An input with `integer` takes whole numbers only. One with `group` is a 0/1 indicator of the category of that name
  /// and needs no bounds; with `"several": true` more than one of the group may be 1, and with `"none": false` at least
  /// one is.
  ///
  /// - Throws: ``QueryError/rangesUnusable(_:)``.
  public init(_ text: String) throws {
    let ends = text.split(separator: ":", omittingEmptySubsequences: false)
    if ends.count == 2, let lower = Double(ends[0]), let upper = Double(ends[1]) {
      guard lower.isFinite, upper.isFinite, lower < upper, (upper - lower).isFinite else {
        throw QueryError.rangesUnusable("'\(text)' must be two finite numbers, the lower one first")
      }
      self = .numbers(lower: lower, upper: upper)
      return
    }
    guard let data = try? Data(contentsOf: URL(filePath: text)) else {
      throw QueryError.rangesUnusable("'\(text)' is neither LOWER:UPPER nor a file that can be read")
    }
    do {
      try self.init(json: data)
    } catch let QueryError.rangesUnusable(reason) {
      throw QueryError.rangesUnusable("\(text): \(reason)")
    }
  }

  private struct File: Decodable {
    struct Input: Decodable {
      let name: String?
      let lower: Double?
      let upper: Double?
      let levels: [String]?
      let integer: Bool?
      let group: String?
      let none: Bool?
      let several: Bool?
    }

    let inputs: [Input]
    let classes: [String]?
  }

  /// - Throws: ``QueryError/rangesUnusable(_:)``.
  init(json: Data) throws {
    let file: File
    do {
      file = try JSONDecoder().decode(File.self, from: json)
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      let place = context.codingPath.map { $0.intValue.map { "\($0)" } ?? $0.stringValue }
      throw QueryError.rangesUnusable("'\(place.joined(separator: "."))' has a value of the wrong kind")
    } catch {
      throw QueryError.rangesUnusable(
        "expected {\"inputs\":[{\"name\":…,\"lower\":…,\"upper\":…},…]}")
    }
    guard !file.inputs.isEmpty else { throw QueryError.rangesUnusable("it describes no input") }
    let members = Dictionary(grouping: file.inputs) { $0.group }.mapValues(\.count)
    var (inputs, names) = ([InputColumn](), Set<String>())
    for item in file.inputs {
      guard let name = item.name else { throw QueryError.rangesUnusable("an input has no name") }
      guard names.insert(name).inserted else {
        throw QueryError.rangesUnusable("two inputs are called '\(name)'")
      }
      inputs.append(try Self.column(name, item, members: members[item.group] ?? 1))
    }
    let classes = file.classes ?? []
    guard Set(classes).count == classes.count else {
      throw QueryError.rangesUnusable("'classes' has a name twice")
    }
    self = .inputs(inputs, classes: classes)
  }

  private static func column(_ name: String, _ item: File.Input, members: Int) throws -> InputColumn {
    if let levels = item.levels, !levels.isEmpty {
      guard Set(levels).count == levels.count else {
        throw QueryError.rangesUnusable("input '\(name)' has a level twice")
      }
      return InputColumn(name: name, kind: .category(levels: levels))
    }
    if let group = item.group {
      let least = item.none == false ? 1 : 0
      let shared = IndicatorGroup(name: group, least: least, most: item.several == true ? max(members, 1) : 1)
      return InputColumn(name: name, kind: .number(lower: 0, upper: 1), group: shared)
    }
    guard let lower = item.lower, let upper = item.upper, lower.isFinite, upper.isFinite, lower <= upper
    else { throw QueryError.rangesUnusable("input '\(name)' needs 'lower' and 'upper', or 'levels'") }
    return InputColumn(
      name: name, kind: .number(lower: lower, upper: upper), isWhole: item.integer == true)
  }
}
