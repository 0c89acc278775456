import LinearAlgebra

/// `½ Σ u r²` as a function of the weights, as ``CoordinateDescent`` changes them one by one.
protocol QuadraticLoss {
  /// The products of every feature with the target.
  var cross: [Double] { get }
  /// `Σ u y²`.
  var targetScatter: Double { get }
  /// `cross` less the products of the features with the fitted values, as of the last ``refresh()`` or ``set(_:)``.
  var gradient: [Double] { get }
  /// Most weights for whose features a direct solution is worth its cost.
  var directLimit: Int { get }
  /// `Σ u x²` of a feature.
  func curvature(_ index: Int) -> Double
  /// The gradient of one feature, as of now.
  func derivative(_ index: Int) -> Double
  /// Notes that a weight grew by `step`.
  mutating func change(_ index: Int, by step: Double)
  /// Brings ``gradient`` up to date with all changes.
  mutating func refresh()
  /// Begins again from other weights.
  mutating func set(_ weights: [Double])
  /// The products of some features with one another.
  func gram(_ features: [Int]) -> Matrix
  /// `Σ u r²` at the weights that were set or changed last.
  func squaredError(_ weights: [Double]) -> Double
}

/// The loss from the moments of the rows: a change of a weight costs as much as there are features, whatever the rows.
struct MomentLoss: QuadraticLoss {
  let cross: [Double]
  let targetScatter: Double
  private(set) var gradient: [Double]
  private let scatter: Matrix

  /// The loss at zero weights; features are divided by `scales` when given.
  init(_ moments: Moments, scales: [Double]?) {
    targetScatter = moments.targetScatter
    if let scales {
      let inverse = scales.map { 1 / $0 }
      var scaled = moments.scatter
      let order = scales.count
      scaled.withMutableElements { values in
        for row in 0..<order {
          for column in 0..<order { values[row * order + column] *= inverse[row] * inverse[column] }
        }
      }
      scatter = scaled
      cross = zip(moments.crossProducts, inverse).map { $0 * $1 }
    } else {
      scatter = moments.scatter
      cross = moments.crossProducts
    }
    gradient = cross
  }

  var directLimit: Int { .max }

  func curvature(_ index: Int) -> Double { scatter[index, index] }

  func derivative(_ index: Int) -> Double { gradient[index] }

  mutating func change(_ index: Int, by step: Double) {
    scatter.withRow(index) { axpy(-step, $0, into: &gradient) }
  }

  func refresh() {}

  mutating func set(_ weights: [Double]) {
    gradient = cross
    for index in weights.indices where weights[index] != 0 {
      scatter.withRow(index) { axpy(-weights[index], $0, into: &gradient) }
    }
  }

  func gram(_ features: [Int]) -> Matrix { scatter.principal(features) }

  func squaredError(_ weights: [Double]) -> Double {
    Swift.max(targetScatter - dot(cross, weights) - dot(gradient, weights), 0)
  }
}

/// The loss from few rows of many features: a change of a weight costs as much as there are rows, and no products of
/// features with one another are kept.
struct RowLoss: QuadraticLoss {
  let cross: [Double]
  let targetScatter: Double
  private(set) var gradient: [Double]
  /// One feature a row.
  private let features: Matrix
  private let target: [Double]
  private let curvatures: [Double]
  private var residual: [Double]

  /// The loss at zero weights; features are divided by `scales` when given.
  init(_ problem: WideProblem, scales: [Double]?) {
    var features = problem.rows.transposed()
    let length = features.columns
    if let scales {
      features.withMutableElements { values in
        for row in scales.indices { for place in 0..<length { values[row * length + place] /= scales[row] } }
      }
    }
    self.features = features
    target = problem.target
    targetScatter = dot(target, target)
    curvatures = (0..<features.rows).map { features.withRow($0) { dot($0, $0) } }
    cross = features.times(target)
    gradient = cross
    residual = target
  }

  /// Beyond the number of rows features are dependent.
  var directLimit: Int { 2 * target.count }

  func curvature(_ index: Int) -> Double { curvatures[index] }

  func derivative(_ index: Int) -> Double { features.withRow(index) { dot($0, residual) } }

  mutating func change(_ index: Int, by step: Double) {
    features.withRow(index) { axpy(-step, $0, into: &residual) }
  }

  mutating func refresh() { gradient = features.times(residual) }

  mutating func set(_ weights: [Double]) {
    residual = target
    for index in weights.indices where weights[index] != 0 {
      features.withRow(index) { axpy(-weights[index], $0, into: &residual) }
    }
    refresh()
  }

  func gram(_ indices: [Int]) -> Matrix {
    let chosen = features.rows(at: indices)
    return chosen.timesTransposed(chosen)
  }

  func squaredError(_ weights: [Double]) -> Double { dot(residual, residual) }
}
