import Inversion
import Learning
import LinearAlgebra
import Querying
import Tabular

/// Small models of which everything is known.
enum SmallScene {
  /// A number, a sensitive category of three levels and a category of two.
  static let inputs = [
    InputColumn(name: "age", kind: .number(lower: -1, upper: 1)),
    InputColumn(name: "gene", kind: .category(levels: ["a", "b", "c"])),
    InputColumn(name: "drug", kind: .category(levels: ["no", "yes"])),
  ]

  /// `count` people whose response is `2·age + gene − drug` with a little noise, or whether that is above 1.
  static func people(_ count: Int, seed: UInt64, asClasses: Bool) -> AttributeRecords {
    var random = RandomStream(seed: seed).child("people")
    var rows = Matrix(rows: count, columns: 3)
    var responses: [Double] = []
    for row in 0..<count {
      rows.setRow(
        row,
        [
          random.uniform(-1, 1), Double(random.weightedChoice(weights: [0.5, 0.3, 0.2])),
          random.bernoulli(0.4) ? 1 : 0,
        ])
      responses.append(2 * rows[row, 0] + rows[row, 1] - rows[row, 2] + 0.1 * random.normal())
    }
    return AttributeRecords(
      rows: rows, responses: asClasses ? .labels(responses.map { $0 > 1 ? 1 : 0 }) : .numbers(responses))
  }

  /// A linear model of the number.
  static func linear(seed: UInt64 = 1) throws -> AttributeScene {
    let training = people(300, seed: seed, asClasses: false)
    let features = FeatureEncoder(inputs: inputs, isScaled: false)
    guard case .numbers(let target) = training.responses else {
      throw InversionError.unsolvable("no numbers")
    }
    let model = try LinearLearner.ridge(penalty: 1e-6).fit(
      RegressionData(features: try features.features(inputs: training.rows), target: target))
    return try AttributeScene(
      try Pipeline(features: features, target: .number(name: "dose"), model: .linear(model)),
      training: training, others: people(200, seed: seed + 50, asClasses: false),
      auxiliary: people(200, seed: seed + 99, asClasses: false), sensitive: 1, group: 2)
  }

  /// A classification tree of the class.
  static func tree(seed: UInt64 = 1, leaves: Int? = nil) throws -> AttributeScene {
    let training = people(300, seed: seed, asClasses: true)
    let features = FeatureEncoder(inputs: inputs, isScaled: false, categories: .codes)
    guard case .labels(let labels) = training.responses else { throw InversionError.unsolvable("no classes") }
    var random = RandomStream(seed: seed)
    let model = try DecisionTreeClassifier(
      settings: TreeSettings(
        limits: TreeLimits(maximumLeaves: leaves), categoricalFeatures: features.codedColumns)
    ).fit(
      ClassificationData(
        features: try features.features(inputs: training.rows), labels: labels, classCount: 2),
      using: &random)
    return try AttributeScene(
      try Pipeline(
        features: features, target: .classes(name: "high", labels: ["no", "yes"]),
        model: .treeClassifier(model)),
      training: training, others: people(200, seed: seed + 50, asClasses: true),
      auxiliary: people(200, seed: seed + 99, asClasses: true), sensitive: 1, group: 2)
  }
}
