import Learning
import LinearAlgebra
import Tabular

/// Coordinate ascent over poison rows with the exact effect of every change on the victim's parameters.
///
/// With the other rows fixed, the victim's parameters after a row `(x, y)` joins are
/// `θ = θ₋ + k·P₋x̃`, `k = (y − x̃ᵀθ₋) / (1 + x̃ᵀP₋x̃)`, where `P₋` is the inverse of the Hessian without the
/// row. The tangent of the attacker's objective therefore gains `k·x̃ᵀu₋` with `u₋ = P₋g`: a row acts through
/// its prediction `x̃ᵀθ₋`, its leverage `x̃ᵀP₋x̃` and its influence `x̃ᵀu₋`. Moving a row from one level of a
/// one-hot group to another, or a number to its bound, changes these three forms in O(1); a sweep over all
/// coordinates of a row costs O(*d*), an accepted change O(*d*²).
struct RowAscent {
  /// The quadratic problem that stands for the victim's training.
  struct Problem {
    /// Hessian of the victim's loss `Σ r² / 2 + …` with respect to `(w, b)`.
    var hessian: Matrix
    /// The victim's parameters `(w, b)`.
    var parameters: [Double]
    /// Gradient `g` of the attacker's objective at these parameters.
    var gradient: [Double]
  }

  /// Limits on the rows that may be made.
  struct Limits {
    var feasible: FeasibleSet
    /// Whether targets move to the ends of their interval or stay where they are.
    var movesTarget: Bool
    var targets: TargetInterval
    var region: PlausibleRegion?
  }

  /// Where the target of a row may lie.
  enum TargetInterval {
    /// The same interval for every row.
    case fixed(ClosedRange<Double>)
    /// Within a distance of the prediction of a model, cut to a range: what a trimming defender keeps.
    case around(LinearModel, distance: Double, within: ClosedRange<Double>)
  }

  let limits: Limits
  let order: Int
  private(set) var inverse: [Double]
  private(set) var parameters: [Double]
  private var influence: [Double]

  /// Factorises the problem once; every later change is a rank-one update.
  init(_ problem: Problem, limits: Limits) throws {
    self.limits = limits
    order = problem.parameters.count
    let inverseMatrix = try Cholesky(problem.hessian).inverse()
    parameters = problem.parameters
    influence = inverseMatrix.times(problem.gradient)
    inverse = inverseMatrix.elements
  }

  /// One pass over the given rows of `poison`, each moved to its best place with the others fixed.
  ///
  /// - Returns: the rows that changed.
  mutating func sweep(_ poison: inout RegressionData, rows: [Int]) -> [Int] {
    rows.filter { improve($0, of: &poison) }
  }

  private mutating func improve(_ row: Int, of poison: inout RegressionData) -> Bool {
    let (features, target) = (poison.features.row(row), poison.target[row])
    let removal = removal(features, target)
    var search = RowSearch(features: features, target: target, removal: removal, limits: limits)
    guard inverse.withUnsafeBufferPointer({ search.run(inverse: $0) }) else { return false }
    poison.features.setRow(row, search.features)
    poison.target[row] = search.target
    addOuter(removal.scale, removal.direction)
    (parameters, influence) = (removal.parameters, removal.influence)
    insert(search.features, search.target)
    return true
  }

  /// `P x̃` for a sparse row.
  private func direction(_ features: [Double]) -> [Double] {
    var result = Array(inverse[(order - 1) * order..<order * order])
    inverse.withUnsafeBufferPointer { inverse in
      for column in features.indices where features[column] != 0 {
        let row = UnsafeBufferPointer(rebasing: inverse[column * order..<(column + 1) * order])
        axpy(features[column], row, into: &result)
      }
    }
    return result
  }

  /// What the forms become when a row leaves the training set.
  private func removal(_ features: [Double], _ target: Double) -> Removal {
    let v = direction(features)
    let leverage = min(extendedDot(v, features), 1 - 1e-9)
    let scale = 1 / (1 - leverage)
    var (left, leftInfluence) = (parameters, influence)
    axpy(-(target - extendedDot(parameters, features)) * scale, v, into: &left)
    axpy(scale * extendedDot(influence, features), v, into: &leftInfluence)
    return Removal(direction: v, scale: scale, parameters: left, influence: leftInfluence)
  }

  private mutating func insert(_ features: [Double], _ target: Double) {
    let v = direction(features)
    let scale = 1 / (1 + extendedDot(v, features))
    axpy((target - extendedDot(parameters, features)) * scale, v, into: &parameters)
    axpy(-scale * extendedDot(influence, features), v, into: &influence)
    addOuter(-scale, v)
  }

  /// `P += factor · v vᵀ`.
  private mutating func addOuter(_ factor: Double, _ v: [Double]) {
    let size = order
    inverse.withUnsafeMutableBufferPointer { inverse in
      v.withUnsafeBufferPointer { v in
        for row in 0..<size {
          let scaled = factor * v[row]
          for column in 0..<size { inverse[row * size + column] += scaled * v[column] }
        }
      }
    }
  }
}

/// `x̃ᵀv` with `x̃ = (x, 1)`, for a row with few non-zero features.
func extendedDot(_ vector: [Double], _ features: [Double]) -> Double {
  var sum = vector[features.count]
  for column in features.indices where features[column] != 0 { sum += features[column] * vector[column] }
  return sum
}

/// The training set without one row, as far as the row's own search needs it.
struct Removal {
  /// `P x̃` of the row that left.
  let direction: [Double]
  /// `1 / (1 − x̃ᵀPx̃)`, so that `P₋ = P + scale · (Px̃)(Px̃)ᵀ`.
  let scale: Double
  /// `θ₋`.
  let parameters: [Double]
  /// `u₋ = P₋g`.
  let influence: [Double]
}
