import ArgumentParser
import Experiments
import LinearAlgebra
import Reporting
import Workbench

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

  /// - Throws: `ValidationError` for no noise or more than one.
  private func job() throws -> PrivacyAccountJob {
    let noises: [PrivacyAccountJob.Noise] = [
      sigma.map { .normal(sigma: $0) }, laplace.map { .laplace(scale: $0) },
      epsilon.map { .leastNormal(epsilon: $0) },
    ].compactMap { $0 }
    guard noises.count == 1 else { throw ValidationError("give one of --sigma, --laplace and --epsilon") }
    var job = PrivacyAccountJob(noises[0], delta: delta)
    job.samplingRate = rate
    job.steps = steps
    job.interval = interval
    return job
  }

  func validate() throws { try usage { try job().check() } }

  func run() async throws { try options.show(try job().run()) }
}
