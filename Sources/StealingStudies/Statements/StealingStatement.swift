import Experiments
import Reporting

/// A theft that a published statement needs; every kind gives an ``Outcome``.
protocol ReproducibleTheft: Sendable {
  /// What tells it from all others.
  var key: String { get }
  /// Makes the theft.
  func outcome(_ study: ExtractionStudy) async throws -> Outcome
}

extension ExtractionCell: ReproducibleTheft {
  var key: String {
    "\(data.rawValue) \(model.id) \(attack) \(settings) \(budget ?? -1) \(content) \(decimals ?? -1) \(seed)"
  }

  func outcome(_ study: ExtractionStudy) async throws -> Outcome { try await study.run(self).outcome }
}

/// A published statement on the theft of models; its work are the thefts, for which victims tell their numbers of unknowns.
typealias StealingStatement = PublishedStatement<
  @Sendable (ExtractionStudy) async throws -> [any ReproducibleTheft]
>

/// Ways of putting the outcomes of thefts into numbers.
enum StealingMeasure {
  /// One less a share, such as the agreement from the share of different labels or the other way round.
  static func complement(_ name: String) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in outcomes.compactMap { $0.metrics[name].map { 1 - $0 } } }
  }

  /// The largest of the numbers over all thefts of a seed.
  static func worst(_ names: String...) -> @Sendable ([Outcome]) -> [Double] {
    StatementMeasure.perSeed { outcomes in
      outcomes.flatMap { outcome in names.compactMap { outcome.metrics[$0] } }.max()
    }
  }

  /// The smallest share of rows with the same label over all thefts of a seed.
  static func leastFidelity(_ names: String...) -> @Sendable ([Outcome]) -> [Double] {
    StatementMeasure.perSeed { outcomes in
      outcomes.flatMap { outcome in names.compactMap { outcome.metrics[$0] } }.max().map { 1 - $0 }
    }
  }

  /// The mean share of rows with the same label over all thefts of a seed.
  static func meanFidelity(_ name: String) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in mean(name)(outcomes).map { 1 - $0 } }
  }

  /// The mean of a number over all thefts of a seed.
  static func mean(_ name: String) -> @Sendable ([Outcome]) -> [Double] {
    StatementMeasure.perSeed { outcomes in
      let values = outcomes.compactMap { $0.metrics[name] }
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
  }
}

/// Sources that several statements have in common.
enum StealingSource {
  static let tramer =
    "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016"
}
