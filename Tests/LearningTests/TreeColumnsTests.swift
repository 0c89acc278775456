import Foundation
import LinearAlgebra
import Testing

@testable import Learning

@Suite("Columns of trees")
struct TreeColumnsTests {
  @Test("numbers come back bit by bit and are equal however they are held")
  func numbers() {
    var random = RandomStream(seed: 3)
    for count in [0, 1, 31, 32, 33, 64, 200] {
      for top in [2, 255, 256, 65_535, 65_536, 1 << 32, 1 << 53] {
        let whole = (0..<count).map { $0 % 40 == 7 ? top : random.integer(below: 200) }
        let numbers = whole.map(Double.init)
        let held = CompactNumbers(numbers)
        #expect(held.map(\.bitPattern) == numbers.map(\.bitPattern) && held.areWhole)
        #expect(held == CompactNumbers(whole: whole))
        #expect(held.hashValue == CompactNumbers(whole: whole).hashValue)
        // A negative zero or a fraction makes doubles of all.
        let other = CompactNumbers(numbers.map { $0 == 0 ? -0.0 : $0 } + [0.5])
        #expect(!other.areWhole && other.dropLast().elementsEqual(numbers))
        guard count > 0 else { continue }
        var zeros = numbers
        zeros[count - 1] = -0.0
        #expect(CompactNumbers(zeros)[count - 1].sign == .minus)
        zeros[count - 1] = 0
        var signed = zeros
        signed[count - 1] = -0.0
        #expect(CompactNumbers(zeros) == CompactNumbers(signed))
        #expect(CompactNumbers(zeros).hashValue == CompactNumbers(signed).hashValue)
        zeros[count - 1] = 3
        #expect(CompactNumbers(zeros) != CompactNumbers(signed))
      }
    }
    for numbers in [[.infinity, 1], [-1, 2], [0x1p53 + 2, 1], [.leastNonzeroMagnitude]] as [[Double]] {
      #expect(CompactNumbers(numbers).map(\.bitPattern) == numbers.map(\.bitPattern))
    }
  }

  @Test("small counts take a byte each, and every block as many as its largest number needs")
  func packed() {
    let places = MarkedPlaces(200) { $0 % 3 == 0 }
    #expect((0..<200).allSatisfy { places.contains($0) == ($0 % 3 == 0) && places.rank($0) == ($0 + 2) / 3 })
    #expect(MemoryLayout<DecisionTree.Branch>.stride == 16)
  }

  private static func data(_ rows: Int, gaps: Bool, isCoarse: Bool, classes: Int = 2) -> ClassificationData {
    var random = RandomStream(seed: 11)
    let features = Matrix(
      rows: rows, columns: 9,
      elements: (0..<9 * rows).map { _ in
        let value = random.normal()
        if gaps, random.integer(below: 8) == 0 { return .nan }
        return isCoarse ? (value * 2).rounded() : value
      })
    let labels = (0..<rows).map { row in
      let score = features[row, 0] + features[row, 1] * features[row, 2]
      return score > 0.3 ? classes - 1 : random.integer(below: classes)
    }
    return ClassificationData(features: features, labels: labels, classCount: classes)
  }

  private static let settings: [TreeSettings] = DecisionTree.MissingPolicy.allCases.flatMap { missing in
    [
      TreeSettings(featuresPerSplit: 3, missing: missing),
      TreeSettings(featuresPerSplit: 1, missing: missing),
      TreeSettings(categoricalFeatures: [1, 4], featuresPerSplit: 2, missing: missing),
      TreeSettings(
        limits: TreeLimits(maximumLeaves: 40, minimumLeafRows: 4), featuresPerSplit: 4, missing: missing),
      TreeSettings(featuresPerSplit: 3, missing: missing, priority: SplitPriority(feature: 2, depth: 2)),
      TreeSettings(breaksTiesAtRandom: true, missing: missing),
    ]
  }

