/// The name of a number of results, with what it means.
///
/// All keys stand in one list, ``all``, from which the schema of results and the page `Labs/guide/metrics.md`
/// are made. A literal is looked up in the list: `outcome.metrics["test_mse"]`. One that is not there is a key
/// without a meaning, and a statement on it is never sound.
public struct MetricKey: Sendable {
  /// Which way the number goes where the method that is measured does better: a model on its errors, an attack on
  /// what it finds, a defence on what it costs.
  public enum Direction: String, Sendable, Hashable, Codable, CaseIterable {
    case higher, lower
    /// No way is better: a count, a setting, or what something gives that knows nothing.
    case neither
  }

  /// The name in results; that of a number of a single class has the class behind a colon, `recall:setosa`.
  public let id: String
  /// The unit, such as `share` or `mg/week`; empty for none.
  public let unit: String
  /// Which way is better.
  public let better: Direction
  /// Whether results have it for single classes.
  public let isOfClasses: Bool
  /// What it is, in words.
  public let meaning: String
  /// Whether it stands in the list.
  public let isListed: Bool

  /// An entry of the list.
  init(_ id: String, unit: String, better: Direction, isOfClasses: Bool = false, _ meaning: String) {
    (self.id, self.unit, self.better, self.isOfClasses) = (id, unit, better, isOfClasses)
    (self.meaning, isListed) = (meaning, true)
  }

  /// The key of a name; without unit and meaning if it is not in the list.
  public init(_ id: String) {
    let parts = id.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let entry = Self.byID[id] ?? parts.first.flatMap { Self.byID[String($0)] }
    let found = entry.flatMap { parts.count == 1 || $0.isOfClasses ? $0 : nil }
    self.id = id
    (unit, better) = (found?.unit ?? "", found?.better ?? .neither)
    (isOfClasses, meaning) = (found?.isOfClasses ?? false, found?.meaning ?? "")
    isListed = found != nil
  }

  /// The chapters of the list with their titles.
  public static let chapters: [(title: String, keys: [MetricKey])] = [
    ("Models", models), ("Poisoning", poisoning), ("Extraction", extraction),
    ("Guards and detectors", guarding), ("Inference about people", inference), ("Privacy", privacy),
  ]

  /// The list.
  public static let all: [MetricKey] = chapters.flatMap(\.keys)

  private static let byID = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }
}

extension MetricKey: Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The key of this name.
  public init(stringLiteral id: String) { self.init(id) }

  /// Keys with one name are one key.
  public static func == (left: MetricKey, right: MetricKey) -> Bool { left.id == right.id }

  /// The name alone.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }

  /// The name.
  public var description: String { id }
}

extension MetricKey {
  /// The list as the page `Labs/guide/metrics.md`.
  public static var page: String {
    var lines = [
      "# Metrics", "",
      "The numbers of results by their names, made from the list of the program. *Better* says which way the number goes where",
      "the method that is measured does better: a model on its errors, an attack on what it finds, a defence on what it costs.",
      "A number of a single class has the class behind a colon, as in `recall:setosa`.", "",
    ]
    for (title, keys) in chapters {
      lines += ["## \(title)", "", "| Name | Unit | Better | Meaning |", "| --- | --- | --- | --- |"]
      lines += keys.map { key in
        let better = key.better == .neither ? "" : key.better.rawValue
        let name = key.isOfClasses ? "`\(key.id)`, `\(key.id):class`" : "`\(key.id)`"
        return "| \(name) | \(key.unit) | \(better) | \(key.meaning) |"
      }
      lines.append("")
    }
    return lines.dropLast().joined(separator: "\n") + "\n"
  }
}
