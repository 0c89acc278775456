import Inversion
import Learning
import LinearAlgebra
import Methods
import Testing

@Suite("Reconstruction of rows")
struct ReconstructionTests {
  private static func rows(_ count: Int, seed: UInt64) -> Matrix {
    var random = RandomStream(seed: seed)
    return Matrix((0..<count).map { _ in (0..<5).map { _ in random.normal() } })
  }

  @Test("Logistic: the unknown row and its class", arguments: [0, 7, 99])
  func logistic(hidden: Int) throws {
    let features = Self.rows(100, seed: 1)
    var random = RandomStream(seed: 2)
    let labels = (0..<100).map { features[$0, 0] + random.normal() > 0 ? 1 : 0 }
    let data = ClassificationData(features: features, labels: labels, classCount: 2)
    let model = try LogisticRegression(penalty: 0.5, gradientTolerance: 1e-13).solve(data).model
    let known = data.rows(at: (0..<100).filter { $0 != hidden })
    let found = try InformedAdversary.row(missingFrom: known, model: model, penalty: 0.5)
    let truth = features.row(hidden)
    #expect(norm2(zip(found.features, truth).map { $0 - $1 }) <= 1e-8 * norm2(truth))
    #expect(found.target == Double(labels[hidden]))
    // A wrong idea of the penalty leaves a trace of the weights in the row.
    let wrong = try InformedAdversary.row(missingFrom: known, model: model, penalty: 0)
    #expect(norm2(zip(wrong.features, truth).map { $0 - $1 }) > 1e-3)
  }

  @Test("Ridge: the unknown row and its number")
  func ridge() throws {
    let features = Self.rows(80, seed: 3)
    var random = RandomStream(seed: 4)
    let data = RegressionData(features: features, target: (0..<80).map { features[$0, 1] + random.normal() })
    let model = try LinearLearner.ridge(penalty: 2).fit(data)
    let known = data.rows(at: Array(1..<80))
    let found = try InformedAdversary.row(missingFrom: known, model: model, penalty: 2)
    let truth = features.row(0)
    #expect(norm2(zip(found.features, truth).map { $0 - $1 }) <= 1e-8 * norm2(truth))
    #expect(abs(found.target - data.target[0]) < 1e-8)
  }

  @Test("Noise on the parameters spoils the row in proportion")
  func noise() throws {
    let features = Self.rows(200, seed: 5)
    var random = RandomStream(seed: 6)
    let data = RegressionData(features: features, target: (0..<200).map { features[$0, 1] + random.normal() })
    let model = try LinearLearner.ridge(penalty: 1).fit(data)
    func error(_ size: Double) throws -> Double {
      var noisy = model
      noisy.weights[0] += size
      let found = try InformedAdversary.row(
        missingFrom: data.rows(at: Array(1..<200)), model: noisy, penalty: 1)
      return norm2(zip(found.features, features.row(0)).map { $0 - $1 })
    }
    let (small, large) = (try error(1e-6), try error(1e-4))
    #expect(small > 1e-8 && large > 50 * small && large < 200 * small)
  }