  @Test(
    "sorting in every node grows the trees that one sorted order of every feature does",
    arguments: [true, false])
  func sortsInNodes(gaps: Bool) throws {
    for (index, settings) in Self.settings.enumerated() {
      let isCoarse = index % 6 == 2 || index % 2 == 1
      let data = Self.data(700, gaps: gaps, isCoarse: isCoarse, classes: 2 + index % 2)
      var random = RandomStream(seed: UInt64(index))
      let draws = (0..<data.count).map { _ in Double(random.integer(below: 3)) }
      for weights in [nil, draws, draws.map { $0 * 0.7 }] {
        for criterion in DecisionTreeClassifier.Criterion.allCases {
          let learner = DecisionTreeClassifier(criterion: criterion, settings: settings)
          let trees = [true, false].map { sortsInNodes in
            var order = FeatureOrder(data.features, sortsInNodes: sortsInNodes, workers: 1)
            order.leaveOut(weights: weights)
            return learner.grow(
              data, weights, order: &order, random: RandomStream(seed: 5), workers: 1)
          }
          try #require(trees[0].nodes.count > 20)
          #expect(trees[0] == trees[1])
          #expect(try Self.bytes(trees[0]) == Self.bytes(trees[1]))
        }
      }
    }
  }

  private static func bytes(_ tree: DecisionTree) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(tree)
  }

  @Test("a tree is the same whether it was grown, read, or made of its nodes in any order")
  func sameTree() throws {
    var random = RandomStream(seed: 2)
    let data = Self.data(400, gaps: true, isCoarse: false)
    for settings in Self.settings {
      let grown = try DecisionTreeClassifier(settings: settings).fit(data, using: &random).tree
      let read = try JSONDecoder().decode(DecisionTree.self, from: Self.bytes(grown))
      // The nodes from the last to the first, behind the root.
      let count = grown.nodes.count
      let order = [0] + (1..<count).reversed()
      let mixed = try DecisionTree(
        nodes: order.map { index in
          var node = grown.nodes[index]
          guard node.test != .leaf else { return node }
          (node.left, node.right) = (Int32(count) - node.left, Int32(count) - node.right)
          return node
        }, values: grown.values.matrix.rows(at: order), featureCount: 9, missing: settings.missing)
      let made = try DecisionTree(
        nodes: grown.nodes, values: grown.values.matrix, featureCount: 9, missing: settings.missing)
      for other in [read, mixed, made] {
        #expect(other == grown && other.hashValue == grown.hashValue)
        #expect(Array(other.nodes) == Array(grown.nodes))
        #expect(try Self.bytes(other) == Self.bytes(grown))
      }
      var nodes = Array(grown.nodes)
      nodes[count - 1].rows += 1
      #expect(
        try DecisionTree(
          nodes: nodes, values: grown.values.matrix, featureCount: 9, missing: settings.missing) != grown)
    }
  }

  @Test("the walk ends where the nodes, one after the other, send a row")
  func walk() throws {
    var random = RandomStream(seed: 2)
    let data = Self.data(500, gaps: true, isCoarse: true)
    for settings in Self.settings {
      let tree = try DecisionTreeClassifier(settings: settings).fit(data, using: &random).tree
      let ends = tree.endNodes(of: data.features)
      for row in 0..<data.count {
        var index = 0
        while let next = tree.nodes[index].child(
          for: data.features[row, Int(tree.nodes[index].feature)], tree.missing)
        {
          index = next
        }
        #expect(ends[row] == index)
      }
    }
  }

  @Test("a tree of no features counts the rows that have a weight")
  func noFeatures() throws {
    let data = ClassificationData(
      features: Matrix(rows: 3, columns: 0), labels: [0, 1, 1], classCount: 2, weights: [0, 2, 1])
    var random = RandomStream(seed: 1)
    let tree = try DecisionTreeClassifier().fit(data, using: &random).tree
    #expect(tree.nodes.count == 1 && tree.nodes[0].rows == 2 && tree.nodes[0].weight == 3)
    #expect(tree.values.row(0) == [0, 3])
    #expect(tree.endNodes(of: Matrix(rows: 2, columns: 0)) == [0, 0])
  }
}
