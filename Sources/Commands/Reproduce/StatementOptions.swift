import ArgumentParser
import Workbench

/// What the commands have in common that reproduce a table of statements.
struct StatementOptions: ParsableArguments {
  @Option(help: "Rows of the table of statements, separated by commas; all by default.")
  var rows: String?

  /// The rows that were asked for; nil for all.
  ///
  /// - Throws: `ValidationError` for a row that is not in `known`, and for an empty list.
  func chosen(from known: [Int]) throws -> Set<Int>? {
    try rows.map { rows in
      let names = try usage { try ListOption.names(rows, from: known.map(String.init), kind: "row") }
      return Set(names.compactMap { Int($0) })
    }
  }
}
