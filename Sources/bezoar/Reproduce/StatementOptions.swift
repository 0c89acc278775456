import ArgumentParser
import Experiments
import Reporting

/// What the commands have in common that reproduce a table of statements.
struct StatementOptions: ParsableArguments {
  @Option(help: "Rows of the table of statements, separated by commas; all by default.")
  var rows: String?

  /// The rows that were asked for; nil for all.
  ///
  /// - Throws: `ValidationError` for a row that is not in `known`.
  func chosen(from known: [Int]) throws -> Set<Int>? {
    guard let rows else { return nil }
    return Set(
      try rows.split(separator: ",").map { word in
        guard let row = Int(word), known.contains(row) else {
          throw ValidationError(
            "'\(word)' is no row; the rows are \(known.map(String.init).joined(separator: ", "))")
        }
        return row
      })
  }

  /// Seeds of repetitions from the seed of the command line on; none may pass the largest one.
  ///
  /// - Throws: `ValidationError`.
  static func seeds(_ count: Int, from first: UInt64) throws -> [UInt64] {
    guard (1...1000).contains(count) else { throw ValidationError("--seeds must be between 1 and 1000") }
    guard first <= UInt64(Int.max) - UInt64(count) else {
      throw ValidationError("--seed must be at most \(Int.max - count): every repetition takes the next one")
    }
    return (0..<UInt64(count)).map { first + $0 }
  }
}

extension ResultsDocument {
  /// Writes `report.html` with its figures and `results.json`, and shows the document or the tables.
  func publish(
    _ report: Report, to folder: String, showing tables: [TextTable], options: GlobalOptions,
    since started: ContinuousClock.Instant
  ) throws {
    let console = options.console
    let files = try report.write(
      to: folder, with: Gnuplot.find(searchPath: Console.environment("PATH") ?? ""))
    try AtomicFile.write(try json(), to: "\(folder)/results.json")
    if options.json {
      console.write(try json())
    } else {
      for table in tables { console.write(table) }
    }
    for remark in files.remarks { console.note(remark) }
    console.note("report: \(files.page)")
    console.note("time: \((ContinuousClock.now - started).seconds.fixed(1)) s")
  }
}
