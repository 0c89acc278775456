import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Learning

/// Trees of scikit-learn on a table with missing values.
struct TreeGapFixture: Decodable {
  struct Case: Decodable {
    let criterion: String
    let limits: TreeFixture.Limits
    let feature: [Int]
    /// Nil for a test for presence.
    let threshold: [Double?]
    let rows: [Int]
    let missing_left: [Bool]
    let left: [Int]
    let right: [Int]
    let impurity: [Double]
    let importances: [Double]
    let path_strength: [Double]
    let answers: [[Double]]
  }
  let source: String
  let features: [[Double?]]
  let classes: [Int]
  let numbers: [Double]
  let rows: [[Double?]]
  let cases: [Case]

  static func load() throws -> TreeGapFixture {
    try FixtureFile.decode("trees-gaps.json")
  }

  static func matrix(_ rows: [[Double?]]) -> Matrix { Matrix(rows.map { $0.map { $0 ?? .nan } }) }
}

@Suite("Trees on missing values")
struct TreeGapTests {
  private func tree(
    _ one: TreeGapFixture.Case, _ fixture: TreeGapFixture, workers: Int
  ) throws -> (tree: DecisionTree, answers: Matrix) {
    var random = RandomStream(seed: 1)
    let (features, rows) = (TreeGapFixture.matrix(fixture.features), TreeGapFixture.matrix(fixture.rows))
    let settings = TreeSettings(limits: one.limits.limits)
    if one.criterion == "squared" {
      let model = try DecisionTreeRegressor(settings: settings).fit(
        RegressionData(features: features, target: fixture.numbers), workers: workers, using: &random)
      return (model.tree, Matrix(rows: rows.rows, columns: 1, elements: model.predict(rows)))
    }
    let criterion = try #require(DecisionTreeClassifier.Criterion(rawValue: one.criterion))
    let model = try DecisionTreeClassifier(criterion: criterion, settings: settings).fit(
      ClassificationData(features: features, labels: fixture.classes, classCount: 3), workers: workers,
      using: &random)
    return (model.tree, model.probabilities(rows))
  }

