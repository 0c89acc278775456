import LinearAlgebra

/// What the logistic learners share: checks, weights of rows and classes, and the warnings of a fit.
struct LogisticProblem {
  let data: ClassificationData
  /// Sample weights times class weights; nil if all are one.
  let weights: [Double]?
  /// Weight of every class.
  let classTotals: [Double]
  /// The classes that have weight, in order.
  let present: [Int]

  /// The intercept of classes without rows: their probability underflows to zero beside any other.
  static let absentIntercept = -10_000.0

  /// The classes without weight, in order.
  var absent: [Int] { classTotals.indices.filter { classTotals[$0] == 0 } }

  /// Checks data and settings.
  init(
    _ data: ClassificationData, method: String, classWeights: [Double], isBalanced: Bool,
    settings: LogisticSettings
  ) throws(LearningError) {
    try settings.check()
    precondition(data.labels.allSatisfy { $0 >= 0 && $0 < data.classCount }, "labels lie below classCount")
    precondition(data.labels.count == data.features.rows, "one label per row")
    guard data.count >= 2 else { throw .tooFewRows(method: method, needed: 2, found: data.count) }
    precondition(data.weights.map { $0.count == data.count } ?? true, "one weight per row")
    try checkRowWeights(data.weights)
    try data.features.checkMagnitudes()
    self.data = data
    let factors = try Self.classFactors(data, classWeights, isBalanced)
    if let factors {
      weights = data.labels.indices.map { (data.weights?[$0] ?? 1) * factors[data.labels[$0]] }
    } else {
      weights = data.weights
    }
    var totals = [Double](repeating: 0, count: data.classCount)
    for (row, label) in data.labels.enumerated() { totals[label] += weights?[row] ?? 1 }
    classTotals = totals
    present = totals.indices.filter { totals[$0] > 0 }
    guard present.count >= 2 else { throw .singleClass(method: method, label: present.first ?? 0) }
  }

  /// The factor of every class; nil if all are one.
  private static func classFactors(
    _ data: ClassificationData, _ given: [Double], _ isBalanced: Bool
  ) throws(LearningError) -> [Double]? {
    guard isBalanced || !given.isEmpty else { return nil }
    var factors = [Double](repeating: 1, count: data.classCount)
    if !given.isEmpty {
      guard given.count == data.classCount else {
        throw .parameterOutOfRange(
          name: "the number of class weights", value: Double(given.count), allowed: "\(data.classCount)")
      }
      if let wrong = given.first(where: { !($0 >= 0 && $0.isFinite) }) {
        throw .parameterOutOfRange(name: "class weight", value: wrong, allowed: "0...")
      }
      factors = given
    }
    guard isBalanced else { return factors }
    let balance = ClassificationData.balancedFactors(
      labels: data.labels, classCount: data.classCount, weights: data.weights)
    return zip(factors, balance).map { $0 * $1 }
  }

  /// Why a result is not finite.
  func fault() -> LearningError {
    do throws(LinearAlgebraError) {
      try data.features.checkFinite()
    } catch {
      if case .notFinite(let row, let column) = error { return .featureNotFinite(row: row, column: column) }
    }
    return .valuesTooLarge
  }

  /// The warnings of a solution; `margins` are computed only where separation is possible.
  func warnings(
    _ solution: LogisticSolver.Solution, penalty: Double, isSeparating: () -> Bool
  ) -> [ClassificationWarning] {
    if penalty == 0 {
      if isSeparating() { return [.separable(isComplete: true)] }
      if solution.lastStep > 1e-3 { return [.separable(isComplete: false)] }
    }
    guard !solution.isConverged else { return [] }
    return [.notConverged(iterations: solution.iterations, gradientNorm: solution.gradientNorm)]
  }
}

/// The settings that all logistic learners have.
struct LogisticSettings {
  let penalty: Double
  let tolerance: Double
  let maximumIterations: Int

  func check() throws(LearningError) {
    guard penalty >= 0, penalty.isFinite else {
      throw .parameterOutOfRange(name: "penalty", value: penalty, allowed: "0...")
    }
    guard tolerance > 0, tolerance < 1 else {
      throw .parameterOutOfRange(name: "gradientTolerance", value: tolerance, allowed: "0<..<1")
    }
    guard maximumIterations >= 1 else {
      throw .parameterOutOfRange(name: "maximumIterations", value: Double(maximumIterations), allowed: "1...")
    }
  }
}
