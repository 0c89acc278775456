import ArgumentParser
import Experiments
import Privacy
import Learning
import LinearAlgebra
import Reporting

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

  func validate() throws {
    let kinds = [mechanism != nil, command != nil, counts != nil, oneRun != nil]
    guard kinds.count(where: { $0 }) == 1 else {
      throw ValidationError("give one of --mechanism, --command, --counts and --one-run")
    }
    if command != nil {
      guard withFile != nil, withoutFile != nil else {
        throw ValidationError("--command needs two files, --with and --without")
      }
      guard trials >= 4 else { throw ValidationError("--trials must be at least 4 for a command") }
    }
    if let mechanism {
      guard epsilon != nil else { throw ValidationError("--mechanism needs the --epsilon that it claims") }
      guard !mechanism.hasDelta || delta > 0 else {
        throw ValidationError("\(mechanism.rawValue) needs a --delta")
      }
    }
    if let canaries {
      guard mechanism == .descent else { throw ValidationError("--canaries is for --mechanism dp-sgd") }
      guard (10...5000).contains(canaries) else {
        throw ValidationError("--canaries must be from 10 to 5000, not \(canaries)")
      }
    }
    if let epsilon, !(epsilon >= 1e-4 && epsilon <= 1e4) {
      throw ValidationError("--epsilon must be from 1e-4 to 1e4, not \(epsilon)")
    }
    guard delta >= 0, delta < 1 else { throw ValidationError("--delta must be at least 0 and below 1") }
    guard error > 0, error < 1 else { throw ValidationError("--error must be between 0 and 1") }
    guard (1...10_000_000).contains(trials) else { throw ValidationError("--trials must be at least 1") }
    if let counts { _ = try Self.numbers(counts, 4, "--counts") }
    if let oneRun { _ = try Self.numbers(oneRun, 3, "--one-run") }
  }

  private static func numbers(_ text: String, _ count: Int, _ option: String) throws -> [Int] {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = fields.compactMap { Int($0) }
    guard fields.count == count, numbers.count == count else {
      throw ValidationError("\(option) takes \(count) whole numbers separated by commas, not '\(text)'")
    }
    return numbers
  }

  func run() async throws {
    BLASRuntime.setThreads(1)
    if let oneRun {
      let numbers = try Self.numbers(oneRun, 3, "--one-run")
      let bound = try OneRunAudit.epsilonLowerBound(
        canaries: numbers[0], guesses: numbers[1], correct: numbers[2], delta: delta, error: error)
      return try report(["epsilon_one_run": bound], test: "right guesses of one run")
    }
    if let canaries { return try reportOneTraining(canaries) }
    let (found, test) = try counted()
    var metrics: Metrics = [
      "runs_with": Double(found.trialsWith), "hits": Double(found.hits),
      "runs_without": Double(found.trialsWithout), "false_alarms": Double(found.falseAlarms),
      "epsilon_clopper_pearson": found.epsilonLowerBound(error: error, delta: delta),
    ]
    if delta > 0 {
      let gaussian = found.gaussianLowerBound(delta: delta, error: error)
      metrics["mu_gaussian"] = gaussian.mu
      metrics["epsilon_gaussian"] = gaussian.epsilon
    }
    try report(metrics, test: test)
  }

  /// Ten steps of descent on all rows, once.
  private func reportOneTraining(_ canaries: Int) throws {
    var descent = PrivateGradientDescent(samplingRate: 1, steps: 10, learningRate: 1)
    descent.noiseMultiplier = try PrivateGradientDescent.noiseMultiplier(
      epsilon: epsilon ?? 1, delta: delta, samplingRate: 1, steps: 10)
    let audit = CanaryAudit(canaries: canaries, guesses: canaries / 5, error: error)
    var random = RandomStream(seed: options.seed).child("canary audit")
    let result = try audit.run(descent, delta: delta, using: &random)
    try report(
      [
        "canaries": Double(canaries), "guesses": Double(audit.guesses), "right": Double(result.correct),
        "epsilon_one_run": result.epsilonLowerBound,
      ], test: "the canaries of one training on which the model is most and least right")
  }

  /// Counts of hits and false alarms, and what the test was.
  private func counted() throws -> (AuditCounts, test: String) {
    if let counts {
      let numbers = try Self.numbers(counts, 4, "--counts")
      return (
        try AuditCounts(
          trialsWith: numbers[0], hits: numbers[1], trialsWithout: numbers[2], falseAlarms: numbers[3]),
        "made elsewhere"
      )
    }
    let audit = MechanismAudit(trials: trials, error: error)
    if let command, let withFile, let withoutFile {
      return try CommandAudit(
        command: command, with: withFile, without: withoutFile, audit: audit, seed: options.seed,
        workers: options.threadCount
      ).run(options.console)
    }
    let id = mechanism ?? .laplace
    let statistic = try id.statistic(epsilon: epsilon ?? 1, delta: delta)
    let result = try audit.run(seed: options.seed, workers: options.threadCount, statistic)
    let side = result.isAbove ? "above" : "below"
    return (result.counts, "the number that sees the row \(side) \(result.threshold.significant(4))")
  }

  private func report(_ metrics: Metrics, test: String) throws {
    let bounds = metrics.names.filter { $0.hasPrefix("epsilon_") }
    let pure = metrics["epsilon_clopper_pearson"] ?? metrics["epsilon_one_run"]
    let isBroken = epsilon.flatMap { claimed in pure.map { $0 > claimed } }
    guard options.json else {
      var table = TextTable(
        title: "Audit of \(mechanism?.rawValue ?? (command != nil ? "a command" : "counts"))",
        columns: [.init("what"), .number("value")], note: note(isBroken, test))
      for name in metrics.names {
        let isBound = bounds.contains(name)
        table.append([
          .init(name), .init(metrics[name]?.significant(6) ?? "–", tone: isBound ? .strong : .plain),
        ])
      }
      options.console.write(table)
      return
    }
    let document = ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName),
      parameters: [
        "command": "privacy audit", "mechanism": .text(mechanism?.rawValue ?? "none"),
        "epsilon": epsilon.map { .number($0) } ?? .missing, "delta": .number(delta),
        "adjacency": .text(neighbours), "trials": .integer(trials), "error": .number(error),
        "seed": .integer(Int(clamping: options.seed)),
        "test": .text(test), "refuted": isBroken.map { .flag($0) } ?? .missing,
      ],
      methods: [],
      outcomes: [
        Outcome(
          dataset: "neighbours", attack: "audit", defence: mechanism?.rawValue ?? "none", seed: options.seed,
          metrics: metrics)
      ], claims: [])
    options.console.write(try document.json())
  }

  /// How the two data sets differ.
  private var neighbours: String {
    if let mechanism { return mechanism.adjacency.rawValue }
    if command != nil { return "the two files" }
    return oneRun == nil ? "as counted" : NeighbourRelation.addRemove.rawValue
  }

  private func note(_ isBroken: Bool?, _ test: String) -> String {
    let verdict =
      switch isBroken {
      case true?: "The claimed epsilon is refuted. "
      case false?: "The claimed epsilon is not refuted. "
      case nil: ""
      }
    return verdict
      + "Lower bounds at a confidence of \((1 - error).significant(4)); test: \(test); neighbours: \(neighbours)."
      + (oneRun == nil && canaries == nil && delta > 0
        ? " epsilon_gaussian holds for noise whose trade-off is at most as good as normal noise." : "")
  }
}

extension AuditedMechanism: ExpressibleByArgument {}
