import Learning
import LinearAlgebra
import Querying
import Stealing
import Tabular
import Testing

@Suite("Log-ratio equations")
struct LogRatioTests {
  @Test("A softmax model is stolen by d + 1 queries")
  func softmax() async throws {
    var random = RandomStream(seed: 7)
    let inputs = (0..<6).map { InputColumn(name: "x\($0)", kind: .number(lower: 0, upper: 10)) }
    var weights = Matrix(rows: 4, columns: 6)
    for row in 0..<4 { for column in 0..<6 { weights[row, column] = random.normal() } }
    let model = LinearClassifier(weights: weights, intercepts: [0.1, 0.2, -0.3, 0], link: .softmax)
    let victim = try Pipeline(
      features: FeatureEncoder(inputs: inputs), target: .classes(name: "y", labels: ["a", "b", "c", "d"]),
      model: .linearClassifier(model))
    let oracle = PipelineOracle(victim)
    let session = QuerySession(oracle, budget: 7)
    let stolen = try await LogRatio().steal(session, using: &random)
    #expect(session.ledger.billed == 7)
    let points = oracle.schema.uniformRows(500, using: &random)
    let truth = try oracle.answers(points)
    let copy = try PipelineOracle(stolen.pipeline).answers(points)
    #expect(truth.labels == copy.labels)
    for (left, right) in zip(truth, copy) {
      #expect(zip(left.probabilities, right.probabilities).allSatisfy { abs($0 - $1) < 1e-12 })
    }
  }
}
