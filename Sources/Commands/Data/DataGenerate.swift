import Files
import Datasets
import ArgumentParser
import Experiments
import Methods
import Reporting
import Tabular

/// Writes a data set that a generator makes.
struct DataGenerate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Write a data set that is made up: warfarin-synthetic.",
    discussion: """
      The same seed gives the same rows; a longer table begins with the rows of a
      shorter one.

      Examples:
        bezoar data generate warfarin-synthetic -o cohort.csv
        bezoar data generate warfarin-synthetic --rows 500 --seed 7 -o small.csv
      """)

  @Argument(help: "Id of the data set.")
  var id: String

  @Option(help: "Number of rows, up to ten million. (default: as on the card)")
  var rows: Int?

  @Option(name: [.short, .long], help: ArgumentHelp("File to write (CSV).", valueName: "file"))
  var output: String

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if let rows, !(1...10_000_000).contains(rows) {
      throw ValidationError("--rows must be from 1 to 10000000, not \(rows)")
    }
    let known = try DatasetCatalogue.all.filter(\.isGenerated).map(\.id)
    if !known.contains(id) {
      throw ValidationError("\(id) cannot be generated; what can is \(known.joined(separator: ", "))")
    }
  }

  func run() async throws {
    let card = try DatasetCatalogue.card(id: id)
    let table = WarfarinCohort.table(rows: rows ?? card.rows, seed: options.seed)
    let bytes = TableWriter.bytes(table)
    try Interruption.check()
    try AtomicFile.write(bytes, to: output)
    options.console.note("\(table.rowCount) rows, SHA-256 \(FileHash.sha256(bytes: bytes)): \(output)")
  }
}
