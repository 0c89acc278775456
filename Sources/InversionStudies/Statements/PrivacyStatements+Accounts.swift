import Experiments
import Privacy
import RealModule

extension PrivacyStatements {
  private static let accounting = "dp-accounting 0.6.0, run by this project"

  private static func figure(
    _ row: Int, _ id: String, _ words: String, _ reference: Reference, unit: String = "epsilon",
    _ judging: Judging, note: String? = nil, _ figure: AccountedFigure
  ) -> PrivacyRow {
    PrivacyRow(
      row: row, id: id, words, reference: reference, unit: unit, judging: judging, note: note,
      work: [.account(figure)], measure: StatementMeasure.metric("value"))
  }

  /// A number that is arithmetic, beside what it is without the gain that it is about.
  private static func near(_ value: Double, _ rule: RangeRule, without number: Double, _ words: String)
    -> Judging
  {
    .by(.around(value, rule, noEffect: number), null: .value(number, words), on: .arithmetic)
  }

  /// The `ε` of normal noise in every step without sampling, by concentrated privacy.
  private static func unsampled(_ steps: Int, _ sigma: Double, delta: Double = 1e-5) -> Double {
    let loss = Double(steps) / (2 * sigma * sigma)
    return loss + 2 * (loss * Double.log(1 / delta)).squareRoot()
  }

  /// Statements on accountants and on the arithmetic of audits.
  static func accounts() -> [PrivacyRow] { divergences + losses + conversions + formulas + oneRun + bounds }

  private static var divergences: [PrivacyRow] {
    [
      (0.01, 1.0, 2.0, 1.71813422e-4), (0.01, 1, 16, 3.08785078), (0.01, 2, 64, 3.32174641),
      (0.1, 2, 4, 6.00328296e-3),
    ].map { rate, sigma, order, value in
      figure(
        20, "rdp-\(rate)-\(sigma)-\(Int(order))",
        "Rényi divergence of order \(Int(order)), rate \(rate), noise \(sigma)",
        Reference(.peerRun, value, accounting), unit: "",
        near(value, .numerics(1e-6 * value), without: order / (2 * sigma * sigma), "no sampling"),
        note: "The same to six digits.", .divergence(order: order, samplingRate: rate, sigma: sigma))
    }
  }

  private static var losses: [PrivacyRow] {
    let losses: [(rate: Double, sigma: Double, steps: Int, value: Double)] = [
      (0.01, 4.0, 10_000, 0.9470), (250.0 / 15_000, 1.3, 900, 1.8915), (0.01, 1, 1000, 1.8282),
      (64.0 / 3614, 2, 2800, 2.0294), (0.01, 4, 40_000, 2.0334), (1024.0 / 50_000, 1.54, 1464, 2.3863),
      (256.0 / 60_000, 1.1, 14_040, 2.3796), (0.1, 2, 500, 5.5555), (64.0 / 3614, 1, 2800, 5.8731),
    ]
    return losses.map { rate, sigma, steps, value in
      figure(
        20, "pld-\(steps)-\(sigma)", "\(steps) sampled steps with noise \(sigma), by loss distributions",
        Reference(.peerRun, value, "\(accounting), grid 1e-4"),
        near(value, .numerics(0.005), without: unsampled(steps, sigma), "no sampling"),
        note: "The range is for the two grids, which are not the same.",
        .lossDistribution(samplingRate: rate, sigma: sigma, steps: steps, delta: 1e-5))
    }
  }

