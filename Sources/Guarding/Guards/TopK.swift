import Learning
public import Methods
import Querying

/// Keeps the largest probabilities and spreads the rest evenly over the other classes.
///
/// An interface that leaves the other classes out tells the same: their sum is what is missing to one. With `count` 1
/// this is the label with its confidence, in the form of probabilities.
///
/// - Source: the top-k outputs of common services, such as Triton's classification extension.
public struct TopK: ResponseGuard {
  public static let card = MethodCard(
    id: "top-k", family: .guard, title: "Largest probabilities",
    summary: "Only the largest probabilities are given; the rest is spread evenly.",
    citation:
      "Triton Inference Server, classification extension; Orekondy et al., Prediction Poisoning, ICLR 2020",
    needs: "a classifier that gives probabilities", taxonomy: .outputObfuscation)

  public static let settings: [Setting<Self>] = [
    .init("count", \.count, "probabilities that are kept", in: 1...)
  ]

  /// Probabilities that are kept.
  public var count = 1

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    try context.requireClasses(Self.card)
    let kept = count
    return AnswerwiseGuard(Self.card) { values, _ in
      guard kept < values.count else { return values }
      let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
      let rest = max(1 - order.prefix(kept).reduce(0) { $0 + values[$1] }, 0)
      // An even share is at most the least kept probability, except by rounding errors.
      let share = min(rest / Double(values.count - kept), values[order[kept - 1]])
      var result = [Double](repeating: share, count: values.count)
      for place in order.prefix(kept) { result[place] = values[place] }
      return result
    }
  }
}
