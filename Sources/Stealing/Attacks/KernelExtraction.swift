import Learning
public import LinearAlgebra
public import Methods
public import Querying
import Tabular

/// Extraction of kernel logistic regression, which discloses rows of its training data.
///
/// The model is a softmax over `Σᵣ αₖᵣ exp(−γ ‖x − xᵣ‖²) + βₖ`. Weights and representers `xᵣ` are unknowns alike: the
/// cross entropy with the answers is minimised over `s c + c + s d` of them, so what is found for the representers
/// comes close to training rows of the victim.
///
/// - Source: Tramèr, Zhang, Juels, Reiter, Ristenpart, "Stealing Machine Learning Models via Prediction APIs",
///   USENIX Security 2016, section 4.1.3.
public struct KernelExtraction: ExtractionAttack {
  public static let card = MethodCard(
    id: "kernel", family: .extraction, title: "Kernel extraction",
    summary:
      "Weights and stored training rows of kernel logistic regression, by L-BFGS on the cross entropy.",
    citation: "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016",
    needs: "probabilities of all classes of a model with a Gaussian kernel", taxonomy: .modelExtraction)

  public static let settings: [Setting<Self>] = [
    .init("representers", \.representers, "stored rows to look for", in: 1...10000),
    .init(
      "gamma", \.gamma, "inverse squared width of the kernel for columns scaled to -1...1; 0 to find it too",
      in: 0...),
    .init("queryFactor", \.queryFactor, "queries for each unknown", in: .above(0)),
    .init("restarts", \.restarts, "starts, of which the best counts", in: 1...),
    .init("iterations", \.iterations, "most steps from each start", in: 1...),
  ]

  /// Stored rows to look for.
  public var representers = 20
  /// Inverse squared width of the kernel; zero to find it too.
  public var gamma = 0.0
  /// Queries for each unknown.
  public var queryFactor = 3.0
  /// Starts, of which the best counts.
  public var restarts = 1
  /// Most steps from each start.
  public var iterations = 2000

  public init() {}

  public static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    LogRatio.missing(schema, capabilities)
  }

  public func steal(
    _ session: QuerySession, using random: inout RandomStream
  ) async throws -> StolenModel {
    let schema = session.schema
    let features = FeatureEncoder(inputs: schema.inputs)
    let (classes, columns) = (schema.classCount, features.space.count)
    let unknowns = representers * (classes + columns) + classes
    let wanted = try session.queryCount(queryFactor, unknowns: unknowns)
    let sample = try await session.sample(wanted, features, method: Self.card.title, using: &random)
    guard representers <= sample.count else {
      throw StealingError.undetermined(
        method: Self.card.title,
        reason: "\(sample.count) answers do not determine \(representers) stored rows")
    }
    let probabilities = try sample.answers.probabilityMatrix(classCount: classes)
    let objective = KernelObjective(
      design: sample.design, probabilities: probabilities, representers: representers,
      gamma: gamma > 0 ? gamma : nil)
    let minimiser = LBFGS(memory: 50, maximumIterations: iterations, gradientTolerance: 1e-9)
    var best: OptimisationResult?
    for start in 0..<max(restarts, 1) {
      var stream = random.child("start").child(start)
      let first = objective.start(features.space, using: &stream)
      let result = try minimiser.minimize(from: first) { point, gradient in
        try Task.checkCancellation()
        return objective.evaluate(point, gradient: &gradient)
      }
      if result.value < best?.value ?? .infinity { best = result }
    }
    guard let best else { throw LearningError.diverged(epoch: iterations) }
    let model = objective.model(best.point)
    let excess = best.value - probabilities.meanEntropy()
    var gaps =
      sample.count < wanted ? ["the budget gave \(sample.count) queries for \(unknowns) unknowns"] : []
    if excess > 1e-6 {
      gaps.append("the cross entropy stays \(excess) above that of the answers themselves")
    }
    return try StolenModel(
      .kernelClassifier(model), features: features, schema: schema, unknowns: unknowns,
      gaps: gaps,
      findings: [
        Finding(
          "representers", .matrix(model.representers), meaning: "likely training rows, in the encoded columns"
        ),
        Finding("gamma", .number(model.gamma), meaning: "inverse squared width of the kernel"),
      ])
  }
}
