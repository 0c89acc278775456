public import Learning
public import LinearAlgebra
public import Methods
public import Querying
import Tabular

/// Extraction of a neural network with one hidden layer: a network of the same shape is fitted to the answers by
/// L-BFGS over all of them, from several starts.
///
/// Answers with all their digits are met on the scale of scores, `ln p − mean ln p`, by least squares: there rare
/// classes count as much as frequent ones. Rounded answers are met by the cross entropy. Where the first start misses
/// the answers, the others begin with a strong penalty on the squared weights, which falls step by step, so that
/// smooth networks are tried first. A width of zero is estimated: widths are doubled until rows that were held out are
/// met, or no longer better met.
///
/// - Source: Tramèr, Zhang, Juels, Reiter, Ristenpart, "Stealing Machine Learning Models via Prediction APIs",
///   USENIX Security 2016, section 4.1.2, with stochastic gradient descent on the cross entropy.
public struct NetworkExtraction: ExtractionAttack {
  public static let card = MethodCard(
    id: "mlp", family: .extraction, title: "Network extraction",
    summary: "A network with one hidden layer, fitted to the answers by L-BFGS from several starts.",
    citation: "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016",
    needs: "probabilities of all classes, or the number of a regression", taxonomy: .modelExtraction)

  public static let settings: [Setting<Self>] = [
    .init("hidden", \.hidden, "units of the hidden layer; 0 to estimate it", in: 0...10000),
    .init(
      "activation", \.activation, "activation function of the hidden layer", only: [.relu, .tanh, .sigmoid]),
    .init("queryFactor", \.queryFactor, "queries for each unknown", in: .above(0)),
    .init("restarts", \.restarts, "most starts; the first that meets the answers ends the search", in: 1...),
    .init("iterations", \.iterations, "most steps from each start", in: 1...),
  ]

  /// Units of the hidden layer; zero to estimate it.
  public var hidden = 20
  /// Of the hidden layer.
  public var activation = Activation.tanh
  /// Queries for each unknown.
  public var queryFactor = 2.0
  /// Most starts.
  public var restarts = 3
  /// Most steps from each start.
  public var iterations = 1500

  public init() {}

  public static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    EquationSolving.missing(schema, capabilities)
  }

  public func steal(
    _ session: QuerySession, using random: inout RandomStream
  ) async throws -> StolenModel {
    let schema = session.schema
    let features = FeatureEncoder(inputs: schema.inputs)
    let outputs = max(schema.classCount, 1)
    let shape = SoftLabelLearner(hidden: [hidden > 0 ? hidden : 20], activation: activation)
    let unknowns = shape.parameterCount(inputs: features.space.count, outputs: outputs)
    let wanted = try session.queryCount(queryFactor, unknowns: unknowns)
    let sample = try await session.sample(wanted, features, method: Self.card.title, using: &random)
    let targets = try NetworkTargets(sample, schema: schema, decimals: session.capabilities.decimals)
    let search = NetworkSearch(
      design: sample.design, targets: targets, activation: activation, iterations: iterations,
      restarts: restarts)
    let found =
      try hidden > 0 ? search.best(hidden, using: &random) : search.estimated(using: &random)
    var gaps =
      sample.count < wanted ? ["the budget gave \(sample.count) queries for \(unknowns) unknowns"] : []
    if !found.isExact {
      gaps.append("no start met the answers; the best is off by \(found.error) on the scale it is fitted on")
    }
    if sample.count < unknowns / max(outputs - 1, 1) {
      gaps.append("\(sample.count) answers do not determine \(unknowns) unknowns")
    }
    return try StolenModel(
      try targets.model(found.network), features: features, schema: schema,
      unknowns: SoftLabelLearner(hidden: [found.hidden]).parameterCount(
        inputs: features.space.count, outputs: outputs),
      gaps: gaps,
      remarks: hidden == 0 ? ["the hidden layer was estimated to have \(found.hidden) units"] : [])
  }
}
