import Foundation
import Learning
import LinearAlgebra
import Methods
import Querying
import Stealing
import Tabular
import Testing

@testable import PredictionAPI

/// Servers of others, started by `Tests/Peers/third_party_servers.py --parameters FILE`. `BEZOAR_PEER_SERVERS` is the
/// line that it prints and `BEZOAR_PEER_PARAMETERS` the file.
private let peers = ProcessInfo.processInfo.environment["BEZOAR_PEER_SERVERS"]

@Suite("Servers of others", .enabled(if: peers != nil, "skipped: no other server was started"))
struct ThirdPartyTests {
  private struct Parameters: Decodable {
    let weights: [[Double]]
    let intercepts: [Double]
  }

  @Test(
    "A softmax model of scikit-learn is found and stolen from the bare address",
    arguments: ["mlserver", "mlflow"])
  func theft(_ server: String) async throws {
    let urls = try JSONDecoder().decode([String: String].self, from: Data((peers ?? "").utf8))
    let path = try #require(ProcessInfo.processInfo.environment["BEZOAR_PEER_PARAMETERS"])
    let truth = try JSONDecoder().decode(Parameters.self, from: Data(contentsOf: URL(filePath: path)))
    let model = LinearClassifier(weights: Matrix(truth.weights), intercepts: truth.intercepts, link: .softmax)
    let oracle = try await HTTPOracle.connect(url: try #require(urls[server]))
    #expect(oracle.dialect == (server == "mlflow" ? .mlflow : .v2))
    #expect(oracle.schema.inputs.count == 64)
    #expect(oracle.schema.classes == (0..<10).map { "\($0)" })
    #expect(oracle.capabilities.content == .probabilities)
    #expect(oracle.capabilities.decimals == nil && !oracle.capabilities.acceptsMissing)

    // As `bezoar steal URL` does without any flag: 65 queries, and 20 to check the copy.
    var random = RandomStream(seed: 1)
    let session = QuerySession(oracle)
    let stolen = try await ExtractionAttacks.builtIn.make("auto").steal(session, using: &random)
    #expect(session.ledger.billed == 85 && stolen.isComplete)
    let points = oracle.schema.uniformRows(10_000, using: &random)
    let copy = try PipelineOracle(stolen.pipeline, content: .label).answers(points).labels
    #expect(copy == model.predict(points))
    for note in oracle.notes { print("\(server): \(note)") }
    print(
      "\(server): probed \(oracle.probedRows) rows, billed \(session.ledger.billed), traffic \(oracle.traffic)"
    )
  }
}
