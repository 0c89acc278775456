import Experiments
import Inversion

extension PrivacyStatements {
  private static func figure(
    _ row: Int, _ id: String, _ statement: String, _ source: String, _ published: Double, tolerance: Double,
    unit: String = "epsilon", _ figure: AccountedFigure
  ) -> PrivacyRow {
    PrivacyRow(
      row: row, id: id, statement: statement, source: source, published: published, unit: unit,
      expectation: .about(published, tolerance: tolerance), work: [.account(figure)],
      measure: StatementMeasure.metric("value"))
  }

  /// Statements on accountants and on the arithmetic of audits.
  static func accounting() -> [PrivacyRow] { divergences + composed + oneRun + bounds }

  private static var divergences: [PrivacyRow] {
    [
      (0.01, 1.0, 2.0, 1.71813422e-4), (0.01, 1, 16, 3.08785078), (0.01, 2, 64, 3.32174641),
      (0.1, 2, 4, 6.00328296e-3),
    ].map { rate, sigma, order, value in
      figure(
        20, "rdp-\(rate)-\(sigma)-\(Int(order))",
        "Rényi divergence of order \(Int(order)), rate \(rate), noise \(sigma)", "dp-accounting 0.6.0", value,
        tolerance: 1e-6 * value, unit: "",
        .divergence(order: order, samplingRate: rate, sigma: sigma))
    }
  }

  private static var composed: [PrivacyRow] {
    let peer = "dp-accounting 0.6.0, grid 1e-4"
    let losses: [(rate: Double, sigma: Double, steps: Int, value: Double)] = [
      (0.01, 4.0, 10_000, 0.9470), (250.0 / 15_000, 1.3, 900, 1.8915), (0.01, 1, 1000, 1.8282),
      (64.0 / 3614, 2, 2800, 2.0294), (0.01, 4, 40_000, 2.0334), (1024.0 / 50_000, 1.54, 1464, 2.3863),
      (256.0 / 60_000, 1.1, 14_040, 2.3796), (0.1, 2, 500, 5.5555), (64.0 / 3614, 1, 2800, 5.8731),
    ]
    var rows = losses.map { rate, sigma, steps, value in
      figure(
        20, "pld-\(steps)-\(sigma)", "\(steps) sampled steps with noise \(sigma), by loss distributions",
        peer,
        value, tolerance: 0.005,
        .lossDistribution(samplingRate: rate, sigma: sigma, steps: steps, delta: 1e-5))
    }
    rows.append(
      figure(
        20, "rdp-old-900", "900 sampled steps with noise 1.3, old conversion",
        "TensorFlow Privacy, issue 97", 2.46144, tolerance: 1e-3,
        .oldConversion(samplingRate: 250 / 15_000, sigma: 1.3, steps: 900, delta: 1e-5)))
    let conversions: [(rate: Double, sigma: Double, steps: Int, value: Double)] = [
      (0.01, 4.0, 10_000, 1.0355), (250.0 / 15_000, 1.3, 900, 2.0847), (0.01, 1, 1000, 2.1014),
      (64.0 / 3614, 2, 2800, 2.2125),
    ]
    rows += conversions.map { rate, sigma, steps, value in
      // Orders that are no whole numbers are bounded by absolute values there and exact here, so ours is lower.
      figure(
        20, "rdp-new-\(steps)-\(sigma)", "\(steps) sampled steps with noise \(sigma), new conversion",
        "dp-accounting 0.6.0", value, tolerance: 1e-3,
        .newConversion(samplingRate: rate, sigma: sigma, steps: steps, delta: 1e-5))
    }
    rows.append(
      figure(
        20, "abadi", "100 epochs at rate 0.01 with noise 4, by moments",
        "Abadi et al., Deep Learning with Differential Privacy, CCS 2016 (figure as cited by users of its code)",
        1.26,
        tolerance: 0.01, .oldConversion(samplingRate: 0.01, sigma: 4, steps: 10_000, delta: 1e-5)))
    rows.append(
      figure(
        20, "gdp", "100 normal releases with noise 10", "Dong, Roth, Su, JRSS B 84 (2022)", 4.377178,
        tolerance: 1e-5, .gaussian(mu: 1, delta: 1e-5)))
    rows.append(
      figure(
        20, "analytic-gaussian", "normal noise for epsilon 1 at delta 1e-5", "Balle and Wang, ICML 2018",
        3.730632, tolerance: 1e-5, unit: "", .noise(epsilon: 1, delta: 1e-5)))
    rows.append(
      figure(
        20, "laplace", "twenty Laplace answers of scale 10 at delta 1e-6", peer, 1.77399, tolerance: 1e-3,
        .laplace(scale: 10, count: 20, delta: 1e-6)))
    return rows
  }

  private static var oneRun: [PrivacyRow] {
    let source = "Steinke, Nasr, Jagielski, Privacy Auditing with One (1) Training Run, NeurIPS 2023"
    return [
      figure(
        21, "one-run-0.673", "75 of 100 guesses right, 1,000 canaries, delta 1e-4", "\(source), appendix D",
        0.673, tolerance: 1e-3, .oneRun(canaries: 1000, guesses: 100, correct: 75, delta: 1e-4)),
      figure(
        21, "one-run-2.675", "1,439 of 1,510 guesses right, 100,000 canaries, delta 1e-5",
        "\(source), section 7", 2.675, tolerance: 1e-3,
        .oneRun(canaries: 100_000, guesses: 1510, correct: 1439, delta: 1e-5)),
    ]
  }

