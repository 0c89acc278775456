import Foundation
import Learning
import LinearAlgebra
import Tabular
import Testing

@testable import Experiments

@Suite("Theft of decision trees")
struct TreeTheftTests {
  private static let folder = DataSearchPath(
    dataDirectory: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "../shared/datasets").path)
  static let isLong = ProcessInfo.processInfo.environment["BEZOAR_LONG_TESTS"] != nil

  private static func has(_ name: TreeVictim.Named) -> Bool {
    guard let card = try? DatasetCatalogue.card(id: name.rawValue) else { return false }
    return (try? folder.locate(card)) != nil
  }

  private func theft(
    _ name: TreeVictim.Named, _ attack: TreeAttack, leaves: Int? = nil, decimals: Int? = nil, seed: UInt64 = 1
  ) async throws -> TreeTheft {
    let clock = ContinuousClock()
    let begun = clock.now
    let victim = try TreeVictim.named(name, searchPath: Self.folder, leaves: leaves)
    let grown = clock.now
    let theft = try await TreeTheft.run(victim, attack, decimals: decimals, seed: seed)
    print(name.rawValue, "columns", victim.pipeline.features.inputColumns.count, "rows", victim.rows.rows, decimals ?? -1, theft, "grow", grown - begun, "steal", clock.now - grown)
    return theft
  }

  @Test(.enabled(if: has(.germanCredit), "skipped: data not present"))
  func german() async throws {
    _ = try await theft(.germanCredit, .topDown(epsilon: 1e-3))
    for seed in 1...3 { _ = try await theft(.germanCredit, .pathFinding(patience: 20, epsilon: 1e-3), seed: UInt64(seed)) }
  }
  @Test(.enabled(if: has(.steak), "skipped: data not present"))
  func steak() async throws {
    _ = try await theft(.steak, .topDown(epsilon: 1e-3))
    for seed in 1...3 { _ = try await theft(.steak, .pathFinding(patience: 20, epsilon: 1e-3), seed: UInt64(seed)) }
  }
  @Test(.enabled(if: isLong && has(.happiness), "skipped: data not present"))
  func gss() async throws {
    _ = try await theft(.happiness, .topDown(epsilon: 1e-3))
    for seed in 1...2 { _ = try await theft(.happiness, .pathFinding(patience: 20, epsilon: 1e-3), seed: UInt64(seed)) }
  }
  @Test func cancer() async throws {
    _ = try await theft(.cancer, .topDown(epsilon: 1e-3))
    _ = try await theft(.cancer, .pathFinding(patience: 20, epsilon: 1e-3))
  }
  @Test func diabetes() async throws {
    _ = try await theft(.diabetes, .topDown(epsilon: 1e-3))
    _ = try await theft(.diabetes, .pathFinding(patience: 20, epsilon: 1e-3))
  }
}
