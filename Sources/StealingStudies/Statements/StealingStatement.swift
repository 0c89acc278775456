public import Experiments
import Reporting

/// A theft that a statement needs; every kind gives one ``Outcome``.
protocol ReproducibleTheft: RunnableExperiment where Site == ExtractionStudy {
  /// Makes the theft.
  func outcome(_ study: ExtractionStudy) async throws -> Outcome
}

extension ReproducibleTheft {
  func outcomes(at study: ExtractionStudy) async throws -> [Outcome] { [try await outcome(study)] }
}

extension ExtractionCell: ReproducibleTheft {
  func outcome(_ study: ExtractionStudy) async throws -> Outcome { try await study.run(self).outcome }

  /// Makes the theft.
  public func outcomes(at study: ExtractionStudy) async throws -> [Outcome] { [try await outcome(study)] }
}

/// The thefts of a statement, for which victims tell their numbers of unknowns.
typealias StealingWork = @Sendable (ExtractionStudy) async throws -> [any ReproducibleTheft]

/// A statement on the theft of models.
typealias StealingStatement = Statement<StealingWork>

/// Ways of putting the outcomes of thefts into numbers. A theft without its number makes that of its seed NaN, so that
/// it counts as a failure.
enum StealingMeasure {
  /// One less a share, such as the agreement from the share of different labels or the other way round.
  static func complement(_ name: MetricKey) -> Measure {
    StatementMeasure.metric(name).map { 1 - $0 }
  }

  /// The largest of the numbers over all thefts of a seed.
  static func worst(_ names: MetricKey...) -> Measure { worst(of: names) }

  private static func worst(of names: [MetricKey]) -> Measure {
    StatementMeasure.perSeed(names) { outcomes in
      let values = outcomes.flatMap { outcome in names.map { outcome.metrics[$0] ?? .nan } }
      return values.allSatisfy(\.isFinite) ? values.max() : nil
    }
  }

  /// The smallest share of rows with the same label over all thefts of a seed.
  static func leastFidelity(_ names: MetricKey...) -> Measure {
    worst(of: names).map { 1 - $0 }
  }

  /// The mean share of rows with the same label over all thefts of a seed.
  static func meanFidelity(_ name: MetricKey) -> Measure {
    mean(name).map { 1 - $0 }
  }

  /// The mean of a number over all thefts of a seed.
  static func mean(_ name: MetricKey) -> Measure {
    StatementMeasure.perSeed([name]) { average(name, $0) }
  }

  /// The mean of a number over outcomes; nil if one lacks it.
  static func average(_ name: MetricKey, _ outcomes: [Outcome]) -> Double? {
    let values = outcomes.map { $0.metrics[name] ?? .nan }
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
    return values.reduce(0, +) / Double(values.count)
  }
}

extension Null {
  /// The copy that always gives the commonest class, by the measure of the statement.
  static func constant(_ measure: Measure) -> Null {
    .measured("a copy that always gives the commonest class", measure)
  }
}

extension Expectation {
  /// An agreement in percent with two decimals.
  ///
  /// - Parameter guess: the agreement of a copy that guesses.
  static func printedAgreement(_ share: Double, guess: Double) -> Expectation {
    .around(share, .printed(unit: 1e-4), within: 0...1, stronger: .higher, noEffect: guess)
  }

  /// No error, where the source prints an agreement of 100.00 %.
  ///
  /// - Parameter guess: the error of a copy that guesses.
  static func printedAsNone(guess: Double) -> Expectation {
    .around(0, .printed(unit: 1e-4), within: 0...1, stronger: .lower, noEffect: guess)
  }
}

/// Sources that several statements have in common.
enum StealingSource {
  static let tramer =
    "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016"
  static let own = "aim of this project"
  static let penalty = "penalty 1; the paper does not name its own, on which the number hangs"
}
