import ArgumentParser
import Experiments
import Inversion
import Learning
import LinearAlgebra
import Privacy
import Reporting
import Workbench

/// A lower bound on what a mechanism, a command or counted guesses give away.
struct PrivacyAuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "A lower bound on epsilon by telling two neighbouring data sets apart.",
    discussion: """
      A mechanism by its id, or any command on two files that differ by one row. In
      a command {data} stands for the file, {output} for what it writes and {seed}
      for a number that differs in every run; all that it prints and writes is
      looked at. A test is chosen on --trials runs of each side and counted on as
      many others. Or counts that were made elsewhere.

      Examples:
        bezoar privacy audit --mechanism faulty-regression --epsilon 1
        bezoar privacy audit --mechanism dp-sgd --epsilon 1 --delta 1e-5 \\
          --trials 1000
        bezoar privacy audit --mechanism dp-sgd --epsilon 8 --delta 1e-5 \\
          --canaries 1000
        bezoar privacy audit --epsilon 1 --with with.csv --without without.csv \\
          --trials 100 --command \\
          "bezoar train --data {data} --target y --model logistic -o {output} \\
           --privacy mechanism=output,epsilon=1 --bounds x=0:1 --levels 'y=a|b'"
        bezoar privacy audit --counts 500,250,500,25
        bezoar privacy audit --one-run 1000,100,75 --delta 1e-4
      """)

  @Option(help: "Id of a mechanism.")
  var mechanism: AuditedMechanism?

  @Option(help: ArgumentHelp("Command that trains and writes.", valueName: "template"))
  var command: String?

  @Option(name: .customLong("with"), help: ArgumentHelp("Data with the row.", valueName: "file"))
  var withFile: String?

  @Option(name: .customLong("without"), help: ArgumentHelp("Data without it.", valueName: "file"))
  var withoutFile: String?

  @Option(
    help: ArgumentHelp(
      "Runs with the row, hits, runs without it, false alarms.", valueName: "with,hits,without,false"))
  var counts: String?

  @Option(
    help: ArgumentHelp("Canaries of one run, guesses, right ones.", valueName: "canaries,guesses,right"))
  var oneRun: String?

  @Option(help: "Audit dp-sgd by one run with so many canaries, a fifth of which are guessed.")
  var canaries: Int?

  @Option(help: "Budget that is claimed.")
  var epsilon: Double?

  @Option(help: "Chance that it is exceeded; 0 for none.")
  var delta = 0.0

  @Option(help: "Runs of each side that choose the test, and again as many that are counted.")
  var trials = 500

  @Option(help: "Chance that a lower bound is wrong.")
  var error = 0.05

  @OptionGroup var options: GlobalOptions

  func validate() throws { try usage { try job().check() } }

  func run() async throws { try options.show(try job().run(options.context)) }

  private func job() throws -> PrivacyAuditJob {
    var job = PrivacyAuditJob(try subject(), epsilon: epsilon)
    job.delta = delta
    job.trials = trials
    job.error = error
    return job
  }

  /// - Throws: `ValidationError` for options that do not go together.
  private func subject() throws -> PrivacyAuditJob.Subject {
    let kinds = [mechanism != nil, command != nil, counts != nil, oneRun != nil]
    guard kinds.count(where: { $0 }) == 1 else {
      throw ValidationError("give one of --mechanism, --command, --counts and --one-run")
    }
    if canaries != nil, mechanism != .descent {
      throw ValidationError("--canaries is for --mechanism dp-sgd")
    }
    if let command {
      guard let withFile, let withoutFile else {
        throw ValidationError("--command needs two files, --with and --without")
      }
      return .command(command, with: withFile, without: withoutFile)
    }
    if let counts { return .counts(try Self.numbers(counts, 4, "--counts")) }
    if let oneRun { return .oneRun(try Self.numbers(oneRun, 3, "--one-run")) }
    return canaries.map { .canaries($0) } ?? .mechanism(mechanism ?? .laplace)
  }

  private static func numbers(_ text: String, _ count: Int, _ option: String) throws -> [Int] {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = fields.compactMap { Int($0) }
    guard fields.count == count, numbers.count == count else {
      throw ValidationError("\(option) takes \(count) whole numbers separated by commas, not '\(text)'")
    }
    return numbers
  }
}

extension AuditedMechanism: ExpressibleByArgument {}
