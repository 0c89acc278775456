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

/// A published statement on the theft of models, the thefts that test it, and how they are judged.
struct StealingStatement: Sendable {
  /// Row of the table of statements.
  let row: Int
  /// Stable lower-case name.
  let id: String
  /// The statement in words.
  let statement: String
  /// Who published it where.
  let source: String
  /// The published number; nil if there is none.
  let published: Double?
  /// Unit of the numbers.
  let unit: String
  /// What counts as the published number.
  let expectation: Expectation
  /// A remark; nil for none.
  var note: String?
  /// The thefts; the victims tell their numbers of unknowns.
  let thefts: @Sendable (ExtractionStudy) async throws -> [any ReproducibleTheft]
  /// The measured numbers, one for each repetition.
  let measure: @Sendable ([Outcome]) -> [Double]

  /// The claim that the outcomes of the thefts make; a remark says why there are none.
  func claim(_ outcomes: [Outcome]?, remark: String?) -> Claim {
    Claim(
      id: id, statement: statement, source: source, published: published, unit: unit,
      summary: outcomes.flatMap { Summary(measure($0)) }, expectation: expectation,
      note: [note, remark].compactMap { $0 }.isEmpty
        ? nil : [note, remark].compactMap { $0 }.joined(separator: " "))
  }
}

/// Ways of putting the outcomes of thefts into numbers.
enum StealingMeasure {
  /// The number of every outcome.
  static func each(_ value: @escaping @Sendable (Outcome) -> Double?) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in outcomes.compactMap(value) }
  }

  /// The number of every outcome by its name.
  static func metric(_ name: String) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in outcomes.compactMap { $0.metrics[name] } }
  }

  /// Share of rows with the same label, on test or uniform rows.
  static func fidelity(_ name: String) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in outcomes.compactMap { $0.metrics[name].map { 1 - $0 } } }
  }

  /// The largest of the numbers over all thefts of a seed.
  static func worst(_ names: String...) -> @Sendable ([Outcome]) -> [Double] {
    perSeed { outcomes in
      outcomes.flatMap { outcome in names.compactMap { outcome.metrics[$0] } }.max()
    }
  }

  /// The smallest share of rows with the same label over all thefts of a seed.
  static func leastFidelity(_ names: String...) -> @Sendable ([Outcome]) -> [Double] {
    perSeed { outcomes in
      outcomes.flatMap { outcome in names.compactMap { outcome.metrics[$0] } }.max().map { 1 - $0 }
    }
  }

  /// The mean share of rows with the same label over all thefts of a seed.
  static func meanFidelity(_ name: String) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in mean(name)(outcomes).map { 1 - $0 } }
  }

  /// The mean of a number over all thefts of a seed.
  static func mean(_ name: String) -> @Sendable ([Outcome]) -> [Double] {
    perSeed { outcomes in
      let values = outcomes.compactMap { $0.metrics[name] }
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
  }

  /// One number for the thefts of each seed.
  static func perSeed(
    _ value: @escaping @Sendable ([Outcome]) -> Double?
  ) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in outcomes.distinct(\.seed).compactMap { seed in value(outcomes.filter { $0.seed == seed }) }
    }
  }
}

/// Sources that several statements have in common.
enum StealingSource {
  static let tramer =
    "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016"
}
