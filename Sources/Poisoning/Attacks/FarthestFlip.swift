public import Learning
public import LinearAlgebra
public import Methods

/// The black-box Flip attack: the clean rows whose target is farthest from an end of the range, repeated with
/// the target moved to that end.
///
/// - Source: Müller, Kunz, Bartunov, Böttinger, "Data Poisoning Attacks on Regression Learning and
///   Corresponding Defenses", PRDC 2020, section III.
public struct FarthestFlip: PoisoningAttack {
  public static let card = MethodCard(
    id: "flip", family: .poisoning, title: "Flip",
    summary: "Clean rows with the target moved to the farthest end of its range; no model needed.",
    citation: "Müller et al., Data Poisoning Attacks on Regression Learning, PRDC 2020",
    needs: "some clean rows and the range of the target", taxonomy: .trainingData)

  public init() {}

  public func poison(
    _ scenario: PoisoningScenario, count: Int, using random: inout RandomStream
  ) throws -> RegressionData {
    let clean = scenario.training
    guard clean.count > 0 else {
      throw PoisoningError.tooFewRows(method: Self.card.title, needed: 1, found: 0)
    }
    let range = scenario.targetRange
    let reach = clean.target.map { max($0 - range.lowerBound, range.upperBound - $0) }
    // Rows of equal reach are told apart by chance, not by their place in the file.
    let rank = random.permutation(clean.count)
    let order = clean.target.indices.sorted { (reach[$0], rank[$0]) > (reach[$1], rank[$1]) }
    var result = clean.rows(at: (0..<count).map { order[$0 % order.count] })
    result.weights = nil
    result.target = result.target.map { y in
      y - range.lowerBound > range.upperBound - y ? range.lowerBound : range.upperBound
    }
    result.makeFeasible(in: scenario.feasible)
    return result
  }
}
