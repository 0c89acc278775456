import Learning
public import LinearAlgebra
public import Methods
public import Querying
import Tabular

/// A substitute trained on the labels of random rows.
///
/// - Source: Tramèr, Zhang, Juels, Reiter, Ristenpart, "Stealing Machine Learning Models via Prediction APIs",
///   USENIX Security 2016, section 6.1.
public struct RetrainUniform: SubstituteTraining {
  public static let card = MethodCard(
    id: "retrain-uniform", family: .extraction, title: "Retraining on random rows",
    summary: "A substitute trained on the labels of random rows.",
    citation: "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016",
    needs: "labels", taxonomy: .modelExtraction)

  public static let settings: [Setting<Self>] = substituteSettings

  /// Learner of the substitute.
  public var recipe = "auto"
  /// Penalty of a linear substitute.
  public var penalty = 1e-5
  /// Queries for each unknown of a linear model, without a budget.
  public var queryFactor = 100.0

  public init() {}

  public static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    Substitute.missing(schema)
  }

  public func steal(_ session: QuerySession, using random: inout RandomStream) async throws -> StolenModel {
    let substitute = Substitute(recipe: recipe, penalty: penalty, schema: session.schema)
    let sample = try await session.sample(
      Substitute.wanted(session, factor: queryFactor), FeatureEncoder(inputs: session.schema.inputs),
      method: Self.card.title, using: &random)
    return try substitute.stolen(sample, using: &random)
  }
}
