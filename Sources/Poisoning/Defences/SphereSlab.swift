import Learning
public import LinearAlgebra
public import Methods
import Tabular

/// Rejects rows far from the centre of their class or far along the line between the class centres, then fits the
/// rest. The classes of a regression are the rows below and above the median target (``PlausibleRegion``).
///
/// - Source: Steinhardt, Koh, Liang, "Certified Defenses for Data Poisoning Attacks", NIPS 2017, section 2.
public struct SphereSlab: PoisoningDefence {
  public static let card = MethodCard(
    id: "sphere-slab", family: .trainingDefence, title: "Sphere and slab",
    summary: "Rejects rows far from their class centre or far along the line between the centres.",
    citation: "Steinhardt et al., Certified Defenses for Data Poisoning Attacks, NIPS 2017",
    needs: "nothing; audited rows make it sharper", taxonomy: .sanitizeTrainingData)

  public static let settings: [Setting<Self>] = [
    .init("percentile", \.percentile, "share of each class inside sphere and slab", in: 0...1)
  ]

  /// Share of each class inside its sphere and its slab.
  public var percentile = 0.95

  public init() {}

  public func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    _ = try task.keptCount(Self.card.title)
    let data = task.data
    let trusted = task.reference.flatMap { $0.count > 0 ? $0 : nil } ?? data
    let region = PlausibleRegion(trusted, space: task.space, percentile: percentile, targetTail: 0)
    let kept = (0..<data.count).filter { row in
      data.features.withRow(row) { region.contains($0, target: data.target[row]) }
    }
    guard kept.count >= 4 else {
      throw PoisoningError.tooFewRows(method: Self.card.title, needed: 4, found: kept.count)
    }
    return DefendedFit(
      model: try task.learner.fit(data.rows(at: kept)), rejected: task.others(than: kept))
  }
}
