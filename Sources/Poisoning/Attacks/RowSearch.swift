import Learning
import LinearAlgebra
import Tabular

/// The search for the best place of one poison row while all others stay, see ``RowAscent``.
struct RowSearch {
  private(set) var features: [Double]
  private(set) var target: Double

  /// What the objective sees of a row.
  private struct Forms {
    /// `x̃ᵀθ₋`.
    var prediction: Double
    /// `x̃ᵀP₋x̃`.
    var leverage: Double
    /// `x̃ᵀu₋`.
    var influence: Double
    /// Prediction of the model that bounds the target, when there is one.
    var anchor: Double

    /// Growth of the objective's tangent when the row enters with this target.
    func gain(_ target: Double) -> Double { (target - prediction) / (1 + leverage) * influence }
  }

  /// A change of one coordinate, or of two levels of one group, with everything that follows from it.
  private struct Move {
    var first: (column: Int, by: Double)
    var second: (column: Int, by: Double)?
    var forms: Forms
    var target: Double
    var gain: Double
    var place: PlausibleRegion.Place?
  }

  private let removal: Removal
  private let limits: RowAscent.Limits
  private let anchorWeights: [Double]?
  /// `P₋x̃` of the row as it stands.
  private var direction: [Double]
  private var forms: Forms
  private var place: PlausibleRegion.Place?
  private var gain: Double

  init(features: [Double], target: Double, removal: Removal, limits: RowAscent.Limits) {
    self.features = features
    self.target = target
    self.removal = removal
    self.limits = limits
    direction = removal.direction.map { $0 * removal.scale }
    var anchor = 0.0
    if case .around(let model, _, _) = limits.targets {
      anchor = dot(model.weights, features) + model.intercept
      anchorWeights = model.weights
    } else {
      anchorWeights = nil
    }
    forms = Forms(
      prediction: extendedDot(removal.parameters, features), leverage: extendedDot(direction, features),
      influence: extendedDot(removal.influence, features), anchor: anchor)
    place = limits.region.map { $0.place(of: features) }
    gain = forms.gain(target)
  }

  /// Passes over all coordinates until none improves, three passes at most; says whether anything moved.
  mutating func run(inverse: UnsafeBufferPointer<Double>) -> Bool {
    leaveForbiddenGround()
    let start = (features: features, target: target)
    for _ in 0..<3 {
      var moved = moveTarget()
      for group in limits.feasible.groups where moveGroup(group, inverse) { moved = true }
      for column in limits.feasible.numeric where moveNumber(column, inverse) { moved = true }
      if !moved { break }
    }
    return features != start.features || target != start.target
  }

  /// A row outside its limits counts as the worst, so that the first legal move is taken.
  private mutating func leaveForbiddenGround() {
    let (low, high) = targetEnds(forms)
    let outside = target < low || target > high
    let implausible = place.map { place in limits.region.map { !$0.contains(place, target: target) } ?? false
    }
    if outside || implausible == true { gain = -.infinity }
  }

  /// The gain is linear in the target, so an end of its interval is best.
  private func targetEnds(_ forms: Forms) -> (Double, Double) {
    switch limits.targets {
    case .fixed(let range): return (range.lowerBound, range.upperBound)
    case .around(_, let distance, let range):
      let low = min(max(forms.anchor - distance, range.lowerBound), range.upperBound)
      return (low, min(max(forms.anchor + distance, range.lowerBound), range.upperBound))
    }
  }

  private mutating func moveTarget() -> Bool {
    guard limits.movesTarget else { return false }
    let (low, high) = targetEnds(forms)
    var moved = false
    for candidate in [low, high] where candidate != target && isAllowed(place, candidate) {
      let reached = forms.gain(candidate)
      if reached > gain + margin { (gain, target, moved) = (reached, candidate, true) }
    }
    return moved
  }

  private func isAllowed(_ place: PlausibleRegion.Place?, _ target: Double) -> Bool {
    guard let place, let region = limits.region else { return true }
    return region.contains(place, target: target)
  }

  /// The least gain that counts as one.
  private var margin: Double { gain.isFinite ? 1e-12 + 1e-9 * abs(gain) : 0 }

  /// Moves a level to another, or takes or drops one where the group allows it.
  private mutating func moveGroup(
    _ group: FeasibleSet.Group, _ inverse: UnsafeBufferPointer<Double>
  ) -> Bool {
    let taken = group.columns.filter { features[$0] == 1 }
    var best: Move?
    for current in taken {
      for column in group.columns where features[column] == 0 {
        consider((column, 1), (current, -1), inverse, &best)
      }
      if taken.count > group.levels.lowerBound { consider((current, -1), nil, inverse, &best) }
    }
    if taken.count < group.levels.upperBound {
      for column in group.columns where features[column] == 0 { consider((column, 1), nil, inverse, &best) }
    }
    return accept(best, inverse)
  }

  private mutating func moveNumber(_ column: Int, _ inverse: UnsafeBufferPointer<Double>) -> Bool {
    var best: Move?
    for bound in [limits.feasible.space.lower[column], limits.feasible.space.upper[column]]
    where bound != features[column] {
      consider((column, bound - features[column]), nil, inverse, &best)
    }
    return accept(best, inverse)
  }

  /// `P₋` at two columns.
  private func inverseLeft(_ row: Int, _ column: Int, _ inverse: UnsafeBufferPointer<Double>) -> Double {
    inverse[row * direction.count + column]
      + removal.scale * removal.direction[row] * removal.direction[column]
  }

  private func consider(
    _ first: (column: Int, by: Double), _ second: (column: Int, by: Double)?,
    _ inverse: UnsafeBufferPointer<Double>, _ best: inout Move?
  ) {
    var moved = forms
    shift(&moved, first, inverse)
    if let second {
      shift(&moved, second, inverse)
      moved.leverage += 2 * first.by * second.by * inverseLeft(first.column, second.column, inverse)
    }
    var movedPlace: PlausibleRegion.Place?
    if let place, let region = limits.region {
      movedPlace = region.moved(place, features, first)
      if let second, let once = movedPlace { movedPlace = region.moved(once, features, second) }
    }
    let (low, high) = limits.movesTarget ? targetEnds(moved) : (target, target)
    for candidate in [low, high] {
      let reached = moved.gain(candidate)
      guard reached > best?.gain ?? (gain + margin), isAllowed(movedPlace, candidate) else { continue }
      best = Move(
        first: first, second: second, forms: moved, target: candidate, gain: reached, place: movedPlace)
    }
  }

  private func shift(
    _ forms: inout Forms, _ change: (column: Int, by: Double), _ inverse: UnsafeBufferPointer<Double>
  ) {
    let (column, by) = change
    forms.prediction += by * removal.parameters[column]
    forms.influence += by * removal.influence[column]
    forms.leverage += by * (2 * direction[column] + by * inverseLeft(column, column, inverse))
    if let anchorWeights { forms.anchor += by * anchorWeights[column] }
  }

  private mutating func accept(_ move: Move?, _ inverse: UnsafeBufferPointer<Double>) -> Bool {
    guard let move else { return false }
    for (column, by) in [move.first, move.second].compactMap({ $0 }) {
      features[column] += by
      let row = column * direction.count..<(column + 1) * direction.count
      axpy(by, UnsafeBufferPointer(rebasing: inverse[row]), into: &direction)
      axpy(by * removal.scale * removal.direction[column], removal.direction, into: &direction)
    }
    (forms, target, gain, place) = (move.forms, move.target, move.gain, move.place)
    return true
  }
}
