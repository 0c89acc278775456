import ArgumentParser
import Experiments
import Privacy
import LinearAlgebra
import Reporting

/// All accountants side by side.
struct PrivacyAccountCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account",
    abstract: "What a series of noisy releases costs, by all accountants, or the noise for a budget.",
    discussion: """
      Normal noise on Poisson samples (DP-SGD): Rényi divergences with the old and
      the new conversion, privacy loss distributions and the Gaussian limit; without
      sampling also Gaussian privacy (exact) and concentrated privacy. Laplace
      noise: basic composition and loss distributions. Neighbours differ by a row
      that is there or not; noise is in units of the sensitivity.

      Examples:
        bezoar privacy account --sigma 1.3 --rate 0.016667 --steps 900 --delta 1e-5
        bezoar privacy account --sigma 10 --steps 100 --delta 1e-5
        bezoar privacy account --laplace 10 --steps 20 --delta 1e-6
        bezoar privacy account --epsilon 1 --delta 1e-6
        bezoar privacy account --epsilon 2 --delta 1e-5 --rate 0.01 --steps 1000

      The noise for a budget is the smallest for which one of the printed bounds
      keeps it. Where the loss of a step is not far above --interval, a smaller one
      finds less.
      """)

  @Option(help: "Standard deviation of normal noise.")
  var sigma: Double?

  @Option(help: "Scale of Laplace noise.")
  var laplace: Double?

  @Option(help: "Budget for which the normal noise is sought.")
  var epsilon: Double?

  @Option(help: "Chance that the budget is exceeded.")
  var delta: Double

  @Option(help: "Chance of a row to be in the sample of a step.")
  var rate = 1.0

  @Option(help: "Number of releases.")
  var steps = 1

  @Option(help: "Distance of the points of loss distributions.")
  var interval = 1e-4

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard [sigma, laplace, epsilon].count(where: { $0 != nil }) == 1 else {
      throw ValidationError("give one of --sigma, --laplace and --epsilon")
    }
    if laplace != nil, rate != 1 { throw ValidationError("--rate is for normal noise") }
    let noise = PrivacyAccount.noiseRange
    for (name, value) in [("--sigma", sigma), ("--laplace", laplace)] {
      if let value, !noise.contains(value) {
        throw ValidationError(
          "\(name) must be from \(noise.lowerBound) to \(noise.upperBound), in units of the sensitivity, not \(value)"
        )
      }
    }
    if let epsilon, !(epsilon >= 1e-4 && epsilon <= 1e4) {
      throw ValidationError("--epsilon must be from 1e-4 to 1e4, not \(epsilon)")
    }
    guard delta > 0, delta < 1 else {
      throw ValidationError("--delta must be between 0 and 1, not \(delta)")
    }
    guard rate > 0, rate <= 1 else {
      throw ValidationError("--rate must be above 0 and at most 1, not \(rate)")
    }
    guard (1...100_000_000).contains(steps) else {
      throw ValidationError("--steps must be from 1 to 100000000, not \(steps)")
    }
    guard interval >= 1e-9, interval <= 1 else {
      throw ValidationError("--interval must be from 1e-9 to 1, not \(interval)")
    }
  }

  func run() async throws {
    let noise = try noise()
    let accounts =
      laplace == nil
      ? try PrivacyAccount.sampledGaussian(
        samplingRate: rate, sigma: noise, steps: steps, delta: delta, interval: interval)
      : try PrivacyAccount.laplace(scale: noise, count: steps, delta: delta, interval: interval)
    guard options.json else {
      options.console.write(table(accounts, noise: noise))
      return
    }
    let document = ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName),
      parameters: [
        "command": "privacy account", "noise": laplace == nil ? "normal" : "laplace", "scale": .number(noise),
        "budget": epsilon.map { .number($0) } ?? .missing,
        "delta": .number(delta), "sampling_rate": .number(rate), "steps": .integer(steps),
        "interval": .number(interval), "adjacency": "add-remove",
        "notes": .group(
          Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, $0.note.map { .text($0) } ?? .missing) })),
      ],
      methods: [],
      outcomes: accounts.map {
        Outcome(
          defence: $0.id, seed: 0,
          metrics: ["epsilon": $0.epsilon, "is_bound": $0.isBound ? 1 : 0])
      }, claims: [])
    options.console.write(try document.json())
  }

  private func table(_ accounts: [PrivacyAccount], noise: Double) -> TextTable {
    let word = laplace == nil ? "sigma" : "scale"
    var table = TextTable(
      title: "\(steps) \(steps == 1 ? "release" : "releases"), \(word) \(noise.significant(Self.digits)), "
        + "sampling rate \(rate.significant(6)), delta \(delta.significant(4)), add-remove",
      columns: [.init("accountant"), .number("epsilon"), .init("bound"), .init("source"), .init("note")],
      note: epsilon.map { budget in
        let least = noise == PrivacyAccount.noiseRange.lowerBound ? " (the smallest supported value)" : ""
        return "The smallest noise\(least) for which one of the bounds is at most \(budget)."
      } ?? "")
    for one in accounts {
      table.append([
        .init(one.id), .init(one.epsilon.significant(7)), .init(one.isBound ? "yes" : "no"),
        .init(one.source), .init(one.note ?? ""),
      ])
    }
    return table
  }

  /// Digits in which the noise is written.
  private static let digits = 9

  /// The noise that is given, or the one for the budget, raised to the next number of so few digits that what is
  /// written keeps the budget too.
  private func noise() throws -> Double {
    if let given = sigma ?? laplace { return given }
    let found = try PrivacyAccount.sampledGaussianNoise(
      epsilon: epsilon ?? 1, delta: delta, samplingRate: rate, steps: steps, interval: interval)
    let written = found.significant(Self.digits)
    if let value = Double(written), value >= found { return value }
    return Double((found * (1 + 1e-8)).significant(Self.digits)) ?? found
  }
}
