import Learning
public import LinearAlgebra
public import Methods
import Querying

/// Reconstructs what a class looks like to a model: descent on `c(x) = 1 − f_label(x)` from the zero point, clipped to the
/// allowed range after every step.
///
/// It ends when the cost is not below the largest of the last ``window`` ones, or is at most `1 − confidence`. The source
/// prints the last bound as `γ = 0.99` of a cost that begins near `1 − 1/C`, which would end every run at once; it is
/// read as a confidence.
///
/// Through answers that are rounded a narrow ``difference`` sees nothing; one as wide as a column's range sees through
/// rounding to 0.1 (72 % of digits recognised against 2 %).
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``iterations`` | 5000 | `1...` | `α` |
/// | ``window`` | 100 | `1...` | `β` |
/// | ``confidence`` | 0.99 | `0...1` | `γ`, read as a confidence |
/// | ``step`` | 0.1 | `> 0` | `λ` |
/// | ``difference`` | 0.05 | `> 0` | Step of numeric gradients |
///
/// - Source: Fredrikson, Jha, Ristenpart, "Model Inversion Attacks that Exploit Confidence Information and Basic
///   Countermeasures", CCS 2015, algorithm 1 and section 5.
public struct MIFace: ClassReconstructionAttack, Hashable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "mi-face", family: .classReconstruction, title: "Reconstruction of a class (MI-FACE)",
    summary: "Gradient descent to an input that the model assigns to a class with high confidence.",
    citation: "Fredrikson, Jha, Ristenpart, Model Inversion Attacks, CCS 2015, algorithm 1",
    needs: "the probabilities of all classes of a model of numbers, or the model",
    taxonomy: .attributeInference)

  public static let settings: [Setting<Self>] = [
    .init("iterations", \.iterations, "most steps", in: 1...),
    .init("window", \.window, "steps without progress that end the search", in: 1...),
    .init("confidence", \.confidence, "confidence that ends the search", in: 0...1),
    .init("step", \.step, "length of a step in units of the gradient", in: .above(0)),
    .init("difference", \.difference, "step of numeric gradients", in: .above(0)),
  ]

  /// Most steps.
  public var iterations = 5000
  /// Steps without progress that end the search.
  public var window = 100
  /// The confidence that ends the search.
  public var confidence = 0.99
  /// Length of a step in units of the gradient.
  public var step = 0.1
  /// Step of numeric gradients.
  public var difference = 0.05

  /// The attack with its default parameters.
  public init() {}

  public func rebuilt(_ task: ClassTask, using random: inout RandomStream) async throws -> RebuiltClass {
    try await rebuilt(
      task.label, task.surface(difference: difference), schema: task.schema, box: task.box,
      otherStarts: task.otherStarts, using: &random)
  }

  /// What was reconstructed.
  public struct Face: Sendable, Hashable {
    /// The class.
    public let label: Int
    /// Where the search began.
    public let start: [Double]
    /// The input.
    public let point: [Double]
    /// The confidence of the model in it.
    public let confidence: Double
    /// Steps that were made.
    public let steps: Int

    /// Whether the input is the zero point: nothing of the class is seen.
    public var isEmpty: Bool { point.allSatisfy { abs($0) < 1e-9 } }
    /// Whether the search left its start at all.
    public var hasLeftStart: Bool { !zip(point, start).allSatisfy { abs($0 - $1) < 1e-9 } }
  }

  /// Reconstructs a class within bounds.
  ///
  /// - Parameter start: where the search begins; nil for the zero point, as published. Where a model is sure of another
  ///   class gradients vanish, and only another start helps.
  /// - Throws: errors of the surface, `CancellationError`.
  public func face(
    of label: Int, _ surface: some ClassSurface, lower: [Double], upper: [Double], from start: [Double]? = nil
  ) async throws -> Face {
    let first = start ?? [Double](repeating: 0, count: surface.featureCount)
    var point = first.indices.map { min(max(first[$0], lower[$0]), upper[$0]) }
    let begin = point
    var (value, gradient) = try await surface.confidence(of: label, at: point)
    var best = (point: point, confidence: value)
    var costs = [1 - value]
    var steps = 0
    while steps < iterations, 1 - value > 1 - confidence {
      try Task.checkCancellation()
      for index in point.indices {
        point[index] = min(max(point[index] + step * gradient[index], lower[index]), upper[index])
      }
      (value, gradient) = try await surface.confidence(of: label, at: point)
      steps += 1
      if value > best.confidence { best = (point, value) }
      if costs.count >= window, let largest = costs.suffix(window).max(), 1 - value >= largest { break }
      costs.append(1 - value)
    }
    return Face(label: label, start: begin, point: best.point, confidence: best.confidence, steps: steps)
  }
}
