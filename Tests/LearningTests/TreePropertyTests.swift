import Foundation
import LinearAlgebra
import Testing

@testable import Learning

@Suite("Properties of trees")
struct TreePropertyTests {
  private func sample(
    _ seed: UInt64, rows: Int = 200, columns: Int = 4, classes: Int = 3, coarse: Bool = false
  ) -> ClassificationData {
    var random = RandomStream(seed: seed).child("trees")
    let elements = (0..<rows * columns).map { _ in
      coarse ? (random.uniform() * 4).rounded() : random.normal()
    }
    let features = Matrix(rows: rows, columns: columns, elements: elements)
    let labels = (0..<rows).map { row in
      let product = columns > 2 ? features[row, 1] * features[row, 2] : 0
      let signal = features[row, 0] + product + random.normal() * 0.5
      return min(max(Int((signal + 1.5).rounded(.down)), 0), classes - 1)
    }
    return ClassificationData(features: features, labels: labels, classCount: classes)
  }

  private func fit(
    _ data: ClassificationData, _ learner: DecisionTreeClassifier = .init(), seed: UInt64 = 1,
    workers: Int = 1
  ) throws -> TreeClassifier {
    var random = RandomStream(seed: seed)
    return try learner.fit(data, workers: workers, using: &random)
  }

