public import Learning
public import LinearAlgebra
import Tabular

/// Where an optimised attack starts: clean rows with a contradicting target.
///
/// - Source: Jagielski et al. (2018), section IV-A (`InvFlip`, `BFlip`), and the authors' released code for
///   the others.
public enum PoisonStart: String, Sendable, Hashable, Codable, CaseIterable {
  /// Random clean rows, target mirrored in its range.
  case invFlip = "inv-flip"
  /// Random clean rows, target moved to the farther end of its range.
  case bFlip = "b-flip"
  /// Clean rows drawn in proportion to leverage and extremity of the target, target flipped to the far end.
  case influence
  /// Clean rows drawn in proportion to leverage, target flipped to the far end.
  case leverage
  /// Clean rows drawn in proportion to Cook's distance, target flipped to the far end.
  case cook
  /// The clean rows with the largest squared residual, target flipped to the far end.
  case residual
  /// Targets tilted towards a random hyperplane (`alfatilt` of the released code).
  case tilt
  /// Corners of the feature box as in ``StatP``, target opposite to the prediction.
  case corners

  /// Draws `count` rows of the attacker's clean data, with repetition where there are too few, and changes their
  /// targets. Features lie in their ranges; groups of indicators are as the clean rows have them.
  ///
  /// - Throws: ``PoisoningError/tooFewRows(method:needed:found:)`` without clean rows, and errors of the victim.
  public func draw(
    _ scenario: PoisoningScenario, count: Int, using random: inout RandomStream
  ) throws -> RegressionData {
    let clean = scenario.training
    guard clean.count > 0 else {
      throw PoisoningError.tooFewRows(method: "a poisoning attack", needed: 1, found: 0)
    }
    let range = scenario.targetRange
    func mirrored(_ y: Double) -> Double {
      min(max(range.lowerBound + range.upperBound - y, range.lowerBound), range.upperBound)
    }
    func farEnd(_ y: Double) -> Double {
      y - range.lowerBound < range.upperBound - y ? range.upperBound : range.lowerBound
    }
    if self == .corners { return try StatP().poison(scenario, count: count, using: &random) }
    let weights = try weights(scenario, using: &random)
    let chosen = pick(count, of: clean.count, weights: weights, using: &random)
    var result = clean.rows(at: chosen)
    result.weights = nil
    result.target = result.target.map(self == .invFlip ? mirrored : farEnd)
    if self != .invFlip || scenario.space.numeric.count < scenario.space.count {
      for row in 0..<count {
        var values = result.features.row(row)
        scenario.space.clip(&values)
        result.features.setRow(row, values)
      }
    }
    return result
  }

  /// Probability weight of every clean row; nil means that all are alike.
  private func weights(
    _ scenario: PoisoningScenario, using random: inout RandomStream
  ) throws -> [Double]? {
    let clean = scenario.training
    let range = scenario.targetRange
    let (middle, width) = (
      (range.lowerBound + range.upperBound) / 2, max(range.upperBound - range.lowerBound, 1e-300)
    )
    let shares = RangeShares(scenario.space, movesZero: scenario.victim.hasIntercept)
    switch self {
    case .invFlip, .bFlip, .corners: return nil
    case .influence:
      let hat = try HatMatrix(shares.data(clean))
      return zip(hat.rowSums, clean.target).map { abs($0 * (0.5 + abs($1 - middle) / width)) }
    case .leverage: return try HatMatrix(shares.data(clean)).diagonal
    case .cook, .residual:
      let model = try scenario.victim.fit(clean)
      let residuals = zip(model.predict(clean.features), clean.target).map { $1 - $0 }
      if self == .residual { return residuals.map { $0 * $0 } }
      return zip(try HatMatrix(shares.data(clean)).diagonal, residuals).map { h, r in
        r * r * h / max((1 - h) * (1 - h), 1e-12)
      }
    case .tilt:
      let direction = (0..<clean.features.columns).map { _ in random.uniform(-1, 1) }
      let projections = shares.data(clean).features.times(direction)
      let sorted = projections.sorted()
      let median = quantile(sorted, 0.5)
      return zip(projections, clean.target).map { projection, y in
        (projection > median) == (y < middle) ? abs(projection - median) + 1e-9 : 1e-9
      }
    }
  }

  private func pick(
    _ count: Int, of total: Int, weights: [Double]?, using random: inout RandomStream
  ) -> [Int] {
    guard let weights, weights.reduce(0, +) > 0 else {
      var result = [Int]()
      while result.count < count {
        result += random.permutation(total).prefix(count - result.count)
      }
      return result
    }
    if self == .residual {
      let order = weights.indices.sorted { (weights[$0], $1) > (weights[$1], $0) }
      return (0..<count).map { order[$0 % order.count] }
    }
    return random.weightedChoiceWithReplacement(count, weights: weights.map { max($0, 0) })
  }
}

/// The projection `H = X(XᵀX + 0.01·I)⁻¹Xᵀ` onto the clean rows, in shares of the ranges, as far as initialisations
/// need it.
struct HatMatrix {
  /// `Hᵢᵢ`, the leverage of every row.
  let diagonal: [Double]
  /// `Σⱼ Hᵢⱼ`.
  let rowSums: [Double]

  init(_ data: RegressionData) throws {
    var gram = data.features.gram()
    gram.addToDiagonal(0.01)
    let factor = try Cholesky(gram)
    let solved = factor.solve(rowsOf: data.features)
    diagonal = (0..<data.count).map { row in
      solved.withRow(row) { left in data.features.withRow(row) { dot(left, $0) } }
    }
    let sums = data.features.transposedTimes([Double](repeating: 1, count: data.count))
    rowSums = solved.times(sums)
  }
}