  private static var conversions: [PrivacyRow] {
    let conversions: [(rate: Double, sigma: Double, steps: Int, value: Double)] = [
      (0.01, 4.0, 10_000, 1.0355), (250.0 / 15_000, 1.3, 900, 2.0847), (0.01, 1, 1000, 2.1014),
      (64.0 / 3614, 2, 2800, 2.2125),
    ]
    return [
      figure(
        20, "rdp-old-900", "900 sampled steps with noise 1.3, old conversion",
        Reference(.published, 2.461449, "TensorFlow Privacy, issue 97, output of its accountant"),
        near(2.461449, .numerics(1e-3), without: unsampled(900, 1.3), "no sampling"),
        note: "The range is for the orders tried, which are not the same near the best one.",
        .oldConversion(samplingRate: 250 / 15_000, sigma: 1.3, steps: 900, delta: 1e-5)),
      figure(
        20, "abadi", "100 epochs, by moments",
        Reference(
          .published, 1.26,
          "Abadi et al., Deep Learning with Differential Privacy, CCS 2016, as quoted in issue 85 of TensorFlow Privacy"
        ),
        .unconfirmed,
        note:
          "The quotation gives the number and the epochs. Measured at rate 0.01 and noise 4, which are not confirmed.",
        .oldConversion(samplingRate: 0.01, sigma: 4, steps: 10_000, delta: 1e-5)),
      figure(
        20, "laplace", "twenty Laplace answers of scale 10 at delta 1e-6",
        Reference(.peerRun, 1.77399, "\(accounting), grid 1e-4"),
        near(1.77399, .numerics(1e-3), without: 2, "basic composition"),
        note: "The range is for the two grids, which are not the same.",
        .laplace(scale: 10, count: 20, delta: 1e-6)),
    ]
      + conversions.map { rate, sigma, steps, value in
        figure(
          20, "rdp-new-\(steps)-\(sigma)", "\(steps) sampled steps with noise \(sigma), new conversion",
          Reference(.peerRun, value, accounting),
          near(value, .numerics(1e-3), without: unsampled(steps, sigma), "no sampling"),
          note: "Orders that are no whole numbers are bounded by absolute values there and exact here.",
          .newConversion(samplingRate: rate, sigma: sigma, steps: steps, delta: 1e-5))
      }
  }

  /// Formulas without a choice.
  private static var formulas: [PrivacyRow] {
    [
      figure(
        20, "gdp", "100 normal releases with noise 10",
        Reference(
          .ownReference, 4.377178,
          "the formula of Dong, Roth, Su (Gaussian differential privacy), in SciPy by this project"
        ),
        .byConstruction, .gaussian(mu: 1, delta: 1e-5)),
      figure(
        20, "analytic-gaussian", "normal noise for epsilon 1 at delta 1e-5",
        Reference(
          .ownReference, 3.730632, "the formula of Balle and Wang, ICML 2018, in SciPy by this project"),
        unit: "", .byConstruction, .noise(epsilon: 1, delta: 1e-5)),
    ]
  }

  private static var oneRun: [PrivacyRow] {
    let source = "Steinke, Nasr, Jagielski, Privacy Auditing with One (1) Training Run, NeurIPS 2023"
    return [
      figure(
        21, "one-run-0.673", "75 of 100 guesses right, 1,000 canaries, delta 1e-4",
        Reference(.published, 0.673, "\(source), appendix D"),
        near(0.673, .cut(unit: 1e-3), without: 0, "half of the guesses are right"),
        .oneRun(canaries: 1000, guesses: 100, correct: 75, delta: 1e-4)),
      figure(
        21, "one-run-2.675", "1,439 of 1,510 guesses right, 100,000 canaries, delta 1e-5",
        Reference(.published, 2.675, "\(source), section 7"),
        near(2.675, .cut(unit: 1e-3), without: 0, "half of the guesses are right"),
        .oneRun(canaries: 100_000, guesses: 1510, correct: 1439, delta: 1e-5)),
    ]
  }

  private static var bounds: [PrivacyRow] {
    let source = "the formula of Jagielski, Ullman, Oprea, NeurIPS 2020, in SciPy by this project"
    let ratios: [(RatioBound, Int, Int, Double)] = [
      (.bailey, 100, 10, 4.61953896), (.bailey, 90, 5, 6.87647915), (.katzLog, 100, 10, 4.45958661),
      (.katzLog, 90, 5, 6.39712581),
    ]
    return [(50, 2.5696), (100, 3.2813), (200, 3.9838), (500, 4.9056), (1000, 5.6006)].map { trials, value in
      figure(
        22, "ceiling-\(trials)", "a perfect attack in \(trials) trials a side shows no more",
        Reference(.ownReference, value, source), .byConstruction, .ceiling(trials: trials))
    } + [
      figure(
        22, "counts-250-25", "250 of 500 hits, 25 of 500 false alarms",
        Reference(.ownReference, 1.83146, source), .byConstruction,
        .counts(with: 500, hits: 250, without: 500, falseAlarms: 25))
    ]
      + ratios.map { bound, hits, falseAlarms, value in
        figure(
          22, "ratio-\(bound.rawValue)-\(hits)",
          "\(hits) of 110 hits, \(falseAlarms) of 80 false alarms: lower bound on the ratio (\(bound.rawValue))",
          Reference(.published, value, "TensorFlow Privacy, documentation of RatioBound"), unit: "ratio",
          near(
            value, .printed(unit: 1e-8), without: Double(hits) / 110 / (Double(falseAlarms) / 80),
            "the ratio of the shares"),
          .ratio(bound, with: 110, hits: hits, without: 80, falseAlarms: falseAlarms))
      }
  }
}
