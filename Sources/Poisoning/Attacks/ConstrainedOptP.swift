public import Learning
public import LinearAlgebra
public import Methods

/// OptP whose rows pass for patients: targets inside the clean 1 to 99 % range, features inside the sphere and
/// the slab of the clean rows (``PlausibleRegion``), so that neither a range check nor a distance check removes
/// them.
///
/// - Source: the constraint set of Steinhardt, Koh, Liang, NIPS 2017; the optimisation is ``OptP``.
public struct ConstrainedOptP: PoisoningAttack {
  public static let card = MethodCard(
    id: "optp-constrained", family: .poisoning, title: "OptP, plausible rows",
    summary: "OptP inside the clean target range, sphere and slab, past range and distance checks.",
    citation: "Jagielski et al., IEEE S&P 2018; Steinhardt et al., NIPS 2017",
    needs: "training set (or substitute data), learner and its penalty", taxonomy: .trainingData)

  public static let settings: [Setting<Self>] = [
    .init("percentile", \.percentile, "share of clean rows inside sphere and slab", in: 0...1),
    .init("tail", \.tail, "share of clean targets cut off at each end", in: 0..<0.5),
  ]

  /// Share of clean rows inside sphere and slab.
  public var percentile = 0.95
  /// Share of clean targets cut off at each end of their range.
  public var tail = 0.01

  public init() {}

  public func poison(
    _ scenario: PoisoningScenario, count: Int, using random: inout RandomStream
  ) throws -> RegressionData {
    guard scenario.training.count > 0 else {
      throw PoisoningError.tooFewRows(method: Self.card.title, needed: 1, found: 0)
    }
    let region = PlausibleRegion(
      scenario.training, space: scenario.space, percentile: percentile, targetTail: tail)
    let narrowed = PoisoningScenario(
      training: scenario.training, validation: scenario.validation, space: scenario.space,
      targetRange: region.targets.clamped(to: scenario.targetRange), victim: scenario.victim,
      feasible: scenario.feasible)
    let result = try OptP().run(narrowed, count: count, region: region, using: &random)
    return replacingImplausible(result, region: region, narrowed, using: &random)
  }

  /// Rows that never found a legal place give way to copies of plausible clean rows, with the end of the target
  /// range that is farther from the clean target where the region accepts it, else the other end, else the clean
  /// target.
  private func replacingImplausible(
    _ poison: RegressionData, region: PlausibleRegion, _ scenario: PoisoningScenario,
    using random: inout RandomStream
  ) -> RegressionData {
    var result = poison
    let clean = scenario.training
    let plausible = (0..<clean.count).filter { row in
      clean.features.withRow(row) {
        region.contains($0, target: clean.target[row]) && scenario.feasible.contains($0)
      }
    }
    guard !plausible.isEmpty else { return result }
    for row in 0..<poison.count {
      let legal = poison.features.withRow(row) { region.contains($0, target: poison.target[row]) }
      guard !legal else { continue }
      let source = plausible[random.integer(below: plausible.count)]
      result.features.setRow(row, clean.features.row(source))
      let ends = [region.targets.lowerBound, region.targets.upperBound].sorted {
        abs($0 - clean.target[source]) > abs($1 - clean.target[source])
      }
      let accepted = clean.features.withRow(source) { features in
        ends.first { region.contains(features, target: $0) }
      }
      result.target[row] = accepted ?? clean.target[source]
    }
    return result
  }
}
