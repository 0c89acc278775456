import Experiments
import Learning
import LinearAlgebra
import Querying
import Reporting
import Stealing
import StealingStudies
import Tabular
import Workbench

/// A model beside another one, which is behind an address or in a file: how often they differ, on rows of a table and on
/// uniform ones.
struct ModelComparison {
  let choices: ComparisonOptions
  let format: TableFormat
  let options: GlobalOptions

  /// What came out.
  struct Result {
    /// The other model.
    let name: String
    /// Rows that were compared, those of the table first.
    let rows: (test: Int, uniform: Int)
    let metrics: Metrics
    let notes: [String]
  }

  /// Compares a model file with the other model.
  ///
  /// - Throws: errors of the tables, of the way to a service, `StealingError.notComparable`.
  func run(_ file: ModelFile, beside other: String, data: String) async throws -> Result {
    let allowance = choices.asksService ? TheftAllowance(choices.budget) : nil
    Activity.now("finding out how to ask")
    let victim = try await victim(other, data: data, for: file, allowance)
    var (count, rows) = (
      choices.check ?? (victim.isRemote ? 200 : FidelityReport.uniformRows), victim.testRows
    )
    if let limit = allowance?.limit {
      guard limit.left > 0 else { throw QueryError.budgetSpent(limit.total) }
      let shares = Self.shares(of: limit.left, given: rows?.rows ?? 0, uniform: count)
      if let given = rows, given.rows > shares.given {
        rows = shares.given > 0 ? given.rows(at: Array(0..<shares.given)) : nil
      }
      count = shares.uniform
    }
    Activity.now("comparing")
    var random = RandomStream(seed: options.seed).child("check")
    let report = try await FidelityReport.measure(
      victim.oracle, StolenModel(file.pipeline), ledger: QueryLedger(), testRows: rows, uniformCount: count,
      using: &random)
    var metrics = Metrics(report)
    metrics["rows_test"] = report.test.map { Double($0.rows) }
    metrics["rows_unif"] = Double(report.uniform.rows)
    if victim.isRemote { metrics["probed"] = Double(victim.probedRows) }
    return Result(
      name: victim.name, rows: (report.test?.rows ?? 0, report.uniform.rows), metrics: metrics,
      notes: victim.notes)
  }

  /// How many given and uniform rows are compared where only so many may be asked about.
  ///
  /// The rows of the table come first, since they are what the user gave; where they take all, a quarter of what is left,
  /// and at least one row, is uniform.
  ///
  /// - Parameters:
  ///   - left: rows that may be asked about, at least one.
  ///   - given: rows of the table.
  ///   - uniform: uniform rows that are wanted, at least one.
  static func shares(of left: Int, given: Int, uniform: Int) -> (given: Int, uniform: Int) {
    let kept = given < left ? given : left - min(uniform, max(left / 4, 1))
    return (kept, min(uniform, left - kept))
  }

  private func victim(
    _ other: String, data: String, for file: ModelFile, _ allowance: TheftAllowance?
  ) async throws -> StealTarget.Victim {
    if choices.asksService {
      return try await ServiceAccess(
        connection: choices.connection, format: format, ranges: choices.ranges, content: choices.content
      ).victim(other, options, data: data, allowance: allowance)
    }
    let second = try ModelReader.read(other, console: options.console)
    let pipeline = second.pipeline
    let table = try format.table(data, options, targets: [pipeline.targetName], for: second).asked(
      besides: pipeline.targetName, inputs: pipeline.describedColumns.map(\.name))
    let (columns, notes) = try ColumnRanges(
      description: try choices.ranges.map { try InputDescription($0) },
      examples: [ColumnRanges.Example(table, name: "the rows of \(TableOptions.name(data))")]
    ).columns(pipeline.describedColumns)
    let oracle = PipelineOracle(pipeline, columns: columns)
    return StealTarget.Victim(
      oracle: oracle, unguarded: oracle, name: TableOptions.name(other), isRemote: false, guards: [],
      testRows: try table.placing { try oracle.schema.rows(of: table) }, notes: notes)
  }
}

extension ModelComparison.Result {
  /// The numbers as a table.
  func table(_ model: String) -> TextTable {
    var table = TextTable(
      title: "\(model) beside \(name)",
      columns: [
        .init("number"), .number("given rows (\(rows.test))"), .number("uniform rows (\(rows.uniform))"),
      ],
      note: "The two models beside each other, not beside the truth.")
    for (metric, title) in [
      ("r", "share of rows with another label"), ("tv", "mean total variation of probabilities"),
      ("difference", "mean difference of numbers"),
    ] {
      let values = ["test", "unif"].map { metrics["\(metric)_\($0)"] }
      if values.allSatisfy({ $0 == nil }) { continue }
      table.append([.init("\(metric): \(title)")] + values.map { .init($0?.significant(4) ?? "–") })
    }
    return table
  }
}
