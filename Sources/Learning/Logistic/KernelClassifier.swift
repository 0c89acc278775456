public import LinearAlgebra

/// A classifier that is linear in the similarities of a row to stored rows, the representers:
///
/// ```
/// z = A k(x) + b,   k(x)ᵣ = exp(−gamma · ‖x − representerᵣ‖²)
/// ```
///
/// Unlike other models it holds rows of its training data, which can be read from it and, as Tramèr et al. show,
/// recovered from its answers.
public struct KernelClassifier: Classifier, Hashable, Codable {
  /// One stored row per representer.
  public let representers: Matrix
  /// Inverse squared width of the kernel.
  public let gamma: Double
  /// The model of the similarities, with as many features as there are representers.
  public let linear: LinearClassifier

  /// A classifier with the given parameters, whose shapes must fit.
  public init(representers: Matrix, gamma: Double, linear: LinearClassifier) {
    precondition(
      linear.featureCount == representers.rows,
      "\(linear.featureCount) weights for \(representers.rows) representers")
    self.representers = representers
    self.gamma = gamma
    self.linear = linear
  }

  private enum CodingKeys: String, CodingKey {
    case representers, gamma, linear
  }

  /// Decodes a classifier and checks that its shapes fit.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    representers = try container.decode(Matrix.self, forKey: .representers)
    gamma = try container.decode(Double.self, forKey: .gamma)
    linear = try container.decode(LinearClassifier.self, forKey: .linear)
    guard linear.featureCount == representers.rows else {
      throw DecodingError.dataCorruptedError(
        forKey: .representers, in: container,
        debugDescription: "\(linear.featureCount) weights for \(representers.rows) representers")
    }
  }

  public var featureCount: Int { representers.columns }

  public var classCount: Int { linear.classCount }

  /// The similarity of every row to every representer.
  public func similarities(_ features: Matrix) -> Matrix {
    features.radialKernel(representers, gamma: gamma)
  }

  public func probabilities(_ features: Matrix) -> Matrix { linear.probabilities(similarities(features)) }

  public func predict(_ features: Matrix) -> [Int] { linear.predict(similarities(features)) }
}
