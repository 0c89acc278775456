import Inversion
import Learning
import LinearAlgebra
import Tabular

/// People with a sensitive category, and models that were trained on them.
enum SmallPeople {
  /// A number, a sensitive category of three levels and a category of two.
  private static let inputs = [
    InputColumn(name: "age", kind: .number(lower: -1, upper: 1)),
    InputColumn(name: "gene", kind: .category(levels: ["a", "b", "c"])),
    InputColumn(name: "drug", kind: .category(levels: ["no", "yes"])),
  ]
  /// The sensitive column.
  static let sensitive = 1

  /// A linear model of a number, and a classification tree.
  static func scenes() throws -> [(name: String, scene: AttributeScene)] {
    [("a linear model of a number", try linear()), ("a classification tree", try tree())]
  }

  /// `count` people whose response is `2·age + gene − drug` with a little noise.
  private static func people(_ count: Int, seed: UInt64) -> (rows: Matrix, responses: [Double]) {
    var random = RandomStream(seed: seed).child("people")
    var (rows, responses) = (Matrix(rows: count, columns: 3), [Double]())
    for row in 0..<count {
      rows.setRow(
        row,
        [
          random.uniform(-1, 1), Double(random.weightedChoice(weights: [0.5, 0.3, 0.2])),
          random.bernoulli(0.4) ? 1 : 0,
        ])
      responses.append(2 * rows[row, 0] + rows[row, 1] - rows[row, 2] + 0.1 * random.normal())
    }
    return (rows, responses)
  }

  private static func numbers(_ count: Int, seed: UInt64) -> AttributeRecords {
    let people = people(count, seed: seed)
    return AttributeRecords(rows: people.rows, responses: .numbers(people.responses))
  }

  /// The same people with whether the response is above 1.
  private static func classes(_ count: Int, seed: UInt64) -> (records: AttributeRecords, labels: [Int]) {
    let people = people(count, seed: seed)
    let labels = people.responses.map { $0 > 1 ? 1 : 0 }
    return (AttributeRecords(rows: people.rows, responses: .labels(labels)), labels)
  }

  private static func linear() throws -> AttributeScene {
    let training = people(300, seed: 1)
    let features = FeatureEncoder(inputs: inputs, isScaled: false)
    let model = try LinearLearner.ridge(penalty: 1e-6).fit(
      RegressionData(features: try features.features(inputs: training.rows), target: training.responses))
    return try AttributeScene(
      try Pipeline(features: features, target: .number(name: "dose"), model: .linear(model)),
      training: numbers(300, seed: 1), others: numbers(200, seed: 51), auxiliary: numbers(200, seed: 100),
      sensitive: sensitive, group: 2)
  }

  private static func tree() throws -> AttributeScene {
    let training = classes(300, seed: 1)
    let features = FeatureEncoder(inputs: inputs, isScaled: false, categories: .codes)
    var random = RandomStream(seed: 1)
    let learner = DecisionTreeClassifier(
      settings: TreeSettings(
        limits: TreeLimits(maximumLeaves: 20), categoricalFeatures: features.codedColumns))
    let model = try learner.fit(
      ClassificationData(
        features: try features.features(inputs: training.records.rows), labels: training.labels,
        classCount: 2),
      using: &random)
    return try AttributeScene(
      try Pipeline(
        features: features, target: .classes(name: "high", labels: ["no", "yes"]),
        model: .treeClassifier(model)),
      training: training.records, others: classes(200, seed: 51).records,
      auxiliary: classes(200, seed: 100).records, sensitive: sensitive, group: 2)
  }
}
