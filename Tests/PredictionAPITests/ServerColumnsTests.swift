import Foundation
import Learning
import LinearAlgebra
import Querying
import Guarding
import Stealing
import Tabular
import Testing

@testable import PredictionAPI

@Suite("Columns of servers")
struct ServerColumnsTests {
  private static func logistic(_ inputs: [InputColumn], _ weights: [Double]) throws -> Pipeline {
    try Pipeline(
      features: FeatureEncoder(inputs: inputs), target: .classes(name: "y", labels: ["no", "yes"]),
      model: .linearClassifier(LinearClassifier(weights: weights, intercept: 0.25)))
  }

  @Test("A server that does not know a range tells none, and says what is whole and what belongs together")
  func metadata() async throws {
    let group = IndicatorGroup(name: "g", least: 1, most: 2)
    let unknown = EncodedFeature.NumberForm(
      scaling: .identity, bounds: nil, fill: 0, decimals: Decimals(unit: nil))
    let known = EncodedFeature.NumberForm(
      scaling: .identity, bounds: 2...5, fill: 0, decimals: Decimals(unit: nil), isWhole: true)
    let flag = EncodedFeature.NumberForm(
      scaling: .identity, bounds: 0...1, fill: 0, decimals: Decimals(unit: nil), isWhole: true, group: group)
    let features = try FeatureEncoder(
      [
        EncodedFeature(name: "a", form: .number(unknown)), EncodedFeature(name: "b", form: .number(known)),
        EncodedFeature(name: "g:x", form: .number(flag)), EncodedFeature(name: "g:y", form: .number(flag)),
      ], options: EncodingOptions(numeric: .none, missing: .fail), notes: [])
    let pipeline = try Pipeline(
      features: features, target: .classes(name: "y", labels: ["no", "yes"]),
      model: .linearClassifier(LinearClassifier(weights: [1, -1, 0.5, 0.25], intercept: 0)))
    for dialect in [DialectName.v2, .bigml, .amazon] {
      try await ServerSecurityTests.with(Samples.service(pipeline, dialect)) { port in
        let oracle = try await HTTPOracle.connect(url: "127.0.0.1:\(port)")
        #expect(oracle.notes.contains { $0.contains("'a'") && $0.contains("-1 to 1") }, "\(oracle.notes)")
        let inputs = oracle.schema.inputs
        #expect(inputs.map(\.name) == ["a", "b", "g:x", "g:y"])
        #expect(
          inputs[0].kind == .number(lower: -1, upper: 1) && inputs[1].kind == .number(lower: 2, upper: 5))
        if dialect == .v2 {
          #expect(inputs.map(\.isWhole) == [false, true, true, true])
          #expect(inputs.map(\.group) == [nil, nil, group, group])
        }
        var options = HTTPOracleOptions()
        options.inputs = .numbers(lower: 40, upper: 50)
        let told = try await HTTPOracle.connect(url: "127.0.0.1:\(port)", options: options)
        #expect(told.schema.inputs[0].kind == .number(lower: 40, upper: 50))
        #expect(told.schema.inputs[1].kind == .number(lower: 2, upper: 5))
        options.inputs = nil
        options.examples = [
          .init(Table(columns: [.init(name: "a", values: .numeric([7, 9]))]), name: "rows")
        ]
        let shown = try await HTTPOracle.connect(url: "127.0.0.1:\(port)", options: options)
        #expect(shown.schema.inputs[0].kind == .number(lower: 7, upper: 9))
      }
    }
  }

  @Test("Tensors of whole numbers are asked in their own datatype")
  func datatypes() throws {
    let facts = ServerDetection.v2Facts(
      try JSONReader.value(
        of: Array(
          #"{"inputs":[{"name":"n","datatype":"INT32","shape":[-1,1]},{"name":"b","datatype":"BOOL","shape":[-1,1]},{"name":"x","datatype":"FP32","shape":[-1,1]}]}"#
            .utf8)))
    #expect(facts.inputs.map(\.isWhole) == [true, true, false])
    let client = V2Client(url: "", datatypes: facts.datatypes)
    let inputs = facts.inputs.map { $0.column() }
    let body = String(
      decoding: client.request(Matrix([[3, 1, 0.5], [.nan, 0, 2]]), inputs, details: []).body, as: UTF8.self)
    #expect(body.contains(#""datatype":"INT32","data":[3,null]"#), "\(body)")
    #expect(body.contains(#""datatype":"BOOL","data":[true,false]"#), "\(body)")
    #expect(body.contains(#""datatype":"FP64","data":[0.5,2.0]"#), "\(body)")
  }

  @Test(
    "A service that cuts fractions off is found out, and stolen exactly",
    arguments: [[true, true, true], [true, false, true]])
  func cut(_ whole: [Bool]) async throws {
    let inputs = (0..<3).map { InputColumn(name: "x\($0)", kind: .number(lower: 0, upper: 10)) }
    let pipeline = try Self.logistic(inputs, [1.5, -2, 0.75])
    let cutting = CuttingGuard(oracle: PipelineOracle(pipeline), whole: whole)
    let service = try Samples.service(pipeline, .kserveV1, guards: [cutting], describes: false)
    try await ServerSecurityTests.with(service) { port in
      var options = HTTPOracleOptions()
      options.inputs = .numbers(lower: 0, upper: 10)
      let oracle = try await HTTPOracle.connect(url: "127.0.0.1:\(port)", options: options)
      #expect(oracle.schema.inputs.map(\.isWhole) == whole)
      #expect(oracle.notes.contains { $0.contains("cuts fractions off") })
      var random = RandomStream(seed: 3)
      let session = QuerySession(oracle)
      let stolen = try await LogRatio().steal(session, using: &random)
      #expect(session.ledger.billed == 4)
      let points = oracle.schema.uniformRows(500, using: &random)
      let (copy, truth) = (
        try PipelineOracle(stolen.pipeline).answers(points), try PipelineOracle(pipeline).answers(points)
      )
      for (one, other) in zip(copy, truth) {
        #expect(totalVariation(one.probabilities, other.probabilities) < 1e-12)
      }
    }
  }

  @Test("A service that takes fractions is not taken for one that cuts them off, whatever its model")
  func whole() async throws {
    for pipeline in [
      try Samples.softmax(), try Samples.tree(), try Samples.regression(), try Samples.mixed(),
    ] {
      try await ServerSecurityTests.with(Samples.service(pipeline, .kserveV1, describes: false)) { port in
        var options = HTTPOracleOptions()
        options.inputs = .inputs(PipelineOracle(pipeline).schema.inputs, classes: pipeline.labels)
        let oracle = try await HTTPOracle.connect(url: "127.0.0.1:\(port)", options: options)
        #expect(!oracle.schema.inputs.contains { $0.isWhole })
      }
    }
  }
}

/// Answers about rows whose fractions are cut off in some columns, as a server does that makes integers of them.
private struct CuttingGuard: PreparedGuard {
  let oracle: PipelineOracle
  let whole: [Bool]

  func capabilities(_ offered: OracleCapabilities) -> OracleCapabilities { offered }

  func guarded(_ answers: [Answer], to queries: Matrix, client: String) throws -> [Answer] {
    var cut = queries
    for row in 0..<cut.rows {
      for column in whole.indices where whole[column] { cut[row, column].round(.towardZero) }
    }
    return try oracle.answers(cut)
  }
}
