public import Learning
import LinearAlgebra
public import Querying

/// The confidence of a model in one class, and where it rises: all that the reconstruction of a class needs.
public protocol ClassSurface: Sendable {
  /// Number of features.
  var featureCount: Int { get }
  /// The probability of the class at a point, and its derivative by every feature.
  ///
  /// - Throws: errors of the model.
  func confidence(of label: Int, at point: [Double]) async throws -> (value: Double, gradient: [Double])
}

/// A softmax regression or a network that the attacker holds; gradients are exact.
public struct HeldSurface: ClassSurface {
  private let model: FittedModel

  /// The surface of a model; nil for one without gradients.
  public init?(_ model: FittedModel) {
    switch model {
    case .linearClassifier(let linear) where linear.link != .oneVsRest: self.model = model
    case .networkClassifier: self.model = model
    default: return nil
    }
  }

  public var featureCount: Int { model.featureCount }

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
public struct AskedSurface: ClassSurface {
  private let session: QuerySession
  /// The step of a difference.
  private let difference: Double

  /// The surface of a model that gives the probabilities of all classes.
  public init(_ session: QuerySession, difference: Double = 0.05) {
    self.session = session
    self.difference = difference
  }

  public var featureCount: Int { session.schema.inputs.count }

  public func confidence(of label: Int, at point: [Double]) async throws -> (
    value: Double, gradient: [Double]
  ) {
    var rows = Matrix([[Double]](repeating: point, count: point.count + 1))
    for feature in point.indices { rows[feature + 1, feature] += difference }
    let answers = try await session.ask(rows)
    guard answers.allSatisfy({ $0.probabilities.count > label }) else {
      throw InversionError.missing(method: MIFace.card.id, need: "the probabilities of all classes")
    }
    let values = answers.map { $0.probabilities[label] }
    return (values[0], values.dropFirst().map { ($0 - values[0]) / difference })
  }
}
