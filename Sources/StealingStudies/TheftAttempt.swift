import Guarding
import LinearAlgebra
import Methods
import Querying
import Stealing

/// A theft that may fail: how close the copy comes to the model, or why there is none.
struct TheftAttempt: Sendable {
  /// The copy beside the model without guards; nil without a copy.
  let copy: FidelityReport?
  /// Why there is no copy; nil if there is one.
  let failure: String?

  /// Steals through a session and compares on test rows and on uniform ones, with the true labels of the former if
  /// they are given.
  ///
  /// - Throws: errors of the model, `CancellationError`.
  init(
    _ attack: any ExtractionAttack, _ session: QuerySession, beside model: PipelineOracle, testRows: Matrix,
    labels: [Int]? = nil, uniformRows: Int, seed: UInt64
  ) async throws {
    do {
      try ExtractionAttacks.builtIn.check(type(of: attack), on: session.schema, session.capabilities)
      var random = RandomStream(seed: seed).child("attack")
      let stolen = try await attack.steal(session, using: &random)
      var rows = RandomStream(seed: seed).child("uniform")
      copy = try await FidelityReport.measure(
        model, stolen, ledger: session.ledger, testRows: testRows, labels: labels, uniformCount: uniformRows,
        using: &rows)
      failure = nil
    } catch let error as StealingError {
      (copy, failure) = (nil, error.description)
    } catch let error as GuardingError {
      (copy, failure) = (nil, error.description)
    } catch let error as QueryError {
      (copy, failure) = (nil, error.description)
    }
  }
}
