import Learning
public import LinearAlgebra
public import Methods

/// One threshold on the loss of the true class for all records.
///
/// - Source: Yeom, Giacomelli, Fredrikson, Jha, "Privacy Risk in Machine Learning", CSF 2018, adversary 2.
public struct LossThreshold: MembershipAttack, Hashable {
  public static let card = MethodCard(
    id: "loss", family: .membershipInference, title: "Loss threshold",
    summary: "Calls a record a member if its loss is small.",
    citation: "Yeom et al., Privacy Risk in Machine Learning, CSF 2018, adversary 2",
    needs: "the probabilities of all classes", taxonomy: .membershipInference)

  /// The attack.
  public init() {}

  public func score(_ task: MembershipTask, using random: inout RandomStream) async throws -> [Double] {
    // The logit score rises with the probability of the true class, and tells more of them apart near one.
    try await task.confidences()
  }
}
