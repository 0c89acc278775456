import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Learning

/// Trees of scikit-learn on a small table.
struct TreeFixture: Decodable {
  struct Limits: Decodable {
    let max_depth: Int?
    let max_leaf_nodes: Int?
    let min_samples_leaf: Int?
    let min_impurity_decrease: Double?
    let ccp_alpha: Double?

    var limits: TreeLimits {
      TreeLimits(
        maximumDepth: max_depth, maximumLeaves: max_leaf_nodes, minimumLeafRows: min_samples_leaf ?? 1,
        minimumImpurityDecrease: min_impurity_decrease ?? 0, pruning: ccp_alpha ?? 0)
    }
  }
  struct Case: Decodable {
    let criterion: String
    let limits: Limits
    let weights: [Double]?
    let feature: [Int]
    let threshold: [Double]
    let rows: [Int]
    let weight: [Double]
    let impurity: [Double]
    let left: [Int]
    let right: [Int]
    let value: [[Double]]
    let importances: [Double]
    let path_strength: [Double]
    let path_impurity: [Double]
  }
  /// Impurities of both sides of the best single splits, weighted by their shares, where several are best.
  struct Tied: Decodable {
    let features: [[Double]]
    let classes: [Int]
    let gini: Double
    let entropy: Double
    let squared: Double
  }
  let source: String
  let tied: [Tied]
  let features: [[Double]]
  let classes: [Int]
  let numbers: [Double]
  let cases: [Case]

  static func load() throws -> TreeFixture {
    try FixtureFile.decode("trees.json")
  }
}

@Suite("Trees against scikit-learn")
struct TreeReferenceTests {
  private func tree(_ one: TreeFixture.Case, _ fixture: TreeFixture, workers: Int) throws -> DecisionTree {
    var random = RandomStream(seed: 1)
    let settings = TreeSettings(limits: one.limits.limits)
    let features = Matrix(fixture.features)
    if one.criterion == "squared" {
      let data = RegressionData(features: features, target: fixture.numbers, weights: one.weights)
      return try DecisionTreeRegressor(settings: settings).fit(data, workers: workers, using: &random).tree
    }
    let criterion = try #require(DecisionTreeClassifier.Criterion(rawValue: one.criterion))
    let data = ClassificationData(
      features: features, labels: fixture.classes, classCount: 3, weights: one.weights)
    return try DecisionTreeClassifier(criterion: criterion, settings: settings)
      .fit(data, workers: workers, using: &random).tree
  }

  /// The nodes of scikit-learn from left to right, whatever the order in which they were made.
  private func depthFirst(_ one: TreeFixture.Case) -> [Int] {
    var (order, open) = ([Int](), [0])
    while let index = open.popLast() {
      order.append(index)
      if one.left[index] >= 0 { open += [one.right[index], one.left[index]] }
    }
    return order
  }

  @Test("same splits, counts, values and impurities", arguments: [1, 2])
  func sameTrees(workers: Int) throws {
    let fixture = try TreeFixture.load()
    #expect(fixture.cases.count == 11)
    for one in fixture.cases {
      let tree = try tree(one, fixture, workers: workers)
      let order = depthFirst(one)
      try #require(tree.nodes.count == order.count, "\(one.criterion) \(one.limits)")
      for (node, index) in zip(tree.nodes, order) {
        #expect((node.test == .leaf) == (one.left[index] < 0))
        if node.test != .leaf {
          #expect(Int(node.feature) == one.feature[index])
          #expect(node.test.operand == one.threshold[index])
        }
        #expect(node.rows == one.rows[index])
        #expect(abs(node.weight - one.weight[index]) < 1e-9)
        #expect(abs(node.impurity - one.impurity[index]) < 1e-9)
      }
      for (place, index) in order.enumerated() {
        let values = tree.values.row(place)
        // Shares of the classes there, weights here.
        let total = one.criterion == "squared" ? 1 : tree.nodes[place].weight
        for (value, expected) in zip(values, one.value[index]) {
          #expect(abs(value / total - expected) < 1e-9)
        }
      }
      for (value, expected) in zip(tree.featureImportances, one.importances) {
        #expect(abs(value - expected) < 1e-9)
      }
    }
  }

  @Test("the same impurity where several splits are best", arguments: [false, true])
  func ties(atRandom: Bool) throws {
    let fixture = try TreeFixture.load()
    #expect(fixture.tied.count == 4)
    for (seed, one) in fixture.tied.enumerated() {
      var random = RandomStream(seed: UInt64(seed))
      let settings = TreeSettings(limits: TreeLimits(maximumDepth: 1), breaksTiesAtRandom: atRandom)
      func impurity(_ tree: DecisionTree) -> Double {
        tree.nodes.dropFirst().reduce(0) { $0 + $1.weight * $1.impurity } / tree.nodes[0].weight
      }
      let data = ClassificationData(features: Matrix(one.features), labels: one.classes, classCount: 3)
      for (criterion, expected) in [
        (DecisionTreeClassifier.Criterion.gini, one.gini), (.entropy, one.entropy),
      ] {
        let learner = DecisionTreeClassifier(criterion: criterion, settings: settings)
        #expect(abs(impurity(try learner.fit(data, using: &random).tree) - expected) < 1e-12)
      }
      let numbers = RegressionData(features: data.features, target: one.classes.map { Double($0) })
      let tree = try DecisionTreeRegressor(settings: settings).fit(numbers, using: &random).tree
      #expect(abs(impurity(tree) - one.squared) < 1e-12)
    }
  }

  @Test("same path of cost-complexity pruning")
  func samePath() throws {
    let fixture = try TreeFixture.load()
    for one in fixture.cases where one.limits.ccp_alpha == nil {
      let path = try tree(one, fixture, workers: 1).pruningPath
      // scikit-learn lists equal strengths one by one; ours keeps the last of them.
      var expected: [(Double, Double)] = []
      for (strength, impurity) in zip(one.path_strength, one.path_impurity) {
        if let last = expected.last, abs(last.0 - strength) < 1e-12 { expected.removeLast() }
        expected.append((strength, impurity))
      }
      try #require(path.count == expected.count)
      for (step, reference) in zip(path, expected) {
        #expect(abs(step.strength - reference.0) < 1e-9)
        #expect(abs(step.impurity - reference.1) < 1e-9)
      }
    }
  }
}
