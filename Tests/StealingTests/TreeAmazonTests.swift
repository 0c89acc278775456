import Foundation
import Learning
import LinearAlgebra
import Querying
import Tabular
import Testing

@testable import Stealing

/// An oracle that says more of the range of its numbers than the ends of bins do.
private struct WideOracle: PredictionOracle {
  let base: PipelineOracle
  let schema: QuerySchema
  var capabilities: OracleCapabilities { base.capabilities }

  func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
    try base.answers(queries, details: details)
  }
}

@Suite("Theft of bins and weights by incomplete queries")
struct TreeAmazonTests {
  private let inputs = [
    InputColumn(name: "age", kind: .number(lower: 17, upper: 90)),
    InputColumn(name: "work", kind: .category(levels: ["a", "b", "c"])),
    InputColumn(name: "hours", kind: .number(lower: 0, upper: 100)),
  ]

  private func victim(classes: Int) throws -> Pipeline {
    let features = FeatureEncoder(
      inputs: inputs,
      encodings: [.bins(ends: [25, 32, 41, 58]), .indicators, .number(zero: 40, scale: 12)])
    #expect(features.space.count == 5 + 3 + 1)
    var random = RandomStream(seed: 3)
    let rows = classes == 2 ? 1 : classes
    var weights = Matrix(rows: rows, columns: 9)
    for row in 0..<rows { for column in 0..<9 { weights[row, column] = random.normal() } }
    let intercepts = (0..<rows).map { 0.1 * Double($0) }
    return try Pipeline(
      features: features, target: .classes(name: "y", labels: (0..<classes).map { "class \($0)" }),
      model: .linearClassifier(
        LinearClassifier(weights: weights, intercepts: intercepts, link: classes == 2 ? .logistic : .softmax))
    )
  }

  @Test("Bins, indicators and a plain number are told apart and copied", arguments: [2, 4])
  func copies(classes: Int) async throws {
    let victim = try victim(classes: classes)
    let oracle = PipelineOracle(victim)
    #expect(oracle.capabilities.acceptsMissing)
    let session = QuerySession(oracle)
    var random = RandomStream(seed: 1)
    let stolen = try await AmazonCase().steal(session, using: &random)
    #expect(stolen.gaps.isEmpty && !stolen.isComplete)
    #expect(stolen.notes == ["column 'age' has 5 bins"])
    #expect(stolen.pipeline.features.space.names == victim.features.space.names)
    // Whole ages, as the data have them: the ends of bins are found to the whole year.
    var points = oracle.schema.uniformRows(1000, using: &random)
    for row in 0..<points.rows { points[row, 0] = points[row, 0].rounded() }
    points[0, 0] = .nan
    points[1, 2] = .nan
    let (truth, copy) = (try oracle.answers(points), try PipelineOracle(stolen.pipeline).answers(points))
    #expect(stolen.checked(HeldOutCheck(model: truth, copy: copy)).isComplete)
    for (one, other) in zip(truth, copy) {
      #expect(zip(one.probabilities, other.probabilities).allSatisfy { abs($0 - $1) < 1e-9 })
    }
  }

