public import Learning
import LinearAlgebra
import Methods
public import Querying
import Tabular

/// The confidence of a model in one class, and where it rises: all that the reconstruction of a class needs.
public protocol ClassSurface: Sendable {
  /// Number of features.
  var featureCount: Int { get }
  /// The probability of the class at a point, and its derivative by every feature.
  ///
  /// - Throws: errors of the model.
  func confidence(of label: Int, at point: [Double]) async throws -> (value: Double, gradient: [Double])
  /// The probabilities of all classes for a row in the units of the columns.
  ///
  /// - Throws: errors of the model.
  func probabilities(_ row: [Double]) async throws -> [Double]
}

/// A softmax regression or a network that the attacker holds; gradients are exact.
public struct HeldSurface: ClassSurface {
  private let model: FittedModel

  /// The surface of a model; nil for one without gradients.
  public init?(_ model: FittedModel) {
    switch model {
    case .linearClassifier(let linear) where linear.link == .logistic || linear.link == .softmax:
      self.model = model
    case .networkClassifier: self.model = model
    default: return nil
    }
  }

  public var featureCount: Int { model.featureCount }

  public func probabilities(_ row: [Double]) async throws -> [Double] {
    model.classifier?.probabilities(Matrix([row])).row(0) ?? []
  }

  public func confidence(of label: Int, at point: [Double]) async throws -> (
    value: Double, gradient: [Double]
  ) {
    let row = Matrix(rows: 1, columns: point.count, elements: point)
    switch model {
    case .networkClassifier(let network):
      let value = network.probabilities(row)[0, label]
      let gradient = network.inputGradient(row, logProbabilityOf: [label]).row(0)
      return (value, gradient.map { $0 * value })
    case .linearClassifier(let linear):
      let probabilities = linear.probabilities(row).row(0)
      let value = probabilities[label]
      if linear.link == .logistic {
        let sign = label == 1 ? 1.0 : -1.0
        return (value, linear.weights.row(0).map { sign * $0 * value * (1 - value) })
      }
      var mean = [Double](repeating: 0, count: point.count)
      for (index, share) in probabilities.enumerated() {
        linear.weights.withRow(index) { axpy(share, $0, into: &mean) }
      }
      return (value, zip(linear.weights.row(label), mean).map { value * ($0 - $1) })
    default: return (0, point.map { _ in 0 })
    }
  }
}

/// A model that is asked: gradients are differences, one query per feature and one for the point.
///
/// No query leaves the range of the features: near its upper end a difference is taken downwards, and one that fits neither
/// way is made as long as fits. In a column that takes whole numbers only the difference is one of 1.
public struct AskedSurface: ClassSurface {
  private let session: QuerySession
  private let difference: Double
  private let range: ClosedRange<Double>
  private let unit: UnitBox?

  /// The surface of a model that gives the probabilities of all classes.
  ///
  /// - Parameters:
  ///   - difference: the step of a difference.
  ///   - range: of all features.
  ///   - unit: the box that points between 0 and 1 stand for; nil if points are queries as they are.
  public init(
    _ session: QuerySession, difference: Double = 0.05, range: ClosedRange<Double> = 0...1,
    unit: UnitBox? = nil
  ) {
    self.session = session
    self.difference = difference
    self.range = range
    self.unit = unit
  }

  public var featureCount: Int { session.schema.inputs.count }

  public func probabilities(_ row: [Double]) async throws -> [Double] {
    let probabilities = try await session.ask(Matrix([row])).first?.probabilities ?? []
    guard probabilities.count == session.schema.classCount else { throw Self.noProbabilities }
    return probabilities
  }

  private static var noProbabilities: InversionError {
    .missing(method: "the reconstruction of a class", need: "the probabilities of all classes")
  }

  public func confidence(of label: Int, at point: [Double]) async throws -> (
    value: Double, gradient: [Double]
  ) {
    var rows = Matrix([[Double]](repeating: point, count: point.count + 1))
    var steps = point.map(step)
    for feature in point.indices { rows[feature + 1, feature] += steps[feature] }
    if let unit { for row in 0..<rows.rows { rows.setRow(row, unit.natural(rows.row(row))) } }
    for (feature, input) in session.schema.inputs.enumerated() where input.isWhole {
      let base = input.feasible(rows[0, feature])
      var other = base + 1
      if case .number(_, let upper) = input.kind, other > upper { other = base - 1 }
      for row in 0..<rows.rows { rows[row, feature] = base }
      rows[feature + 1, feature] = other
      steps[feature] = (other - base) / max(unit?.ranges[feature] ?? 1, .leastNormalMagnitude)
    }
    let answers = try await session.ask(rows)
    guard answers.allSatisfy({ $0.probabilities.count > label }) else { throw Self.noProbabilities }
    let values = answers.map { $0.probabilities[label] }
    return (values[0], zip(values.dropFirst(), steps).map { ($0 - values[0]) / $1 })
  }

  /// The step from a value of a feature that stays within the range.
  private func step(_ value: Double) -> Double {
    let (above, below) = (range.upperBound - value, value - range.lowerBound)
    if above >= difference || above >= below { return min(difference, above) }
    return -min(difference, below)
  }
}

/// The bounds of columns, within which points are given between 0 and 1, so that one step suits all.
public struct UnitBox: Sendable, Hashable {
  private let lower: [Double]
  /// The distance of the bounds of every column.
  let ranges: [Double]

  /// A box of bounds.
  public init(lower: [Double], upper: [Double]) {
    precondition(lower.count == upper.count, "one pair of bounds per column")
    self.lower = lower
    ranges = zip(lower, upper).map { $1 - $0 }
  }

  /// Number of columns.
  public var count: Int { lower.count }

  /// The point in the units of the columns.
  public func natural(_ point: [Double]) -> [Double] {
    point.indices.map { lower[$0] + ranges[$0] * point[$0] }
  }

  /// A row in the units of the columns as a point; 0 in a column without a range.
  public func point(_ row: [Double]) -> [Double] {
    row.indices.map { ranges[$0] > 0 ? (row[$0] - lower[$0]) / ranges[$0] : 0 }
  }
}
