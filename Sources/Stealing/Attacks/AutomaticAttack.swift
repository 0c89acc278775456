public import Learning
public import LinearAlgebra
public import Querying
import Tabular

/// The cheapest attack that works: those that fit the interface are tried in turn, and the first whose copy agrees
/// with answers that were held out is taken.
///
/// All of them draw the same random rows, so that what one has asked costs the next one nothing. If none agrees, the
/// copy that comes closest is handed over as not complete.
public struct AutomaticAttack: ExtractionAttack {
  public static let card = MethodCard(
    id: "auto", kind: .attack, title: "Automatic choice",
    summary:
      "Tries the attacks that fit the model's interface, the cheapest first, until a copy agrees with it.",
    citation:
      "the order of Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016",
    needs: "an interface on which any attack works",
    parameters: [
      .init("checks", "answers held out to check a copy", range: "1...", default: "20"),
      .init("tolerance", "mean total variation at which a copy agrees", range: "0...", default: "1e-6"),
    ], taxonomy: .modelExtraction)

  /// Answers held out to check a copy.
  public var checks = 20
  /// Mean total variation, or relative error of a number, at which a copy agrees.
  public var tolerance = 1e-6

  public init() {}

  public static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    choices(schema, capabilities).isEmpty ? "the probabilities of all classes, labels, or a number" : nil
  }

  /// The attacks that fit an interface, in the order in which they are tried.
  static func choices(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> [any ExtractionAttack] {
    let hasLabelsOnly = capabilities.content == .label || capabilities.content == .confidence
    return ExtractionCatalogue.automatic(schema).filter { attack in
      guard type(of: attack).missing(schema, capabilities) == nil else { return false }
      // Attacks on trees pay where nodes have names, a line search where nothing better than labels is given.
      if attack is TopDown || attack is PathFinding { return capabilities.details.contains(.nodes) }
      return !(attack is LowdMeek) || hasLabelsOnly
    }
  }

  public func steal(_ session: QuerySession, using random: inout RandomStream) async throws -> StolenModel {
    let schema = session.schema
    var stream = random.child("checks")
    let encoder = FeatureEncoder(inputs: schema.inputs)
    let held = try await session.sample(checks, encoder, method: Self.card.title, using: &stream)
    var best: (copy: StolenModel, error: Double)?
    var notes: [String] = []
    for attack in Self.choices(schema, session.capabilities) {
      try Task.checkCancellation()
      let id = type(of: attack).card.id
      var rows = random.child("attack")
      do {
        let copy = try await attack.steal(session, using: &rows)
        let answers = try PipelineOracle(copy.pipeline).answers(held.queries)
        let error = answers.distance(to: held.answers)
        if let fidelity = Disagreement(model: held.answers, copy: answers).fidelity {
          session.report(estimatedFidelity: fidelity)
        }
        notes.append("\(id): off by \(error) on \(held.count) answers held out")
        if error < best?.error ?? .infinity { best = (copy, error) }
        if error <= limit(session) { break }
      } catch let error where Self.isPassedOver(error) {
        notes.append("\(id): \(error)")
      }
    }
    guard let best else {
      throw StealingError.undetermined(method: Self.card.title, reason: notes.joined(separator: "; "))
    }
    let agrees = best.error <= limit(session)
    return StolenModel(
      best.copy.pipeline, unknowns: best.copy.unknowns, isComplete: agrees && best.copy.isComplete,
      notes: notes + best.copy.notes, findings: best.copy.findings)
  }

  /// What counts as agreement: rounded answers cannot be met better than to half a unit of their last place.
  private func limit(_ session: QuerySession) -> Double {
    guard let decimals = session.capabilities.decimals else { return tolerance }
    return (0..<decimals).reduce(max(Double(session.schema.classCount), 1) / 2) { value, _ in value / 10 }
  }

  /// Whether an attack failed for reasons that leave others a chance.
  private static func isPassedOver(_ error: any Error) -> Bool {
    error is StealingError || error is QueryError || error is LearningError || error is LinearAlgebraError
      || error is ModelError
  }
}

extension [Answer] {
  /// Mean distance to other answers: total variation of probabilities, relative error of numbers, or the share of
  /// different labels.
  func distance(to others: [Answer]) -> Double {
    let count = Double(Swift.max(others.count, 1))
    let pairs = zip(self, others)
    if others.allSatisfy({ $0.number != nil }) {
      let scale = others.numbers.reduce(0) { Swift.max($0, abs($1)) }
      return pairs.reduce(0) { $0 + abs(($1.0.number ?? .infinity) - ($1.1.number ?? 0)) } / count
        / Swift.max(scale, .leastNormalMagnitude)
    }
    if others.allSatisfy({ !$0.probabilities.isEmpty }) {
      return pairs.reduce(0) { $0 + totalVariation($1.0.probabilities, $1.1.probabilities) } / count
    }
    return Double(pairs.count { $0.label != $1.label }) / count
  }
}
