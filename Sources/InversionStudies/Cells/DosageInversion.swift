import Experiments
import Inversion
import Learning
import LinearAlgebra

/// Attacks on the genotypes of patients through a linear model of their dose, with the baselines.
struct DosageInversion: InversionExperiment {
  /// The sensitive column.
  let sensitive: String
  let seed: UInt64
  /// Whether the attacker who knows little is there too, whose sums are long.
  var hasDemographics = true

  var experiment: Experiment {
    Experiment(
      dataset: "iwpc-scaled", model: "ols", defence: "none", settings: ["sensitive": sensitive], seed: seed)
  }

  /// What the attacker knows in the second setting of the source.
  static let demographics = ["race", "age", "height", "weight"]

  func outcomes(at lab: InversionLab) async throws -> [Outcome] {
    let patients = try DosagePatients(lab)
    var random = RandomStream(seed: seed).child("inversion").child("attack")
    let scene = try patients.scene(seed: seed, sensitive: sensitive, group: "race")
    var conditional = MarginalInversion()
    conditional.usesConditionalPrior = true
    var results = try await scene.baselines(using: &random)
    results.append(try await scene.run(MarginalInversion(), using: &random))
    results.append(try await scene.run(conditional, name: "map, prior by race", using: &random))
    guard hasDemographics else { return outcomes(results) }
    var part = scene
    part.knownColumns = Self.demographics.compactMap { patients.names.firstIndex(of: $0) }
    results.append(try await part.run(MarginalInversion(), name: "map, demographics", using: &random))
    return outcomes(results)
  }

  private func outcomes(_ results: [AttributeResult]) -> [Outcome] {
    results.map { $0.outcome(experiment) }
  }
}
