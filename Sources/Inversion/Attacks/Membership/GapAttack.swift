import Learning
public import LinearAlgebra
public import Methods
import Querying

/// A record is called a member if its class is predicted right.
///
/// - Source: Yeom, Giacomelli, Fredrikson, Jha, "Privacy Risk in Machine Learning", CSF 2018, adversary 1.
public struct GapAttack: MembershipAttack, Hashable {
  public static let card = MethodCard(
    id: "gap", family: .membershipInference, title: "Gap",
    summary: "Calls a record a member if the model predicts its class.",
    citation: "Yeom et al., Privacy Risk in Machine Learning, CSF 2018, adversary 1",
    needs: "predicted classes", taxonomy: .membershipInference)

  /// The attack.
  public init() {}

  public static func missing(_ task: MembershipTask) -> String? {
    task.target.capabilities.content == .number ? "a model of classes" : nil
  }

  public func score(_ task: MembershipTask, using random: inout RandomStream) async throws -> [Double] {
    zip(try await task.target.ask(task.records.features).labels, task.records.labels).map { $0 == $1 ? 1 : 0 }
  }
}
