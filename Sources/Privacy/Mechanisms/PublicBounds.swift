public import Learning
import LinearAlgebra

/// What is known of every row without a look at the private data. Rows and targets beyond it are moved inside, so
/// that a wrong bound costs accuracy and never privacy.
public struct PublicBounds: Sendable, Hashable, Codable {
  /// Largest Euclidean norm of a row of features.
  public var norm: Double
  /// Largest sum of magnitudes of a row of features; nil for what the norm allows.
  public var magnitude: Double?
  /// Range of the target; nil for classes.
  public var target: ClosedRange<Double>?

  /// Bounds of rows, and of a target that is a number.
  public init(norm: Double, magnitude: Double? = nil, target: ClosedRange<Double>? = nil) {
    self.norm = norm
    self.magnitude = magnitude
    self.target = target
  }

  /// The bounds of rows in which each of `columns` columns of a table gives one number from −1 to 1 or the indicators
  /// of one category.
  public init(columns: Int, target: ClosedRange<Double>? = nil) {
    self.init(norm: Double(columns).squareRoot(), magnitude: Double(columns), target: target)
  }

  /// - Throws: ``PrivacyError/outOfRange(name:value:range:)``.
  func check(target needed: Bool) throws(PrivacyError) {
    guard norm > 0, norm.isFinite else {
      throw .outOfRange(name: "the bound on the norm", value: norm, range: "0<..")
    }
    if let magnitude, !(magnitude > 0 && magnitude.isFinite) {
      throw .outOfRange(name: "the bound on the sum of magnitudes", value: magnitude, range: "0<..")
    }
    guard needed else { return }
    guard let target else { throw .missingBound("the range of the target") }
    let width = target.upperBound - target.lowerBound
    guard width > 0, width.isFinite else {
      throw .outOfRange(name: "the width of the target's range", value: width, range: "0<..")
    }
  }

  /// The bounds in words.
  var sentences: [String] {
    ["rows of features have a norm of at most \(norm)"]
      + (magnitude.map { ["and a sum of magnitudes of at most \($0)"] } ?? [])
      + (target.map { ["the target lies in \($0.lowerBound)...\($0.upperBound)"] } ?? [])
  }
}

/// Rows within public bounds, scaled to a norm of at most 1.
struct BoundedRows {
  /// One row per example, with a constant behind the features where there is an intercept.
  private(set) var matrix: Matrix
  /// By what the features were divided.
  let scale: Double
  /// The constant; nil without an intercept.
  let constant: Double?
  /// Largest sum of magnitudes of a row of ``matrix``.
  let magnitude: Double

  /// Rounding may take a row over its bound by this share.
  private static let slack = 1 + 1e-12

  /// Shortens rows beyond the bounds and scales all of them. With an intercept the constant is as large as the bound
  /// on the norm, so that features and constant have equal room.
  ///
  /// - Throws: `LearningError.featureNotFinite(row:column:)`.
  init(_ features: Matrix, bounds: PublicBounds, hasIntercept: Bool) throws(LearningError) {
    let (rows, columns) = (features.rows, features.columns)
    let share = hasIntercept ? 0.5.squareRoot() : 1
    scale = bounds.norm * Self.slack / share
    constant = hasIntercept ? share / Self.slack : nil
    let width = columns + (hasIntercept ? 1 : 0)
    let largest = min(bounds.magnitude ?? .infinity, bounds.norm * Double(columns).squareRoot())
    magnitude = largest / scale * Self.slack + (constant ?? 0)
    var matrix = Matrix(rows: rows, columns: width)
    for row in 0..<rows {
      let values = features.row(row)
      if let column = values.firstIndex(where: { !$0.isFinite }) {
        throw .featureNotFinite(row: row, column: column)
      }
      let sum = values.reduce(0) { $0 + abs($1) }
      var factor = 1.0
      let norm = norm2(values)
      if norm > bounds.norm { factor = bounds.norm / norm }
      if sum * factor > largest { factor = largest / sum }
      for column in 0..<columns { matrix[row, column] = values[column] * factor / scale }
      if let constant { matrix[row, columns] = constant }
    }
    self.matrix = matrix
  }

  /// The rows with the sum of magnitudes of some columns, in the unit of the features, at most `sum`.
  func limiting(_ columns: [Int], sum: Double) -> BoundedRows {
    var result = self
    let limit = sum / scale
    for row in 0..<matrix.rows {
      let own = columns.reduce(0) { $0 + abs(matrix[row, $1]) }
      guard own > limit else { continue }
      for column in columns { result.matrix[row, column] *= limit / own }
    }
    return result
  }

  /// Weights and intercept for the features as they were given.
  func unscaled(_ weights: [Double]) -> (weights: [Double], intercept: Double) {
    guard let constant else { return (weights.map { $0 / scale }, 0) }
    return (weights.dropLast().map { $0 / scale }, (weights.last ?? 0) * constant)
  }
}

/// A model with the guarantee under which it was trained.
public struct PrivateFit<Model: Sendable>: Sendable {
  /// The model.
  public let model: Model
  /// The guarantee.
  public let privacy: PrivacyStatement

  /// A model with its guarantee.
  public init(model: Model, privacy: PrivacyStatement) {
    self.model = model
    self.privacy = privacy
  }
}

/// Checks numbers that all mechanisms have.
///
/// - Throws: ``PrivacyError/outOfRange(name:value:range:)``.
func checkBudget(epsilon: Double, delta: Double? = nil) throws(PrivacyError) {
  guard epsilon >= 1e-4, epsilon <= 1e4 else {
    throw .outOfRange(name: "epsilon", value: epsilon, range: "1e-4...1e4")
  }
  if let delta, !(delta > 0 && delta < 1) {
    throw .outOfRange(name: "delta", value: delta, range: "0<..<1")
  }
}

/// Checks a budget with a `delta`, which must be less than one in the rows: with as much, a mechanism may publish one of
/// them as it is and keep its promise.
///
/// - Parameter publicRows: a public number of rows, since the true one is private.
/// - Throws: ``PrivacyError/outOfRange(name:value:range:)``.
func checkBudget(epsilon: Double, delta: Double, publicRows: Int) throws(PrivacyError) {
  try checkBudget(epsilon: epsilon, delta: delta)
  guard publicRows >= 1 else {
    throw .outOfRange(name: "the public number of rows", value: Double(publicRows), range: "1...")
  }
  guard delta * Double(publicRows) < 1 else {
    throw .outOfRange(
      name: "delta", value: delta, range: "0<..<1/\(publicRows), less than one in the public rows")
  }
}
