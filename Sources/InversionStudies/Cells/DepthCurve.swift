import Experiments
import Inversion
import Learning
import LinearAlgebra
import Tabular

/// Regression trees of the dose, the deeper the more overfitted: what the size of an error tells of membership, and what
/// the tree tells of a genotype.
struct DepthCurve: InversionExperiment {
  let depth: Int
  let seed: UInt64

  /// Name of the model in outcomes.
  static func model(_ depth: Int) -> String { "tree-depth-\(depth)" }

  var experiment: Experiment {
    Experiment(
      dataset: "iwpc-scaled", model: Self.model(depth), attack: "map", defence: "none", seed: seed)
  }

  func outcomes(at lab: InversionLab) async throws -> [Outcome] {
    let patients = try DosagePatients(lab)
    let parts = patients.split(seed: seed)
    var random = RandomStream(seed: seed).child("inversion").child("depth")
    let settings = TreeSettings(limits: TreeLimits(maximumDepth: depth), breaksTiesAtRandom: true)
    var training = try patients.data(parts.training)
    // The reference leaves out the first level of every category. A column that never varies is never tested.
    for column in patients.features.space.groups.compactMap(\.columns.first) {
      for row in 0..<training.count { training.features[row, column] = 0 }
    }
    let tree = try DecisionTreeRegressor(settings: settings).fit(training, using: &random)
    let test = try patients.data(parts.others + parts.auxiliary)
    func errors(_ data: RegressionData) -> [Double] {
      zip(tree.predict(data.features), data.target).map { $1 - $0 }
    }
    let unseen = errors(test)
    let measured = YeomAdvantage.measured(members: errors(training), others: unseen)
    let half = unseen.count / 2
    var metrics: Metrics = [
      "ratio": measured.ratio, "advantage": measured.unknown, "advantage_known": measured.known,
      // Two halves of patients, none of whom the tree has seen.
      "advantage_of_strangers": YeomAdvantage.measured(
        members: Array(unseen[..<half]), others: Array(unseen[half...])
      ).unknown, "theory": YeomAdvantage.unknown(ratio: measured.ratio),
      "theory_known": YeomAdvantage.known(ratio: measured.ratio),
    ]
    let scene = try AttributeScene(
      try Pipeline(features: patients.features, target: .number(name: "dose"), model: .treeRegressor(tree)),
      training: patients.records.rows(at: parts.training),
      others: patients.records.rows(at: parts.others + parts.auxiliary),
      auxiliary: patients.records.rows(at: []), sensitive: patients.names.firstIndex(of: "vkorc1") ?? 0)
    let result = try await scene.run(MarginalInversion(), using: &random)
    metrics.merge(result.metrics())
    return [Outcome(experiment, metrics: metrics)]
  }
}
