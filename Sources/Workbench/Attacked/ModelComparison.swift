public import Experiments
public import Learning
import LinearAlgebra
import Querying
public import Reporting
import Stealing
import StealingStudies
import Tabular

/// A model beside another one, which is behind an address or in a file: how often they differ, on rows of a table and on
/// uniform ones.
public struct ModelComparison: Sendable {
  /// The other model.
  public enum Other: Sendable {
    /// A model file.
    case file(String)
    /// A service.
    case url(ServiceAccess)
  }

  /// The other model.
  public var other: Other
  /// Rows of users: a file or the id of a data set.
  public var data: String
  /// Uniform rows to compare the two models on besides; nil for the usual number.
  public var check: Int?
  /// Most rows that may be sent to a service; nil for the usual number.
  public var budget: Int?
  /// Range of the numbers whose range is not known, or a JSON file with the inputs.
  public var ranges: String?
  /// How tables are read.
  public var reading = ReadingChoices()

  /// A comparison on the rows of a table and the usual number of uniform ones.
  public init(with other: Other, data: String) { (self.other, self.data) = (other, data) }

  /// What came out.
  public struct Result: Sendable {
    /// The other model.
    public let name: String
    /// Rows that were compared, those of the table first.
    public let rows: (test: Int, uniform: Int)
    /// How often the models differ.
    public let metrics: Metrics
  }

  /// Compares a model file with the other model.
  ///
  /// - Throws: errors of the tables, of the way to a service, `StealingError.notComparable`.
  public func run(_ file: ModelFile, _ context: JobContext) async throws -> Result {
    context.observer.begin("finding out how to ask")
    let (source, allowance) = source
    let victim = try await ModelUnderAttack.open(source, ranges: ranges, in: context) { other in
      try KnownRows(data, for: other, reading, in: context)
    }
    var (count, rows) = (
      check ?? (victim.isRemote ? 200 : FidelityReport.uniformRows), victim.testRows
    )
    if let limit = allowance?.limit {
      guard limit.left > 0 else { throw QueryError.budgetSpent(limit.total) }
      let shares = Self.shares(of: limit.left, given: rows?.rows ?? 0, uniform: count)
      if let given = rows, given.rows > shares.given {
        rows = shares.given > 0 ? given.rows(at: Array(0..<shares.given)) : nil
      }
      count = shares.uniform
    }
    context.observer.begin("comparing")
    var random = RandomStream(seed: context.seed).child("check")
    let report = try await FidelityReport.measure(
      victim.oracle, StolenModel(file.pipeline), ledger: QueryLedger(), testRows: rows, uniformCount: count,
      using: &random)
    var metrics = Metrics(report)
    metrics["rows_test"] = report.test.map { Double($0.rows) }
    metrics["rows_unif"] = Double(report.uniform.rows)
    if victim.isRemote { metrics["probed"] = Double(victim.probedRows) }
    context.note(victim.notes)
    return Result(
      name: victim.name, rows: (report.test?.rows ?? 0, report.uniform.rows), metrics: metrics)
  }

  /// Where the other model is, and what may be sent to it.
  private var source: (ModelUnderAttack.Source, TheftAllowance?) {
    switch other {
    case .file(let path): return (.file(ModelFileAccess(path)), nil)
    case .url(var access):
      let allowance = TheftAllowance(budget)
      access.allowance = allowance
      return (.url(access), allowance)
    }
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
  public static func shares(of left: Int, given: Int, uniform: Int) -> (given: Int, uniform: Int) {
    let kept = given < left ? given : left - min(uniform, max(left / 4, 1))
    return (kept, min(uniform, left - kept))
  }
}

extension ModelComparison.Result {
  /// The numbers as a table.
  public func table(_ model: String) -> TextTable {
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
