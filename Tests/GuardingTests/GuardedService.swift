import Crypto
import Foundation
import Learning
import LinearAlgebra
import Querying
import Guarding
import Tabular
import Testing

/// Small services on which guards and detectors are tried.
enum GuardedService: String, CaseIterable {
  /// Three classes by softmax, on four numbers and a category.
  case softmax
  /// Two classes by logistic regression.
  case binary
  /// Three classes by a decision tree.
  case tree
  /// A number.
  case number

  static let hmac = KeyedHash(name: "HMAC-SHA256", isCryptographic: true) { bytes in
    Array(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: [1, 2, 3])))
  }

  static let inputs =
    (0..<4).map { InputColumn(name: "x\($0)", kind: .number(lower: 0, upper: 10)) }
    + [InputColumn(name: "colour", kind: .category(levels: ["red", "green", "blue"]))]

  /// Honest queries around three centres.
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

  /// The service with some honest queries.
  func context(honest count: Int = 500) throws -> ServiceContext {
    let pipeline = try #require(Self.pipelines[self])
    var context = ServiceContext(
      schema: PipelineOracle(pipeline).schema, pipeline: pipeline, benign: Self.honest(count),
      keyedHash: Self.hmac, clock: { 0 })
    context.members = Self.honest(300, seed: 4)
    return context
  }

  private static let pipelines: [GuardedService: Pipeline] = {
    let pairs = allCases.compactMap { service in (try? service.pipeline()).map { (service, $0) } }
    return Dictionary(uniqueKeysWithValues: pairs)
  }()

  private func pipeline() throws -> Pipeline {
    let rows = Self.honest(300, seed: 4)
    var random = RandomStream(seed: 5)
    let classes = self == .binary ? 2 : 3
    // The nearest of the centres by the first two columns, so that all classes occur.
    let labels = (0..<rows.rows).map { row in
      let label = rows[row, 0] < 4 ? 0 : rows[row, 1] < 7 ? 1 : 2
      return min(label, classes - 1)
    }
    let target = Pipeline.Target.classes(name: "y", labels: ["a", "b", "c"].prefix(classes).map { $0 })
    let isTree = self == .tree
    let features = FeatureEncoder(
      inputs: Self.inputs, isScaled: !isTree, categories: isTree ? .codes : .indicators)
    let data = ClassificationData(
      features: try features.features(inputs: rows), labels: labels, classCount: classes)
    let model: FittedModel
    switch self {
    case .softmax: model = .linearClassifier(try SoftmaxRegression(penalty: 1).fit(data, using: &random))
    case .binary: model = .linearClassifier(try LogisticRegression(penalty: 1).fit(data, using: &random))
    case .tree:
      model = .treeClassifier(
        try DecisionTreeClassifier(settings: TreeSettings(categoricalFeatures: [4])).fit(data, using: &random)
      )
    case .number:
      return try Pipeline(
        features: features, target: .number(name: "y"),
        model: .linear(LinearModel(weights: (0..<7).map { Double($0) / 3 }, intercept: 1)))
    }
    return try Pipeline(features: features, target: target, model: model)
  }
}