  @Test(
    "same splits, sides of missing values, answers, importances and pruning as scikit-learn",
    arguments: [1, 2])
  func reference(workers: Int) throws {
    let fixture = try TreeGapFixture.load()
    for one in fixture.cases {
      let (grown, answers) = try tree(one, fixture, workers: workers)
      var places = [0]
      var order: [Int] = []
      while let place = places.popLast() {
        order.append(place)
        if one.left[place] >= 0 { places += [one.right[place], one.left[place]] }
      }
      try #require(grown.nodes.count == order.count)
      for (node, place) in zip(grown.nodes, order) {
        #expect(node.rows == one.rows[place])
        #expect(abs(node.impurity - one.impurity[place]) < 1e-9)
        guard one.feature[place] >= 0 else {
          #expect(node.test == .leaf)
          continue
        }
        #expect(Int(node.feature) == one.feature[place])
        if let threshold = one.threshold[place] {
          #expect(abs(node.test.operand - threshold) < 1e-12 && node.test != .isPresent)
          #expect(node.missingGoesLeft == one.missing_left[place])
        } else {
          #expect(node.test == .isPresent)
        }
      }
      for (row, wanted) in one.answers.enumerated() {
        for (column, value) in wanted.enumerated() { #expect(abs(answers[row, column] - value) < 1e-12) }
      }
      for (value, wanted) in zip(grown.featureImportances, one.importances) {
        #expect(abs(value - wanted) < 1e-9)
      }
      let path = grown.pruningPath
      try #require(path.count == one.path_strength.count)
      for (step, strength) in zip(path, one.path_strength) { #expect(abs(step.strength - strength) < 1e-9) }
    }
  }

  @Test("six rows, two without a value: the means of scikit-learn 1.9.1")
  func sixRows() throws {
    var random = RandomStream(seed: 1)
    let features = Matrix(rows: 6, columns: 1, elements: [.nan, .nan, 3, 4, 5, 6])
    let model = try DecisionTreeRegressor().fit(
      RegressionData(features: features, target: [0, 1, 2, 3, 4, 5]), using: &random)
    #expect(model.predict(features) == [0.5, 0.5, 2, 3, 4, 5])
  }

  /// Rows with gaps, a category and labels that depend on both.
  private func sample(_ seed: UInt64, gaps: Double) -> ClassificationData {
    var random = RandomStream(seed: seed)
    var (rows, labels) = ([[Double]](), [Int]())
    for _ in 0..<300 {
      let row = [random.uniform(0, 1), Double(random.integer(below: 5)), random.uniform(0, 1)]
      labels.append((row[0] > 0.5) != (row[1] == 2) ? 1 : row[2] > 0.7 ? 2 : 0)
      rows.append(row.map { random.uniform(0, 1) < gaps ? .nan : $0 })
    }
    return ClassificationData(features: Matrix(rows), labels: labels, classCount: 3)
  }

  @Test(
    "every training row ends where growth counted it, whatever the policy",
    arguments: DecisionTree.MissingPolicy.allCases, [0, 0.1, 0.6])
  func oneRule(policy: DecisionTree.MissingPolicy, gaps: Double) throws {
    for seed in 1...4 as ClosedRange<UInt64> {
      let data = sample(seed, gaps: gaps)
      for leaves in [nil, 12] {
        var random = RandomStream(seed: 9)
        let settings = TreeSettings(
          limits: TreeLimits(maximumLeaves: leaves, minimumLeafRows: 3), categoricalFeatures: [1],
          missing: policy)
        let model = try DecisionTreeClassifier(settings: settings).fit(data, using: &random)
        for tree in [model.tree, model.tree.pruned(0.01)] {
          var counts = Matrix(rows: tree.nodes.count, columns: 3)
          for (end, label) in zip(tree.endNodes(of: data.features), data.labels) { counts[end, label] += 1 }
          for (index, node) in tree.nodes.enumerated().reversed() where node.test != .leaf {
            for label in 0..<3 {
              counts[index, label] += counts[Int(node.left), label] + counts[Int(node.right), label]
            }
          }
          #expect(counts == tree.values.matrix)
          #expect(tree.nodes.allSatisfy { $0.test != .leaf || $0.rows >= 3 })
          #expect(
            policy == .learned || tree.nodes.allSatisfy { $0.test != .isPresent && !$0.missingGoesLeft })
        }
        #expect(model.tree.nodes.contains { $0.test.operand == 2 && $0.feature == 1 })
      }
    }
  }

  @Test(
    "a gap is as good a category as any: the best single split by brute force",
    arguments: [1, 2, 3] as [UInt64])
  func categories(seed: UInt64) throws {
    var random = RandomStream(seed: seed)
    let codes = (0..<80).map { _ in
      let code = random.integer(below: 5)
      return code == 4 ? Double.nan : Double(code)
    }
    let labels = codes.map { code in random.uniform(0, 1) < (code.isNaN || code == 1 ? 0.8 : 0.3) ? 1 : 0 }
    let data = ClassificationData(
      features: Matrix(rows: 80, columns: 1, elements: codes), labels: labels, classCount: 2)
    let settings = TreeSettings(limits: TreeLimits(maximumDepth: 1), categoricalFeatures: [0])
    let tree = try DecisionTreeClassifier(settings: settings).fit(data, using: &random).tree
    func impurity(_ isLeft: (Double) -> Bool) -> Double {
      [true, false].reduce(0) { sum, side in
        let inside = labels.indices.filter { isLeft(codes[$0]) == side }.map { labels[$0] }
        let ones = Double(inside.count { $0 == 1 })
        let count = Double(inside.count)
        return sum + (count > 0 ? count - (ones * ones + (count - ones) * (count - ones)) / count : 0)
      }
    }
    var best = impurity { !$0.isNaN }
    for code in 0..<4 {
      best = min(best, impurity { $0 == Double(code) }, impurity { $0 == Double(code) || $0.isNaN })
    }
    let found = (1...2).reduce(0) { $0 + tree.nodes[$1].weight * tree.nodes[$1].impurity }
    #expect(abs(found - best) < 1e-9)
  }

  @Test("a rule says where missing values go")
  func rules() throws {
    let data = sample(2, gaps: 0.3)
    var random = RandomStream(seed: 9)
    let settings = TreeSettings(limits: TreeLimits(maximumDepth: 3))
    let tree = try DecisionTreeClassifier(settings: settings).fit(data, using: &random).tree
    let missing = Matrix(rows: 1, columns: 3, repeating: .nan)
    let end = try #require(tree.endNodes(of: missing).first)
    let ways = tree.rules { $0.sendsMissing($1) ? "yes" : "no" }
    #expect(ways.filter { !$0.conditions.contains("no") }.map(\.leaf) == [end])
  }

  @Test("constant features count as drawn, and drawing goes on to the first that varies")
  func drawnFeatures() throws {
    // One feature of ten varies; two are drawn at a split.
    var random = RandomStream(seed: 3)
    let labels = (0..<64).map { _ in random.integer(below: 2) }
    var features = Matrix(rows: 64, columns: 10)
    for row in 0..<64 { features[row, 7] = Double(row) }
    let data = ClassificationData(features: features, labels: labels, classCount: 2)
    let lonely = try DecisionTreeClassifier(settings: TreeSettings(featuresPerSplit: 2)).fit(
      data, using: &random)
    #expect(lonely.predict(features) == labels)
    // With a second one that says nothing, the good one must sometimes be passed over: 2 of 10 drawn, so it is at the
    // root in 1/5 + half of what is left when neither is drawn, (8/10 · 7/9) / 2, of the trees.
    for row in 0..<64 {
      features[row, 7] = Double(labels[row])
      features[row, 3] = Double(row % 5)
    }
    let pair = ClassificationData(features: features, labels: labels, classCount: 2)
    let found = try (0..<2000).count { seed in
      var stream = RandomStream(seed: UInt64(seed))
      let settings = TreeSettings(limits: TreeLimits(maximumDepth: 1), featuresPerSplit: 2)
      let tree = try DecisionTreeClassifier(settings: settings).fit(pair, using: &stream).tree
      return tree.nodes[0].feature == 7
    }
    let wanted = 0.2 + 8.0 / 10 * 7 / 9 / 2
    #expect(abs(Double(found) / 2000 - wanted) < 4 * (wanted * (1 - wanted) / 2000).squareRoot())
  }
}