  @Test("Equal bounds make one bin, and queries that run out are said")
  func edges() async throws {
    let inputs = [
      InputColumn(name: "same", kind: .number(lower: 4, upper: 4)),
      InputColumn(name: "one", kind: .category(levels: ["only"])),
    ]
    let features = FeatureEncoder(inputs: inputs, encodings: [.bins(ends: []), .indicators])
    let victim = try Pipeline(
      features: features, target: .classes(name: "y", labels: ["no", "yes"]),
      model: .linearClassifier(LinearClassifier(weights: [1, -2], intercept: 0.5)))
    var random = RandomStream(seed: 1)
    let session = QuerySession(PipelineOracle(victim))
    let stolen = try await AmazonCase().steal(session, using: &random)
    // Three numbers and the two between them, the level, and the empty query.
    #expect(session.ledger.queries == 7)
    guard case .linearClassifier(let model) = stolen.pipeline.model else {
      Issue.record("the copy is no linear model")
      return
    }
    #expect(abs(model.weights[0, 0] - 1) < 1e-12 && abs(model.weights[0, 1] + 2) < 1e-12)
    await #expect(throws: QueryError.budgetSpent(2)) {
      var random = RandomStream(seed: 1)
      _ = try await AmazonCase().steal(QuerySession(PipelineOracle(victim), budget: 2), using: &random)
    }
  }

  /// Whether the copy of a logistic model of one column in bins gives the answers of the model at every value that is
  /// `steps` away from an end.
  private func agrees(
    _ ends: [Double], lower: Double, upper: Double, at steps: [Double]
  ) async throws -> Bool {
    let inputs = [InputColumn(name: "income", kind: .number(lower: lower, upper: upper))]
    let features = FeatureEncoder(inputs: inputs, encodings: [.bins(ends: ends)])
    let victim = try Pipeline(
      features: features, target: .classes(name: "y", labels: ["no", "yes"]),
      model: .linearClassifier(
        LinearClassifier(weights: (0...ends.count).map { sin(Double(3 * $0)) }, intercept: 0.2)))
    var random = RandomStream(seed: 1)
    let oracle = WideOracle(
      base: PipelineOracle(victim), schema: QuerySchema(inputs: inputs, target: .classes(["no", "yes"])))
    let stolen = try await AmazonCase().steal(QuerySession(oracle), using: &random)
    let points = Matrix(ends.flatMap { end in steps.map { [end + $0] } })
    let (truth, copy) = (
      try PipelineOracle(victim).answers(points), try PipelineOracle(stolen.pipeline).answers(points)
    )
    return zip(truth, copy).allSatisfy { abs($0.probabilities[1] - $1.probabilities[1]) < 1e-9 }
  }

  @Test("Ends of whole numbers are found exactly, and others as closely as the search goes")
  func wholeNumbers() async throws {
    let whole: [Double] = [123, 124, 5001, 5002, 5003, 70_017, 99_990]
    #expect(try await agrees(whole, lower: 0, upper: 100_000, at: [-1, -0.4, 0, 0.01, 0.4, 1]))
    // The numbers themselves may begin the bin above.
    let above = whole.map(\.nextDown)
    #expect(try await agrees(above, lower: 0, upper: 100_000, at: [-1, 0, 1e-9, 0.4, 1]))
    // Whole bounds of a column that is not: the search goes to 1e-3 of half the range, and whole numbers are right.
    #expect(try await agrees([10, 20.37, 30.62], lower: 0, upper: 100, at: [-0.06, 0.06]))
    #expect(try await agrees([1230.37, 99_000.37], lower: 0, upper: 100_000, at: [-0.37, 0.63, -1, 1]))
    // Ends may lie beyond the bounds.
    #expect(try await agrees([50, 103], lower: 0, upper: 100, at: [-1, 0, 0.01, 1]))
    // The ends of a long column of whole numbers are known to 1e-5 of half its range, the first and last exactly.
    let long = [1003.0, 500_003, 1_200_004]
    #expect(try await agrees(long, lower: 0, upper: 1_400_000, at: [-8, 8]))
    #expect(try await agrees([long[0], long[2]], lower: 0, upper: 1_400_000, at: [0, 0.01]))
    // Beyond 1e12 whole numbers are too far from each other to be asked about one by one.
    #expect(try await agrees([1e17 + 480_000], lower: 1e17, upper: 1e17 + 1e6, at: [-2048, 2048]))
  }

  @Test("The number that is chosen in an interval has the fewest digits")
  func shortest() {
    #expect(SingleColumnProbe.shortest(from: 40.95, to: 41.02) == 41)
    #expect(SingleColumnProbe.shortest(from: -0.73, to: -0.68) == -0.7)
    #expect(SingleColumnProbe.shortest(from: 178_001, to: 178_400) == 178_200)
    #expect(SingleColumnProbe.shortest(from: 5, to: 5.001) == 5)
  }
}
