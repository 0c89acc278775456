import Learning
import LinearAlgebra
public import Methods
import Querying

/// Adds normal noise to every probability, cuts at zero and divides by the sum.
///
/// The noise of a query follows from the query and the service's key, so asking again teaches nothing; a query that
/// is moved a little gets fresh noise, which a thief can average out. The class follows the noisy probabilities and
/// may differ from the model's unless `keepsLabel`; predicted numbers get noise of the same standard deviation.
///
/// - Source: `GaussianNoise` of the Adversarial Robustness Toolbox (scale 0.2).
public struct GaussianNoise: ResponseGuard {
  public static let card = MethodCard(
    id: "gaussian-noise", family: .guard, title: "Gaussian noise",
    summary: "Normal noise on every probability, the same for the same query.",
    citation: "Adversarial Robustness Toolbox, postprocessor GaussianNoise", needs: "a key",
    taxonomy: .outputObfuscation)

  public static let settings: [Setting<Self>] = [
    .init("sigma", \.sigma, "standard deviation of the noise", in: 0...),
    .init("keepsLabel", \.keepsLabel, "whether the most probable class stays the model's"),
  ]
  public static let changesLabels = true

  /// Standard deviation of the noise.
  public var sigma = 0.2
  /// Whether the most probable class stays the model's: the largest noisy value changes places with its own.
  public var keepsLabel = false

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    let (sigma, keepsLabel, hash) = (sigma, keepsLabel, context.keyedHash)
    guard context.classCount >= 2 else {
      return AnswerwiseGuard { answer, query in
        var (result, random) = (answer, hash.stream(query, for: "gaussian-noise"))
        result.number = answer.number.map { $0 + sigma * random.normal() }
        return result
      }
    }
    return AnswerwiseGuard(Self.card) { values, query in
      var random = hash.stream(query, for: "gaussian-noise")
      var noisy = values.map { max($0 + sigma * random.normal(), 0) }.normalised()
      if keepsLabel, let own = Answer(probabilities: values).label,
        let now = Answer(probabilities: noisy).label
      {
        noisy.swapAt(own, now)
      }
      return noisy
    }
  }
}