  @Test("an unlimited tree repeats its training labels", arguments: [UInt64(1), 2, 3])
  func memorises(seed: UInt64) throws {
    let data = sample(seed)
    let model = try fit(data)
    #expect(model.accuracy(on: data) == 1)
    let tree = model.tree
    for (index, node) in tree.nodes.enumerated() where node.test != .leaf {
      let (left, right) = (tree.nodes[Int(node.left)], tree.nodes[Int(node.right)])
      #expect(left.rows + right.rows == node.rows)
      for column in 0..<3 {
        #expect(
          tree.values[Int(node.left), column] + tree.values[Int(node.right), column]
            == tree.values[index, column])
      }
      // No split raises the impurity.
      #expect(
        left.weight * left.impurity + right.weight * right.impurity <= node.weight * node.impurity + 1e-9)
    }
  }

  @Test("the number of threads changes nothing", arguments: [true, false])
  func threads(coarse: Bool) throws {
    let data = sample(5, rows: 12_000, coarse: coarse)
    var learner = DecisionTreeClassifier()
    learner.settings.breaksTiesAtRandom = true
    #expect(try fit(data, learner, workers: 1) == fit(data, learner, workers: 2))
    learner.settings.limits.maximumLeaves = 40
    #expect(try fit(data, learner, workers: 1) == fit(data, learner, workers: 3))
  }

  @Test("the order of the rows changes nothing where no split ties")
  func rowOrder() throws {
    let data = sample(6)
    var learner = DecisionTreeClassifier()
    learner.settings.limits = TreeLimits(maximumDepth: 3, minimumLeafRows: 10)
    var random = RandomStream(seed: 2)
    let shuffled = data.rows(at: random.permutation(data.count))
    #expect(try fit(data, learner).tree.nodes == fit(shuffled, learner).tree.nodes)
  }

  @Test("a weight of two is the same row twice, of zero none")
  func weights() throws {
    var data = sample(7, rows: 90)
    let repeats = (0..<90).map { $0 % 3 }
    data.weights = repeats.map { Double($0) }
    let written = data.rows(at: (0..<90).flatMap { Array(repeating: $0, count: repeats[$0]) })
    let (one, other) = try (
      fit(data).tree,
      fit(ClassificationData(features: written.features, labels: written.labels, classCount: 3)).tree
    )
    #expect(one.nodes.map(\.test) == other.nodes.map(\.test))
    #expect(one.values == other.values)
  }

  @Test(
    "with weights that are not whole, no count is negative and no pure node is split",
    arguments: DecisionTreeClassifier.Criterion.allCases)
  func fractionalWeights(criterion: DecisionTreeClassifier.Criterion) throws {
    var data = sample(17, rows: 300)
    var random = RandomStream(seed: 17).child("weights")
    data.weights = (0..<data.count).map { _ in 0.1 + random.uniform() }
    let model = try fit(data, DecisionTreeClassifier(criterion: criterion))
    #expect(model.tree.values.elements.allSatisfy { $0 >= 0 })
    for (index, node) in model.tree.nodes.enumerated() {
      let classes = model.tree.values.row(index).count { $0 > 0 }
      #expect((node.test == .leaf) == (classes == 1), "node \(index) with rows of \(classes) classes")
    }
    var forest = RandomForestClassifier(treeCount: 4)
    forest.tree.criterion = criterion
    let trees = try forest.fit(data, using: &random)
    let (one, all) = (try JSONEncoder().encode(model), try JSONEncoder().encode(trees))
    #expect(try JSONDecoder().decode(TreeClassifier.self, from: one) == model)
    #expect(try JSONDecoder().decode(ForestClassifier.self, from: all) == trees)
  }

  @Test("a tree of numbers knows the weight and the mean of every node, and splits no constant one")
  func fractionalNumbers() throws {
    var random = RandomStream(seed: 18).child("numbers")
    let features = Matrix(rows: 200, columns: 2, elements: (0..<400).map { _ in random.normal() })
    let target = (0..<200).map { features[$0, 0] > 0 ? 0.1 : 0.7 }
    let weights = (0..<200).map { _ in 0.1 + random.uniform() }
    let data = RegressionData(features: features, target: target, weights: weights)
    let tree = try DecisionTreeRegressor().fit(data, using: &random).tree
    #expect(tree.nodes.count == 3)
    for (leaf, isHigh) in [(1, false), (2, true)] {
      let rows = (0..<200).filter { (features[$0, 0] > 0) == isHigh }
      #expect(abs(tree.nodes[leaf].weight - rows.reduce(0) { $0 + weights[$1] }) < 1e-12)
      #expect(abs(tree.values[leaf, 0] - (isHigh ? 0.1 : 0.7)) < 1e-15)
    }
  }

  @Test("leaves keep their limits", arguments: [1, 5, 20])
  func limits(least: Int) throws {
    let data = sample(8)
    var learner = DecisionTreeClassifier(criterion: .entropy)
    learner.settings.limits = TreeLimits(maximumDepth: 5, maximumLeaves: 7, minimumLeafRows: least)
    let tree = try fit(data, learner).tree
    #expect(tree.leafCount <= 7 && tree.depth <= 5)
    #expect(tree.nodes.allSatisfy { $0.rows >= least })
  }

  @Test("a categorical split is the best of all by brute force")
  func categories() throws {
    let data = sample(9, rows: 120, columns: 1, classes: 2, coarse: true)
    var learner = DecisionTreeClassifier()
    learner.settings.categoricalFeatures = [0]
    learner.settings.limits.maximumDepth = 1
    let root = try fit(data, learner).tree.nodes[0]
    func gini(_ rows: [Int]) -> Double {
      let ones = Double(rows.count { data.labels[$0] == 1 }) / Double(max(rows.count, 1))
      return Double(rows.count) * 2 * ones * (1 - ones)
    }
    let scores = (0...4).map { code in
      let inside = (0..<120).filter { data.features[$0, 0] == Double(code) }
      return gini(inside) + gini((0..<120).filter { data.features[$0, 0] != Double(code) })
    }
    guard case .equals(let code) = root.test else {
      Issue.record("the root does not ask for a category")
      return
    }
    #expect(abs(scores[Int(code)] - (scores.min() ?? 0)) < 1e-9)
  }

  @Test("rows without a value stop, or follow both branches")
  func missing() throws {
    var data = sample(10)
    var learner = DecisionTreeClassifier()
    learner.settings.limits.maximumDepth = 3
    learner.settings.missing = .stop
    let model = try fit(data, learner)
    let tested = Int(model.tree.nodes[0].feature)
    var row = data.features.row(0)
    row[tested] = .nan
    let stopped = model.probabilities(Matrix([row])).row(0)
    #expect(stopped == LeafConfidence.frequency.probabilities(model.tree.values.row(0)))
    learner.settings.missing = .proportional
    let mixed = try fit(data, learner).probabilities(Matrix([row])).row(0)
    #expect(abs(mixed.reduce(0, +) - 1) < 1e-12)
    // Growth accepts missing values too, and unknown values in every row make a feature useless.
    for index in 0..<data.count {
      if index % 7 == 0 { data.features[index, tested] = .nan }
      data.features[index, 3] = .nan
    }
    let grown = try fit(data)
    #expect(grown.tree.nodes.allSatisfy { $0.test == .leaf || $0.feature != 3 })
    #expect(grown.tree.nodes[0].rows == data.count)
  }

  @Test("a feature with a split priority is tested at its depth only")
  func priority() throws {
    let data = sample(11, rows: 400)
    var learner = DecisionTreeClassifier()
    learner.settings.priority = SplitPriority(feature: 0, depth: 2)
    let tree = try fit(data, learner).tree
    var depths = [Int](repeating: 0, count: tree.nodes.count)
    var found = 0
    for (index, node) in tree.nodes.enumerated() where node.test != .leaf {
      depths[Int(node.left)] = depths[index] + 1
      depths[Int(node.right)] = depths[index] + 1
      #expect((node.feature == 0) == (depths[index] == 2))
      if node.feature == 0 { found += 1 }
    }
    #expect(found > 0)
  }

  @Test("JSON keeps every bit and refuses damage")
  func codable() throws {
    let model = try fit(sample(12))
    let data = try JSONEncoder().encode(model)
    #expect(try JSONDecoder().decode(TreeClassifier.self, from: data) == model)
    let text = String(decoding: data, as: UTF8.self)
    for (old, new) in [
      ("\"width\":3", "\"width\":4"), ("\"features\":4", "\"features\":0"),
      ("\"kinds\":\"", "\"kinds\":\"AAAA"),
    ] {
      #expect(text.contains(old))
      let broken = Data(text.replacingOccurrences(of: old, with: new).utf8)
      #expect(throws: (any Error).self) { try JSONDecoder().decode(TreeClassifier.self, from: broken) }
    }
  }

  @Test("BigML's confidence of a leaf")
  func wilson() {
    // bigml-python 9.8, multivote.ws_confidence: share 1 of 3 rows, and 0.9 of 20.
    #expect(LeafConfidence.wilsonLowerBound(share: 1, count: 3) == 0.43849)
    #expect(LeafConfidence.wilsonLowerBound(share: 0.9, count: 20) == 0.69896)
    #expect(LeafConfidence.wilsonLowerBound(share: 0.5, count: 0) == 0)
  }

  @Test("bad data and settings are refused in one sentence")
  func errors() throws {
    var data = sample(13)
    var learner = DecisionTreeClassifier()
    learner.settings.limits.minimumLeafRows = 0
    #expect(throws: LearningError.parameterOutOfRange(name: "minimumLeafRows", value: 0, allowed: "1...")) {
      try fit(data, learner)
    }
    data.features[3, 1] = .infinity
    #expect(throws: LearningError.featureNotFinite(row: 3, column: 1)) { try fit(data) }
    #expect(throws: LearningError.tooFewRows(method: "a decision tree", needed: 1, found: 0)) {
      try fit(data.rows(at: []))
    }
  }

  @Test("a forest is better than its trees on unseen rows, and the same on any number of threads")
  func forest() throws {
    let (data, test) = (sample(14, rows: 600), sample(15, rows: 600))
    var random = RandomStream(seed: 3)
    let learner = RandomForestClassifier(treeCount: 25)
    let forest = try learner.fit(data, workers: 2, using: &random)
    var again = RandomStream(seed: 3)
    #expect(try learner.fit(data, workers: 1, using: &again) == forest)
    let single = try fit(data).accuracy(on: test)
    #expect(forest.accuracy(on: test) > single)
    let sums = forest.probabilities(test.features)
    #expect((0..<test.count).allSatisfy { abs(sums.row($0).reduce(0, +) - 1) < 1e-12 })
  }

  @Test("rules have one leaf each and cover all rows")
  func rules() throws {
    let data = sample(16)
    var learner = DecisionTreeClassifier()
    learner.settings.limits.maximumDepth = 3
    let tree = try fit(data, learner).tree
    let rules = tree.rules { "x\($0.feature) \($1 ? "<=" : ">") \($0.test.operand)" }
    #expect(rules.count == tree.leafCount)
    #expect(rules.reduce(0) { $0 + $1.rows } == data.count)
    #expect(rules.allSatisfy { $0.conditions.count <= 3 })
    let last = rules[rules.count - 1]
    #expect(
      tree.rules(of: [last.leaf, rules[0].leaf]) { "x\($0.feature) \($1 ? "<=" : ">") \($0.test.operand)" }
        == [
          last, rules[0],
        ])
  }

  @Test("the rule of one leaf of a deep tree takes its own tests only")
  func deepRule() throws {
    let depth = 20_000
    // A chain: every test has a leaf on its left and the next test on its right.
    let nodes = (0...2 * depth).map { index in
      let isTest = index.isMultiple(of: 2) && index < 2 * depth
      return DecisionTree.Node(
        feature: 0, left: isTest ? Int32(index + 1) : 0, right: isTest ? Int32(index + 2) : 0,
        test: isTest ? .atMost(Double(index)) : .leaf, rows: 1, weight: 1, impurity: 0)
    }
    let tree = try DecisionTree(
      nodes: nodes, values: Matrix(rows: nodes.count, columns: 1), featureCount: 1, missing: .stop)
    var asked = 0
    let rule = tree.rules(of: [2 * depth]) { node, isTrue in
      asked += 1
      return "\(node.test.operand) \(isTrue)"
    }[0]
    #expect(asked == depth && rule.conditions.count == depth)
    #expect(
      rule.conditions[0] == "0.0 false" && rule.conditions[depth - 1] == "\(Double(2 * depth - 2)) false")
  }
}
