import Learning
public import LinearAlgebra
public import Methods
import RealModule

/// One threshold on the entropy of the answer: `H = −Σ pⱼ log pⱼ`, or modified so that it falls with the true class:
///
/// `M = −(1 − p_y) log p_y − Σ_{j ≠ y} pⱼ log(1 − pⱼ)`
///
/// - Source: Shokri et al., IEEE S&P 2017; Song and Mittal, "Systematic Evaluation of Privacy Risks of Machine Learning
///   Models", USENIX Security 2021, formula 8.
public struct EntropyThreshold: MembershipAttack, Hashable {
  public static let card = MethodCard(
    id: "entropy", family: .membershipInference, title: "Entropy threshold",
    summary: "Calls a record a member if the model's answer to it is certain.",
    citation: "Song and Mittal, Systematic Evaluation of Privacy Risks, USENIX Security 2021, formula 8",
    needs: "the probabilities of all classes", taxonomy: .membershipInference)

  public static let settings: [Setting<Self>] = [
    .init("isModified", \.isModified, "whether the true class counts")
  ]

  /// Whether the entropy is modified so that it falls with the probability of the true class.
  public var isModified = true

  /// The attack with its default parameters.
  public init() {}

  public func score(_ task: MembershipTask, using random: inout RandomStream) async throws -> [Double] {
    let probabilities = try await task.probabilities()
    return task.records.labels.indices.map { row in
      let values = probabilities.row(row)
      let label = task.records.labels[row]
      return values.enumerated().reduce(0) { sum, pair in
        let (index, value) = (pair.offset, pair.element)
        if !isModified { return sum + (value > 0 ? value * Double.log(value) : 0) }
        return sum
          + (index == label
            ? (1 - value) * Double.log(max(value, 1e-30))
            : value * Double.log(max(1 - value, 1e-30)))
      }
    }
  }
}
