import Learning
public import Methods
import Querying

/// Sets small probabilities to zero.
///
/// What is left is divided by its sum; the released implementation leaves it as it is. If nothing reaches the cutoff
/// the largest probability becomes one.
///
/// - Source: `HighConfidence` of the Adversarial Robustness Toolbox (default 0.25).
public struct HighConfidenceCut: ResponseGuard {
  public static let card = MethodCard(
    id: "high-confidence", family: .guard, title: "High confidence only",
    summary: "Probabilities below a cutoff become zero.",
    citation: "Adversarial Robustness Toolbox, postprocessor HighConfidence",
    needs: "a classifier that gives probabilities", taxonomy: .outputObfuscation)

  public static let settings: [Setting<Self>] = [
    .init("cutoff", \.cutoff, "least probability that is given", in: 0...1)
  ]

  /// Least probability that is told.
  public var cutoff = 0.25

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    try context.requireClasses(Self.card)
    let cutoff = cutoff
    return AnswerwiseGuard(Self.card) { values, _ in
      var kept = values.map { $0 < cutoff ? 0 : $0 }
      if kept.allSatisfy({ $0 == 0 }), let best = Answer(probabilities: values).label { kept[best] = 1 }
      return kept.normalised()
    }
  }
}
