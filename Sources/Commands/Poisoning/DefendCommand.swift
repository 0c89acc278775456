import Files
import ArgumentParser
import Reporting
import Workbench

/// Defends the training on a table of the user.
struct DefendCommand: AsyncParsableCommand, TakesPrograms {
  static let configuration = CommandConfiguration(
    commandName: "defend",
    abstract: "Find poisoned rows in a table of your own and learn without them.",
    discussion: """
      Where the file that 'bezoar poison' wrote beside the data says which rows
      are poison (poisoned.flags.csv for poisoned.csv), the defence is scored
      against it; the defence itself never sees it. Only linear models of a number
      are defended; a target of classes is refused.

      Examples:
        bezoar defend --data poisoned.csv --target dose --rate 0.08
        bezoar defend --data poisoned.csv --target dose -o cleaned.csv \\
          --rejected rejected.csv
        bezoar defend --data new.csv --target dose --defence range \\
          --reference audited.csv

      Rows that are kept or rejected leave as they stand in the file, byte for
      byte; rejected ones have their number among the rows, from 1, and their line
      in the file in front: in columns 'row' and 'line', or 'row_number' and
      'line_number' where the table has such ones (LIBSVM lines stay as they are).

      'bezoar list --family training-defence' shows the defences.
      """)

  @OptionGroup var source: TableOptions

  @Option(help: "Defence, by its id in 'bezoar list', or exec:PROGRAM.")
  var defence = "trim"

  @Option(help: "Share of poison that the defence prepares for, above 0 and at most 0.99.")
  var rate = 0.08

  @OptionGroup var model: ModelOptions

  @Option(name: .customLong("set"), help: ArgumentHelp("A setting of the defence.", valueName: "name=value"))
  var settings: [String] = []

  @Option(
    help: ArgumentHelp(
      "Which rows are poison, to score the defence. (default: the flags beside the data, if any)",
      valueName: "file"))
  var flags: String?

  @Option(help: ArgumentHelp("Rows known to be clean, with the same columns.", valueName: "file"))
  var reference: String?

  @Option(
    name: [.short, .long], help: ArgumentHelp("File for the rows that were kept.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("File for the rows that were rejected.", valueName: "file"))
  var rejected: String?

  @OptionGroup var programs: ProgramOptions

  @OptionGroup var options: GlobalOptions

  private func job() throws -> DefenceJob {
    var job = DefenceJob(try source.request())
    job.defence = defence
    job.settings = settings
    job.rate = rate
    job.model = model.choice
    job.flags = flags
    job.reference = reference
    return job
  }

  func validate() throws {
    try usage { try job().check(.current) }
    for path in [output, rejected].compactMap({ $0 }) where [source.data, flags, reference].contains(path) {
      throw ValidationError("\(path) would be overwritten; give another name")
    }
    if let output, output == rejected {
      throw ValidationError("--output and --rejected must be different files")
    }
  }

  func run() async throws {
    try source.format.checkHeaders()
    let console = options.console
    let result = try job().run(options.context)
    if let output {
      try AtomicFile.write(result.keptFile, to: output)
      console.note("kept rows: \(output)")
    }
    if let rejected {
      if result.isSparse {
        console.note("LIBSVM lines have no field for a row number; --json lists the numbers of rejected rows")
      }
      try AtomicFile.write(result.rejectedFile, to: rejected)
      console.note("rejected rows: \(rejected)")
    }
    try options.show(result)
  }
}
