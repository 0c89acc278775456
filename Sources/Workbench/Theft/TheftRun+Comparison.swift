import LinearAlgebra
import Querying
import Stealing

extension TheftRun {
  /// The copy beside the model; a remark instead where the model gives no more answers.
  ///
  /// Over the network the comparison is paid for, so it is counted and put on record like the theft.
  func comparison(
    _ opening: Opening, _ stolen: StolenModel, _ ledger: QueryLedger, _ session: QuerySession
  ) async throws -> (FidelityReport?, remark: String?) {
    guard !request.isReplay, request.check != 0 else { return (nil, nil) }
    let victim = opening.victim
    var (count, rows) = (request.check ?? (victim.isRemote ? 200 : 10_000), victim.testRows)
    if victim.isRemote {
      (count, rows) = affordable(opening, count, rows)
      guard count > 0 else {
        let total = opening.allowance.limit.total
        return (
          nil, "the copy could not be compared with the model: the budget of \(total) rows is spent"
        )
      }
    }
    do {
      var random = RandomStream(seed: context.seed).child("check")
      let report = try await FidelityReport.measure(
        SessionOracle(session), stolen, ledger: ledger, testRows: rows, uniformCount: count, using: &random)
      return (report, nil)
    } catch let error where !(error is CancellationError) {
      return (nil, "the copy could not be compared with the model: \(error)")
    }
  }

  /// How many uniform rows, and which of the rows of users, the rest of the budget pays for. What is known costs nothing.
  private func affordable(
    _ opening: Opening, _ count: Int, _ rows: Matrix?
  ) -> (uniform: Int, given: Matrix?) {
    let schema = opening.victim.oracle.schema
    let known = Set(opening.known.filter { $0.details.isEmpty }.map { $0.query.map(\.bitPattern) })
    var left = opening.allowance.limit.left
    var random = RandomStream(seed: context.seed).child("check")
    func affordable(_ rows: Matrix) -> Int {
      let asked = schema.feasibleValues(rows)
      return (0..<asked.rows).first { row in
        guard !known.contains(asked.row(row).map(\.bitPattern)) else { return false }
        left -= 1
        return left < 0
      } ?? asked.rows
    }
    let uniform = affordable(schema.uniformRows(count, using: &random))
    let given = rows.map { $0.rows(at: Array(0..<affordable($0))) }
    return (uniform, given?.rows == 0 ? nil : given)
  }
}
