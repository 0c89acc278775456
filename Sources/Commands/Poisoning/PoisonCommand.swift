import Files
import ArgumentParser
import Experiments
import Reporting
import Tabular
import Workbench

/// Poisons a table of the user.
struct PoisonCommand: AsyncParsableCommand, TakesPrograms {
  static let configuration = CommandConfiguration(
    commandName: "poison",
    abstract: "Poison a table of your own and measure what it does to a model.",
    discussion: """
      The rows are split at random. A third are test rows, which neither the
      attacker nor the model sees and which only measure the damage; a third are
      the attacker's validation rows; the rest is the training set. The output
      holds only the training set with the poison mixed in. Your rows stand there
      as in your file, byte for byte; poison is written like them, stays inside
      the ranges and categories of the whole table and has as many levels of every
      group of 0/1 columns as clean rows have: one, none or several. Columns that
      no model reads get the fields of rows that were held back. Beside the output
      stands a file that says which rows are poison.

      Only linear models of a number are attacked; a target of classes is refused.

      Examples:
        bezoar poison --data doses.csv --target dose -o poisoned.csv
        bezoar poison --data doses.csv --target dose --attack bgd \\
          --set step=0.1 --rate 0.08 --model lasso -o poisoned.csv
        bezoar poison --data doses.csv --target dose --parts part -o poisoned.csv
        bezoar defend --data poisoned.csv --target dose --defence trim

      'bezoar list --family poisoning' shows the attacks.
      """)

  @OptionGroup var source: TableOptions

  @Option(help: "Attack, by its id in 'bezoar list', or exec:PROGRAM.")
  var attack = "optp"

  @Option(help: "Share of poison in the poisoned training set, above 0 and at most 0.99.")
  var rate = 0.08

  @OptionGroup var model: ModelOptions

  @Option(name: .customLong("set"), help: ArgumentHelp("A setting of the attack.", valueName: "name=value"))
  var settings: [String] = []

  @Option(help: "Share of the rows on which the attacker measures its success; 0 to use the training rows.")
  var validation = 0.33

  @Option(help: "Share of the rows kept unseen to measure the damage; 0 to measure none.")
  var test = 0.33

  @Option(
    help: ArgumentHelp(
      "Column that says training, validation or test for every row, in place of a random split.",
      valueName: "column"))
  var parts: String?

  @Option(
    help: ArgumentHelp(
      "Data that the attacker knows instead of the training set (black-box attack).", valueName: "file"))
  var substitute: String?

  @Option(name: [.short, .long], help: ArgumentHelp("File for the poisoned table.", valueName: "file"))
  var output: String

  @OptionGroup var programs: ProgramOptions

  @OptionGroup var options: GlobalOptions

  private func job() throws -> PoisoningJob {
    var job = PoisoningJob(try source.request())
    job.attack = attack
    job.settings = settings
    job.rate = rate
    job.model = model.choice
    job.validationShare = validation
    job.testShare = test
    job.parts = parts
    job.substitute = substitute
    return job
  }

  func validate() throws {
    try usage { try job().check(.current) }
    guard output != source.data, output != substitute else {
      throw ValidationError("--output would overwrite \(output); give another name")
    }
  }

  func run() async throws {
    try source.format.checkHeaders()
    let console = options.console
    let result = try job().run(options.context)
    let flags = PoisonFlags.path(for: output)
    try AtomicFile.write(result.file, to: output)
    try AtomicFile.write(TableWriter.bytes(PoisonFlags.table(result.isPoison)), to: flags)
    try options.show(result)
    console.note("attack: \(result.duration.seconds.fixed(3)) s")
    console.note("poisoned table: \(output)")
    console.note("which rows are poison: \(flags)")
  }
}
