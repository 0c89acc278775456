import Learning
import LinearAlgebra
import Querying
import Guarding
import Tabular

/// A small service to guard and to watch.
struct SmallService: Sendable {
  let name: String
  let pipeline: Pipeline

  /// Three classes by softmax, three by a tree, two by logistic regression, and a number, on four numbers and a category.
  static func all() throws -> [SmallService] {
    try [
      SmallService(.softmax), SmallService(.tree), SmallService(.binary), SmallService(.number),
    ]
  }

  private enum Kind: String { case softmax, tree, binary, number }

  private static let inputs =
    (0..<4).map { InputColumn(name: "x\($0)", kind: .number(lower: 0, upper: 10)) }
    + [InputColumn(name: "colour", kind: .category(levels: ["red", "green", "blue"]))]

  /// Honest queries around three centres; no column of numbers holds whole ones only.
  static func honest(_ count: Int, seed: UInt64 = 3) -> Matrix {
    var random = RandomStream(seed: seed).child("honest")
    let centres = [[2.0, 3, 7, 5], [7, 6, 3, 4], [5, 8, 8, 2]]
    return Matrix(
      rows: count, columns: inputs.count,
      elements: (0..<count).flatMap { _ in
        let kind = random.integer(below: 3)
        return centres[kind].map { min(max(random.normal(mean: $0, standardDeviation: 0.9), 0), 10) }
          + [Double(random.bernoulli(0.8) ? kind : random.integer(below: 3))]
      })
  }

  /// What the owner of the service knows, with some honest queries.
  func context(honest count: Int = 500) -> ServiceContext {
    // The numbers look random; that they hide nothing does not matter here.
    let simulated = KeyedHash.simulated(secret: [1, 2, 3])
    var context = ServiceContext(
      schema: PipelineOracle(pipeline).schema, pipeline: pipeline, benign: Self.honest(count),
      keyedHash: KeyedHash(name: "simulated, in place of a secret one", isCryptographic: true) {
        simulated.digest($0)
      }, clock: { 0 })
    context.members = Self.honest(300, seed: 4)
    return context
  }

  private init(_ kind: Kind) throws {
    name = "a \(kind.rawValue) service"
    let rows = Self.honest(300, seed: 4)
    var random = RandomStream(seed: 5)
    let classes = kind == .binary ? 2 : 3
    // Which part of the space a row lies in, so that all classes occur.
    let labels = (0..<rows.rows).map { row in
      min(rows[row, 0] < 4 ? 0 : rows[row, 1] < 7 ? 1 : 2, classes - 1)
    }
    let isTree = kind == .tree
    let features = FeatureEncoder(
      inputs: Self.inputs, isScaled: !isTree, categories: isTree ? .codes : .indicators)
    let data = ClassificationData(
      features: try features.features(inputs: rows), labels: labels, classCount: classes)
    let model: FittedModel
    switch kind {
    case .softmax: model = .linearClassifier(try SoftmaxRegression(penalty: 1).fit(data, using: &random))
    case .binary: model = .linearClassifier(try LogisticRegression(penalty: 1).fit(data, using: &random))
    case .tree:
      let learner = DecisionTreeClassifier(settings: TreeSettings(categoricalFeatures: [4]))
      model = .treeClassifier(try learner.fit(data, using: &random))
    case .number: model = .linear(LinearModel(weights: (0..<7).map { Double($0) / 3 }, intercept: 1))
    }
    pipeline = try Pipeline(
      features: features,
      target: kind == .number
        ? .number(name: "y") : .classes(name: "y", labels: Array(["a", "b", "c"].prefix(classes))),
      model: model)
  }
}