  private static var bounds: [PrivacyRow] {
    let source = "Jagielski, Ullman, Oprea, NeurIPS 2020, by its released formula"
    return [(50, 2.5696), (100, 3.2813), (200, 3.9838), (500, 4.9056), (1000, 5.6006)].map { trials, value in
      figure(
        22, "ceiling-\(trials)", "a perfect attack in \(trials) trials a side shows no more", source, value,
        tolerance: 1e-4, .ceiling(trials: trials))
    } + [
      figure(
        22, "counts-250-25", "250 of 500 hits, 25 of 500 false alarms", source, 1.83146, tolerance: 1e-4,
        .counts(with: 500, hits: 250, without: 500, falseAlarms: 25))
    ]
      + [
        (RatioBound.bailey, 100, 10, 4.61953896), (.bailey, 90, 5, 6.87647915),
        (.katzLog, 100, 10, 4.45958661),
        (.katzLog, 90, 5, 6.39712581),
      ].map { bound, hits, falseAlarms, value in
        figure(
          22, "ratio-\(bound.rawValue)-\(hits)",
          "\(hits) of 110 hits, \(falseAlarms) of 80 false alarms: lower bound on the ratio (\(bound.rawValue))",
          "TensorFlow Privacy, example of RatioBound", value, tolerance: 1e-6, unit: "ratio",
          .ratio(bound, with: 110, hits: hits, without: 80, falseAlarms: falseAlarms))
      }
  }

  /// Statements on audits of a faulty mechanism and of the right one.
  static func audits(_ seed: UInt64) -> [PrivacyRow] {
    [0.5, 1, 2].flatMap { epsilon in
      [
        PrivacyRow(
          row: 23, id: "audit-faulty-\(epsilon)",
          statement:
            "an audit finds the fault that takes the sensitivity for 0 at nominal epsilon \(epsilon)",
          source: "reference of this project, an audit of diffprivlib 0.6.6 with the fault of its issue 105",
          published: 4.906,
          unit: "epsilon", expectation: Expectation(4.9...5, stronger: .higher, noEffect: epsilon),
          note: "500 trials a side choose the test, 500 are counted; 4.906 is the most that these can show. "
            + "Neighbours differ by a row that is there or not.",
          work: [.audit(.faultyRegression, epsilon: epsilon, seed: seed)],
          measure: StatementMeasure.metric("epsilon_lower_bound")),
        PrivacyRow(
          row: 23, id: "audit-right-\(epsilon)",
          statement: "the same audit stays below nominal epsilon \(epsilon) for the right mechanism",
          source: "diffprivlib, issue 105", published: nil, unit: "epsilon",
          expectation: Expectation(0...epsilon, stronger: .lower),
          work: [.audit(.regression, epsilon: epsilon, seed: seed)],
          measure: StatementMeasure.metric("epsilon_lower_bound")),
      ]
    }
  }

  /// Budgets of the published table of MemGuard.
  static let distortions = [0, 0.1, 0.3, 0.5, 0.7, 1]

  /// Statements on MemGuard.
  static func memGuard(_ seeds: [UInt64]) -> [PrivacyRow] {
    let source =
      "Jia et al., MemGuard, CCS 2019, figures of its released code on Location (0.73 at budget 0, 0.50 at 1)"
    let work = seeds.prefix(3).map { PrivacyWork.memGuard(seed: $0) }
    func at(_ budget: Double, _ name: String) -> @Sendable ([Outcome]) -> [Double] {
      { outcomes in outcomes.filter { $0.metrics["budget"] == budget }.compactMap { $0.metrics[name] } }
    }
    let other =
      "Thirty synthetic classes in place of Location, which is not at hand. The classifier sees logarithms of "
      + "confidences, the stronger choice without noise, and is turned around where it is mostly wrong."
    return [
      PrivacyRow(
        row: 24, id: "memguard-none", statement: "without noise a classifier of members is right more often",
        source: source, published: 0.73, unit: "share",
        expectation: Expectation(0.6...1, stronger: .higher, noEffect: 0.5), note: other, work: work,
        measure: at(0, "attack_accuracy_logarithms")),
      PrivacyRow(
        row: 24, id: "memguard-full", statement: "at a budget of 1 it can only guess", source: source,
        published: 0.50, unit: "share", expectation: Expectation(0.45...0.53, stronger: .lower), note: other,
        work: work, measure: at(1, "attack_accuracy_logarithms")),
      PrivacyRow(
        row: 24, id: "memguard-turned",
        statement:
          "at a budget of 1 a classifier of plain confidences that is turned around where it is wrong",
        source: source, published: 0.50, unit: "share",
        expectation: Expectation(0.45...0.53, stronger: .lower),
        note: "The paper's measure does not turn it around.", work: work, measure: at(1, "attack_accuracy")),
      PrivacyRow(
        row: 24, id: "memguard-falls", statement: "more budget, less attack: largest rise of the mean",
        source: source, published: nil, unit: "share", expectation: Expectation(0...0.01, stronger: .lower),
        note: other, work: work,
        measure: { outcomes in
          PrivacyMeasure.largestFall("attack_accuracy_logarithms", along: "tightness")(
            outcomes.map { one in
              var one = one
              one.metrics["tightness"] = one.metrics["budget"].map { -$0 }
              return one
            })
        }),
      PrivacyRow(
        row: 24, id: "memguard-averaging", statement: "the mean of repeated answers says nothing new",
        source: source, published: nil, unit: "probability",
        expectation: Expectation(0...0, stronger: .lower),
        work: work, measure: at(1, "averaging_gain")),
      PrivacyRow(
        row: 24, id: "memguard-labels", statement: "no class changes", source: source, published: nil,
        unit: "answers", expectation: Expectation(0...0, stronger: .lower), work: work,
        measure: at(1, "labels_changed")),
    ]
  }
}
