import Foundation
import Inversion
import Learning
import LinearAlgebra
import Querying
import Tabular
import Testing

@Suite("Reconstruction of classes")
struct MIFaceTests {
  private static let inputs = (0..<4).map {
    InputColumn(name: "x\($0)", kind: .number(lower: 0, upper: $0 == 0 ? 10 : 1))
  }

  private static func models() throws -> [FittedModel] {
    var random = RandomStream(seed: 1)
    let rows = Matrix((0..<90).map { _ in (0..<4).map { _ in random.uniform() } })
    let labels = (0..<90).map { row in (0..<3).max { rows[row, $0] < rows[row, $1] } ?? 0 }
    let data = ClassificationData(features: rows, labels: labels, classCount: 3)
    let binary = ClassificationData(features: rows, labels: labels.map { min($0, 1) }, classCount: 2)
    var settings = NetworkSettings()
    (settings.hidden, settings.activation, settings.epochs) = ([6], .tanh, 50)
    return [
      .linearClassifier(try SoftmaxRegression(penalty: 0.1).fit(data, using: &random)),
      .linearClassifier(try LogisticRegression(penalty: 0.1).fit(binary, using: &random)),
      .networkClassifier(try NeuralNetworkClassifier(settings: settings).fit(data, using: &random)),
    ]
  }

