import Experiments
import Inversion
import Learning
import LinearAlgebra
import Tabular

/// Attacks on a sensitive attribute through a classification tree.
struct TreeInversion: InversionExperiment {
  let source: ClassPeople.Source
  /// Most leaves of the tree; nil for no limit.
  let leaves: Int?
  var criterion = DecisionTreeClassifier.Criterion.gini
  /// Whether all people are in the training data, so that there are no others.
  var isWhole = false
  let seed: UInt64

  /// Name of the model in outcomes.
  var model: String { "tree-\(leaves.map(String.init) ?? "full")\(isWhole ? "-all" : "")" }
  var experiment: Experiment {
    Experiment(
      dataset: source.rawValue, model: model, defence: "none", settings: ["criterion": "\(criterion)"],
      seed: seed)
  }

  func outcomes(at lab: InversionLab) async throws -> [Outcome] {
    let people = try ClassPeople(source, lab)
    let parts = people.split(seed: seed, auxiliary: source == .steak ? 0.4 : 0.1)
    var random = RandomStream(seed: seed).child("inversion").child("tree")
    let scene = try people.treeScene(
      training: isWhole ? Array(0..<people.records.count) : parts.training,
      others: isWhole ? [] : parts.others,
      auxiliary: parts.auxiliary, limits: TreeLimits(maximumLeaves: leaves), criterion: criterion,
      using: &random)
    var printed = TreeCounts()
    printed.usesResponse = false
    var single = TreeCounts()
    single.normaliser = .none
    var expected = TreeCounts()
    expected.normaliser = .expected
    var results = isWhole ? [] : try await scene.baselines(using: &random)
    if isWhole { results.append(try await scene.run(ModeBaseline(), using: &random)) }
    results.append(
      try await scene.run(MarginalInversion(), name: "black box", isBlackBox: true, using: &random))
    results.append(try await scene.run(TreeCounts(), name: "counts of the class", using: &random))
    results.append(
      try await scene.run(single, name: "counts of the class, no lower sum", using: &random))
    results.append(
      try await scene.run(expected, name: "counts of the class beside expected ones", using: &random))
    results.append(try await scene.run(printed, name: "counts as printed", using: &random))
    results.append(try await scene.run(TreeAgreement(), using: &random))
    results.append(try await scene.run(ConfidenceInversion(), isBlackBox: true, using: &random))
    results.append(try await scene.run(LabelInversion(), isBlackBox: true, using: &random))
    return results.map { $0.outcome(experiment, positive: people.positive) }
  }
}

/// The tree on steaks with its sensitive column tested at one depth only.
struct SplitPriorityStudy: InversionExperiment {
  /// The depth; nil for a tree that chooses itself.
  let depth: Int?
  let seed: UInt64

  /// Name of the defence in outcomes.
  static func defence(_ depth: Int?) -> String { depth.map { "split priority \($0)" } ?? "none" }

  var experiment: Experiment {
    Experiment(dataset: "steak", model: "tree-min-leaf-2", defence: Self.defence(depth), seed: seed)
  }

  func outcomes(at lab: InversionLab) async throws -> [Outcome] {
    let people = try ClassPeople(.steak, lab)
    let parts = people.split(seed: seed)
    var random = RandomStream(seed: seed).child("inversion").child("priority")
    let scene = try people.treeScene(
      training: parts.training, others: parts.others, auxiliary: parts.auxiliary,
      limits: TreeLimits(minimumLeafRows: 2), priorityDepth: depth, using: &random)
    let result = try await scene.run(TreeCounts(), name: "counts of the class", using: &random)
    var outcome = result.outcome(experiment, positive: people.positive)
    let test = people.records.rows(at: parts.others + parts.auxiliary)
    if case .labels(let labels) = test.responses, let pipeline = scene.pipeline,
      let model = pipeline.model.classifier
    {
      let features = try pipeline.features.features(inputs: test.rows)
      outcome.metrics["utility"] = model.accuracy(
        on: ClassificationData(features: features, labels: labels, classCount: people.classes.count))
    }
    return [outcome]
  }
}
