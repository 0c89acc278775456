public import Experiments
public import Privacy

/// A figure that an accountant or an audit formula gives without data or chance.
public enum AccountedFigure: Sendable, Hashable {
  /// Rényi divergence of one step at an order.
  case divergence(order: Double, samplingRate: Double, sigma: Double)
  /// `ε` of composed steps with the old conversion, over the orders 1.1 to 10.9 and 12 to 63.
  case oldConversion(samplingRate: Double, sigma: Double, steps: Int, delta: Double)
  /// `ε` of composed steps with the new conversion.
  case newConversion(samplingRate: Double, sigma: Double, steps: Int, delta: Double)
  /// `ε` of composed steps by loss distributions, the larger of both directions.
  case lossDistribution(samplingRate: Double, sigma: Double, steps: Int, delta: Double)
  /// `ε` of Gaussian differential privacy.
  case gaussian(mu: Double, delta: Double)
  /// Noise for a budget.
  case noise(epsilon: Double, delta: Double)
  /// `ε` of Laplace answers by loss distributions.
  case laplace(scale: Double, count: Int, delta: Double)
  /// Lower bound on `ε` by one run.
  case oneRun(canaries: Int, guesses: Int, correct: Int, delta: Double)
  /// Lower bound on `ε` by a perfect attack.
  case ceiling(trials: Int)
  /// Lower bound on `ε` by counts.
  case counts(with: Int, hits: Int, without: Int, falseAlarms: Int)
  /// Approximate lower bound on the ratio of two chances.
  case ratio(RatioBound, with: Int, hits: Int, without: Int, falseAlarms: Int)

  /// The figure.
  ///
  /// - Throws: `PrivacyError`.
  public func value() throws -> Double {
    switch self {
    case .divergence(let order, let rate, let sigma):
      return RenyiAccountant.divergence(order: order, samplingRate: rate, sigma: sigma)
    case .oldConversion(let rate, let sigma, let steps, let delta):
      let orders = (1...99).map { 1 + Double($0) / 10 } + (12...63).map { Double($0) }
      var accountant = RenyiAccountant(orders: orders)
      accountant.add(samplingRate: rate, sigma: sigma, count: steps)
      return accountant.epsilon(delta: delta, conversion: .old).epsilon
    case .newConversion(let rate, let sigma, let steps, let delta):
      var accountant = RenyiAccountant()
      accountant.add(samplingRate: rate, sigma: sigma, count: steps)
      return accountant.epsilon(delta: delta).epsilon
    case .lossDistribution(let rate, let sigma, let steps, let delta):
      return try Adjacency.allCases.map { adjacency in
        try PrivacyLossDistribution(SampledGaussian(samplingRate: rate, sigma: sigma, adjacency: adjacency))
          .composed(steps).epsilon(delta: delta)
      }.max() ?? 0
    case .gaussian(let mu, let delta): return GaussianMechanism.epsilon(delta: delta, sigma: 1 / mu)
    case .noise(let epsilon, let delta): return GaussianMechanism.sigma(epsilon: epsilon, delta: delta)
    case .laplace(let scale, let count, let delta):
      return try PrivacyLossDistribution(LaplaceMechanism(scale: scale)).composed(count).epsilon(delta: delta)
    case .oneRun(let canaries, let guesses, let correct, let delta):
      return try OneRunAudit.epsilonLowerBound(
        canaries: canaries, guesses: guesses, correct: correct, delta: delta)
    case .ceiling(let trials):
      return try AuditCounts(trialsWith: trials, hits: trials, trialsWithout: trials, falseAlarms: 0)
        .epsilonLowerBound()
    case .counts(let with, let hits, let without, let falseAlarms):
      return try AuditCounts(
        trialsWith: with, hits: hits, trialsWithout: without, falseAlarms: falseAlarms
      ).epsilonLowerBound()
    case .ratio(let bound, let with, let hits, let without, let falseAlarms):
      return bound.lower(
        try AuditCounts(trialsWith: with, hits: hits, trialsWithout: without, falseAlarms: falseAlarms))
    }
  }

  /// The axes: a figure has neither data nor a model, and no chance in it.
  var experiment: Experiment { Experiment(defence: "\(self)", seed: 0) }

  /// The figure as an outcome.
  ///
  /// - Throws: `PrivacyError`.
  public func outcome() throws -> Outcome {
    Outcome(experiment, metrics: ["value": try value()])
  }
}
