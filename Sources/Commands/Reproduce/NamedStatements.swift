import Workbench
import ArgumentParser
import Experiments
import Reporting

/// Statements by their names, which all chapters have in common.
struct NamedStatements: ParsableArguments {
  @Option(help: "Names of statements, separated by commas; all by default. --list shows them.")
  var only: String?

  @Flag(help: "Show the statements of the chapter with their names, and run nothing.")
  var list = false

  /// The names that were asked for; nil for all.
  ///
  /// - Throws: `ValidationError` for a name that none of `entries` has, with names like it, and for an empty list.
  func chosen(from entries: [StatementEntry]) throws -> Set<String>? {
    guard let only else { return nil }
    let known = entries.map(\.id)
    let names = ListOption.items(only)
    guard !names.isEmpty else { throw ValidationError("--only names no statement; --list shows them") }
    for name in names where !known.contains(name) {
      let near = Self.near(name, among: known)
      throw ValidationError(
        "there is no statement '\(name)'"
          + (near.isEmpty ? "" : "; near it are \(near.joined(separator: ", "))") + ". --list shows all")
    }
    return Set(names)
  }

  /// Shows the statements, as text or as data.
  func show(_ entries: [StatementEntry], _ options: GlobalOptions) throws {
    let chosen = try chosen(from: entries)
    let shown = entries.filter { chosen?.contains($0.id) ?? true }
    guard !options.json else { return options.console.write(try StatementsDocument(shown).json()) }
    options.console.write(TextTable(entries: shown))
  }

  /// The names that are a part of a word or that it is a part of, then those that share the most parts between hyphens with
  /// it; three at most.
  static func near(_ word: String, among known: [String]) -> [String] {
    let parts = Set(word.lowercased().split(separator: "-"))
    let scored = known.enumerated().map { place, name -> (score: Int, place: Int, name: String) in
      let own = name.split(separator: "-")
      let isPart = name.contains(word.lowercased()) || word.lowercased().contains(name)
      return ((isPart ? 100 : 0) + own.count { parts.contains($0) }, place, name)
    }
    return scored.filter { $0.score > 0 }.sorted { ($1.score, $0.place) < ($0.score, $1.place) }.prefix(3)
      .map(\.name)
  }
}
