import Files
import ArgumentParser
import Reporting
import Tabular
import Workbench

/// Says of records how likely they were in the training data of a model.
struct MembershipCommand: AsyncParsableCommand, TakesPrograms {
  static let configuration = CommandConfiguration(
    commandName: "membership",
    abstract: "Find out which records a model was trained on, and how well that can be done.",
    discussion: """
      The model is trained here on half of the records (--train), or is a file with
      the records that it was trained on (--members) and others (--others). Attacks
      with shadow models (shadow, lira, rmia) train models like it on halves of the
      same records. Guards stand before the attacked model only: shadow models are
      the attacker's own. Attacks that cannot work on what guards leave are left out.

      Examples:
        bezoar membership --train tree --data adult --target income --rows 2000 \\
          --attack gap,lira
        bezoar membership --train logistic --data adult --target income \\
          --rows 2000 --shadows 256
        bezoar membership --model m.json --members training.csv \\
          --others test.csv --attack loss,entropy
        bezoar membership --train mlp --data adult --target income --rows 2000 \\
          --guard rounding:step=0.1
        bezoar membership --model http://127.0.0.1:8080 --members training.csv \\
          --others test.csv --target income

      In the output folder: report.html with the curves on log axes, curves as CSV,
      results.json, and risk.csv with the file and row of every record, its scores,
      and the share of others that score as high.
      """)

  @OptionGroup var choices: MembershipOptions
  @OptionGroup var programs: ProgramOptions
  @OptionGroup var options: GlobalOptions

  func validate() throws { try choices.check() }

  func run() async throws {
    try AtomicFile.createFolder(choices.output)
    let started = ContinuousClock.now
    let result = try await choices.request().run(options.context)
    let page = try options.publish(result, to: choices.output)
    options.console.note("report: \(page)")
    options.console.note("time: \((ContinuousClock.now - started).seconds.fixed(2)) s")
  }
}