  @Test("A row that the model predicts exactly leaves no trace; models must fit")
  func refused() throws {
    let features = Self.rows(10, seed: 7)
    let exact = RegressionData(features: features, target: (0..<10).map { 2 * features[$0, 0] })
    let model = LinearModel(weights: [2, 0, 0, 0, 0], intercept: 0)
    #expect(throws: InversionError.self) {
      _ = try InformedAdversary.row(missingFrom: exact.rows(at: Array(1..<10)), model: model, penalty: 0)
    }
    #expect(throws: InversionError.self) { _ = try PublicMoments(of: Matrix(rows: 0, columns: 5)) }
    #expect(throws: InversionError.self) {
      _ = try DeletionAttack.row(with: model, without: model, moments: PublicMoments(of: features))
    }
  }

  @Test("A deleted row, exactly with the moments of the data, nearly with those of others")
  func deletion() throws {
    let features = Self.rows(2000, seed: 8)
    var random = RandomStream(seed: 9)
    let data = RegressionData(
      features: features, target: (0..<2000).map { features[$0, 2] + random.normal() })
    let kept = Array(1..<2000)
    let (with, without) = (
      try LinearLearner.leastSquares.fit(data), try LinearLearner.leastSquares.fit(data.rows(at: kept))
    )
    let truth = features.row(0)
    func cosine(_ row: [Double]) -> Double { dot(row, truth) / (norm2(row) * norm2(truth)) }
    // With the moments of the rest the direction is exact.
    let own = try DeletionAttack.row(
      with: with, without: without, moments: PublicMoments(of: features.rows(at: kept)))
    #expect(norm2(zip(own, truth).map { $0 - $1 }) < 1e-6)
    let other = try DeletionAttack.row(
      with: with, without: without, moments: PublicMoments(of: Self.rows(1000, seed: 10)))
    #expect(cosine(other) > 0.97)
  }

  @Test("Attacks of the catalogue rebuild the row of a task, and refuse one that they know too little of")
  func tasks() throws {
    let features = Self.rows(300, seed: 12)
    var random = RandomStream(seed: 13)
    let data = RegressionData(
      features: features, target: (0..<300).map { features[$0, 2] + random.normal() })
    let rest = data.rows(at: Array(1..<300))
    let (with, without) = (try LinearLearner.leastSquares.fit(data), try LinearLearner.leastSquares.fit(rest))
    let known = ReconstructionTask(model: .linear(with), evidence: .numbers(rest))
    let deleted = ReconstructionTask(
      model: .linear(without), evidence: .earlier(.linear(with), publicRows: rest.features))
    let truth = features.row(0)
    let catalogue = ReconstructionAttacks.builtIn
    let informed = try catalogue.make("informed-adversary", settings: MethodSettings(["penalty=0"]))
    let row = try informed.row(known)
    #expect(norm2(zip(row.features, truth).map { $0 - $1 }) < 1e-8)
    #expect(abs(try #require(row.target) - data.target[0]) < 1e-8)
    #expect(row.figures.first == .init("penalty", 0))
    let deletion = try catalogue.make("deletion")
    let second = try deletion.row(deleted)
    #expect(norm2(zip(second.features, truth).map { $0 - $1 }) < 1e-6 && second.target == nil)
    #expect(throws: InversionError.missing(method: "deletion", need: "two linear model files")) {
      try deletion.row(known)
    }
    #expect(throws: InversionError.self) { try informed.row(deleted) }
    try informed.check(.linear(with))
    try deletion.check(.linear(with))
    let classifier = FittedModel.linearClassifier(LinearClassifier(weights: [1, 0, 0, 0, 0], intercept: 0))
    try informed.check(classifier)
    #expect(throws: InversionError.missing(method: "deletion", need: "two linear model files")) {
      try deletion.check(classifier)
    }
    #expect(catalogue.methods.map { type(of: $0).knowledge } == [.otherRows, .earlierModel])
  }

  @Test("The penalty is the one that is given, else that of the model file; one that was chosen is asked for")
  func penalties() throws {
    func penalty(_ recipe: String, _ settings: [String], given: [String] = []) throws -> Double? {
      let origin = ModelFile.Provenance(
        tool: "t", recipe: recipe, settings: settings, dataset: "d", sha256: "", rows: 1, seed: 0)
      let given = try MethodSettings(given)
      let attack = try ReconstructionAttacks.builtIn.make("informed-adversary", settings: given)
      return (try attack.adapted(to: origin, settings: given) as? InformedAdversary)?.penalty
    }
    #expect(try penalty("ridge", ["penalty=2.5"]) == 2.5)
    #expect(try penalty("ridge", ["penalty=2.5"], given: ["penalty=3"]) == 3)
    #expect(try penalty("ols", []) == 0)
    #expect(try penalty("ols", [], given: ["penalty=3"]) == 3)
    #expect(try penalty("logistic", []) == 1)
    #expect(try penalty("ridge", [], given: ["penalty=0"]) == 0)
    #expect(throws: InversionError.self) { try penalty("ridge", []) }
    #expect(try (InformedAdversary().adapted(to: nil, settings: .none)).penalty == 1)
  }

  @Test("Shares of classes from moves that depend on them linearly")
  func updates() throws {
    var random = RandomStream(seed: 11)
    let shares = Matrix(
      (0..<50).map { _ in
        let values = (0..<3).map { _ in random.uniform() }
        return values.map { $0 / values.reduce(0, +) }
      })
    let mixing = Matrix([[0.3, -0.1, -0.2], [-0.2, 0.4, -0.2], [-0.1, -0.1, 0.2]])
    let attack = try UpdateLabels(moves: shares.times(mixing), shares: shares)
    let found = attack.shares(of: mixing.transposedTimes([0.2, 0.3, 0.5]))
    #expect(zip(found, [0.2, 0.3, 0.5]).allSatisfy { abs($0 - $1) < 1e-3 })
    #expect(
      UpdateLabels.move(before: Matrix([[0.5, 0.5], [1, 0]]), after: Matrix([[1, 0], [1, 0]])) == [
        0.25, -0.25,
      ])
  }

  @Test("What the leaves of a tree give away")
  func exposure() throws {
    let node = { (left: Int32, right: Int32, test: DecisionTree.Test, rows: Int) in
      DecisionTree.Node(
        feature: 0, left: left, right: right, test: test, rows: rows, weight: Double(rows), impurity: 0)
    }
    let tree = try DecisionTree(
      nodes: [
        node(1, 2, .atMost(0), 10), node(0, 0, .leaf, 1), node(3, 4, .atMost(1), 9), node(0, 0, .leaf, 4),
        node(0, 0, .leaf, 5),
      ], values: Matrix([[6, 4], [1, 0], [5, 4], [4, 0], [1, 4]]), featureCount: 1, missing: .stop)
    let exposure = TreeExposure(TreeClassifier(tree: tree))
    #expect(exposure.anonymity == 1 && exposure.lonelyLeaves == 1 && exposure.leaves == 3)
    #expect(exposure.pureLeaves == 2 && exposure.disclosingLeaves == 2 && exposure.pureShare == 0.5)
    #expect(exposure.residualFreedom == 10 - 2 - 3)
  }
}
