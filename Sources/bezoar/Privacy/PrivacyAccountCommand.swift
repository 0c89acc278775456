import ArgumentParser
import Experiments
import Inversion
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
    guard delta > 0, delta < 1 else { throw ValidationError("--delta must be between 0 and 1") }
    guard rate > 0, rate <= 1 else { throw ValidationError("--rate must be above 0 and at most 1") }
    guard (1...100_000_000).contains(steps) else {
      throw ValidationError("--steps must be from 1 to 100000000")
    }
    if let epsilon, !(epsilon >= 1e-4 && epsilon <= 1e4) {
      throw ValidationError("--epsilon must be from 1e-4 to 1e4")
    }
  }

  func run() async throws {
    let (accounts, noise) = try accounts()
    guard options.json else {
      let word = laplace == nil ? "sigma" : "scale"
      var table = TextTable(
        title: "\(steps) \(steps == 1 ? "release" : "releases"), \(word) \(noise.significant(7)), "
          + "sampling rate \(rate.significant(6)), delta \(delta.significant(4)), add-remove",
        columns: [.init("accountant"), .number("epsilon"), .init("bound"), .init("source"), .init("note")])
      for one in accounts {
        table.append([
          .init(one.id), .init(one.epsilon.significant(7)), .init(one.isBound ? "yes" : "no"),
          .init(one.source), .init(one.note ?? ""),
        ])
      }
      options.console.write(table)
      return
    }
    let document = ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName),
      parameters: [
        "command": "privacy account", "noise": laplace == nil ? "normal" : "laplace", "scale": .number(noise),
        "delta": .number(delta), "sampling_rate": .number(rate), "steps": .integer(steps),
        "adjacency": "add-remove",
      ],
      methods: [],
      outcomes: accounts.map {
        Outcome(
          dataset: "none", model: "none", attack: "none", defence: $0.id, rate: 0, seed: 0,
          metrics: ["epsilon": $0.epsilon, "is_bound": $0.isBound ? 1 : 0])
      }, claims: [])
    options.console.write(try document.json())
  }

  private func accounts() throws -> ([PrivacyAccount], noise: Double) {
    if let laplace {
      return (
        try PrivacyAccount.laplace(scale: laplace, count: steps, delta: delta, interval: interval), laplace
      )
    }
    let noise = try sigma ?? noise()
    return (
      try PrivacyAccount.sampledGaussian(
        samplingRate: rate, sigma: noise, steps: steps, delta: delta, interval: interval), noise
    )
  }

  /// The noise for the budget: exact without sampling, else by loss distributions.
  private func noise() throws -> Double {
    let budget = epsilon ?? 1
    guard rate == 1 else {
      return try PrivateGradientDescent.noiseMultiplier(
        epsilon: budget, delta: delta, samplingRate: rate, steps: steps)
    }
    return GaussianMechanism.sigma(epsilon: budget, delta: delta) * Double(steps).squareRoot()
  }
}