  @Test("Exact gradients are the limit of differences", arguments: 0..<3)
  func gradients(kind: Int) async throws {
    let model = try Self.models()[kind]
    let classifier = try #require(model.classifier)
    let exact = try #require(HeldSurface(model))
    let asked = AskedSurface(QuerySession(ClassifierOracle(classifier)), difference: 1e-6)
    let point = [0.3, 0.8, 0.1, 0.5]
    for label in 0..<classifier.classCount {
      let (value, gradient) = try await exact.confidence(of: label, at: point)
      let (near, differences) = try await asked.confidence(of: label, at: point)
      #expect(abs(value - near) < 1e-12)
      #expect(zip(gradient, differences).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test("In a box of unequal sides both surfaces agree on points between 0 and 1")
  func box() async throws {
    let pipeline = try Pipeline(
      features: FeatureEncoder(inputs: Self.inputs),
      target: .classes(name: "y", labels: ["a", "b", "c"]), model: Self.models()[0])
    let box = UnitBox(lower: [0, 0, 0, 0], upper: [10, 1, 1, 1])
    let held = try #require(PipelineSurface(pipeline, unit: box))
    let asked = AskedSurface(QuerySession(PipelineOracle(pipeline)), difference: 1e-6, unit: box)
    let (value, gradient) = try await held.confidence(of: 1, at: [0.2, 0.4, 0.6, 0.8])
    let (near, differences) = try await asked.confidence(of: 1, at: [0.2, 0.4, 0.6, 0.8])
    #expect(abs(value - near) < 1e-12)
    #expect(zip(gradient, differences).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test(
    "The row is one that users could send, and the confidence is that of the row", arguments: [true, false])
  func rows(isHeld: Bool) async throws {
    // Three 0/1 columns of a category, a whole number and a free one.
    let group = IndicatorGroup(name: "g", least: 1, most: 1)
    let inputs =
      ["a", "b", "c"].map { InputColumn(name: "g:\($0)", kind: .number(lower: 0, upper: 1), group: group) }
      + [InputColumn(name: "n", kind: .number(lower: 0, upper: 4), isWhole: true)]
    let features = FeatureEncoder(inputs: inputs, isScaled: false)
    let pipeline = try Pipeline(
      features: features, target: .classes(name: "y", labels: ["a", "b", "c"]), model: Self.models()[0])
    let box = UnitBox(lower: [0, 0, 0, 0], upper: [1, 1, 1, 4])
    let oracle = PipelineOracle(pipeline)
    var attack = MIFace()
    attack.iterations = 30
    for label in 0..<3 {
      var random = RandomStream(seed: 5).child("\(label)")
      let session = QuerySession(oracle)
      let found =
        isHeld
        ? try await attack.rebuilt(
          label, #require(PipelineSurface(pipeline, unit: box)), schema: oracle.schema, box: box,
          otherStarts: 4, using: &random)
        : try await attack.rebuilt(
          label, AskedSurface(session, unit: box), schema: oracle.schema, box: box, otherStarts: 4,
          using: &random)
      var again = RandomStream(seed: 5).child("\(label)")
      let task = ClassTask(
        label: label, session: session, held: isHeld ? PipelineSurface(pipeline, unit: box) : nil, box: box,
        otherStarts: 4)
      #expect(try await (attack as any ClassReconstructionAttack).rebuilt(task, using: &again) == found)
      #expect(found.row.prefix(3).reduce(0, +) == 1 && found.row.allSatisfy { $0 == $0.rounded() })
      let answer = try #require(await QuerySession(oracle).ask(Matrix([found.row])).first)
      #expect(abs(answer.probabilities[label] - found.confidence) < 1e-12)
      #expect(found.isTaken == (answer.probabilities.max() == answer.probabilities[label]))
    }
  }

  @Test("A class that is the largest below one half is taken: no other start costs queries")
  func taken() async throws {
    let inputs = [InputColumn(name: "x", kind: .number(lower: 0, upper: 1))]
    let schema = QuerySchema(inputs: inputs, target: .classes(["a", "b", "c"]))
    let box = UnitBox(lower: [0], upper: [1])
    var random = RandomStream(seed: 1)
    var attack = MIFace()
    (attack.step, attack.window) = (1, 5)
    let first = try await attack.rebuilt(
      0, Hill(peak: 0.45, slope: 0.9), schema: schema, box: box, otherStarts: 16, using: &random)
    #expect(first.isTaken && first.start == 0 && first.hasLeftStart && first.confidence < 0.5)
    // Flat everywhere: every start is tried, none is left, whatever the point.
    let flat = try await attack.rebuilt(
      0, Hill(peak: 0.1, slope: 0), schema: schema, box: box, otherStarts: 3, using: &random)
    #expect(!flat.isTaken && !flat.hasLeftStart)
    let middle = try await attack.face(of: 0, Hill(peak: 0.1, slope: 0), lower: [0], upper: [1], from: [0.5])
    #expect(!middle.hasLeftStart && !middle.isEmpty)
  }

  /// A confidence that rises to `peak` along the first feature and is flat at `start`.
  private struct Hill: ClassSurface {
    let peak: Double
    let slope: Double
    let featureCount = 1
    func confidence(of label: Int, at point: [Double]) async throws -> (value: Double, gradient: [Double]) {
      (min(0.1 + slope * point[0], peak), [0.1 + slope * point[0] < peak ? slope : 0])
    }
    func probabilities(_ row: [Double]) async throws -> [Double] {
      let value = min(0.1 + slope * row[0], peak)
      return [value, (1 - value) / 2, (1 - value) / 2]
    }
  }

  @Test("The bound is a confidence: the search does not end at once, and ends when it is reached")
  func bound() async throws {
    var attack = MIFace()
    attack.step = 1
    let face = try await attack.face(of: 0, Hill(peak: 1, slope: 0.1), lower: [0], upper: [100])
    #expect((88...90).contains(face.steps) && face.confidence >= 0.99 - 1e-12 && !face.isEmpty)
  }

  @Test("Without progress the search ends after the window; a flat start stays empty")
  func window() async throws {
    var attack = MIFace()
    (attack.step, attack.window) = (1, 20)
    let stuck = try await attack.face(of: 0, Hill(peak: 0.5, slope: 0.1), lower: [0], upper: [100])
    // Forty steps to the peak, then twenty without progress.
    #expect((40...63).contains(stuck.steps) && abs(stuck.confidence - 0.5) < 1e-12)
    let flat = try await attack.face(of: 0, Hill(peak: 0.1, slope: 0), lower: [0], upper: [100])
    #expect(flat.isEmpty && flat.steps <= 21)
  }

  @Test(
    "Every class of a softmax model is reached, inside the bounds, and asking costs a query more than features"
  )
  func faces() async throws {
    let model = try Self.models()[0]
    let classifier = try #require(model.classifier)
    let surface = try #require(HeldSurface(model))
    var attack = MIFace()
    (attack.step, attack.confidence) = (1, 0.8)
    for label in 0..<3 {
      let face = try await attack.face(
        of: label, surface, lower: [0, 0, 0, 0], upper: [1, 1, 1, 1])
      #expect(face.point.allSatisfy { (0...1).contains($0) })
      #expect(classifier.predict(Matrix([face.point])) == [label])
    }
    attack.iterations = 3
    attack.confidence = 1
    let session = QuerySession(ClassifierOracle(classifier), remembers: false)
    _ = try await attack.face(
      of: 0, AskedSurface(session), lower: [0, 0, 0, 0], upper: [1, 1, 1, 1])
    #expect(session.ledger.queries == 4 * 5)
  }

  @Test("Labels alone are not enough; a tree has no gradients")
  func refused() async throws {
    let classifier = try #require(try Self.models()[0].classifier)
    let session = QuerySession(ClassifierOracle(classifier, content: .label))
    await #expect(throws: InversionError.self) {
      _ = try await AskedSurface(session).confidence(of: 0, at: [0, 0, 0, 0])
    }
    #expect(HeldSurface(.forest(try SmallForest.model())) == nil)
  }
}

/// A forest of one leaf.
enum SmallForest {
  static func model() throws -> ForestClassifier {
    let leaf = DecisionTree.Node(
      feature: 0, left: 0, right: 0, test: .leaf, rows: 2, weight: 2, impurity: 0.5)
    let tree = try DecisionTree(nodes: [leaf], values: Matrix([[1, 1]]), featureCount: 1, missing: .stop)
    return try ForestClassifier(trees: [TreeClassifier(tree: tree)])
  }
}
