import Experiments
import Learning
import LinearAlgebra
import Methods
import Poisoning
import Tabular

/// Defends the training on a table: finds rows that look poisoned and learns without them.
public struct DefenceJob: Sendable {
  /// The table.
  public var table: UserTableRequest
  /// Id of the defence.
  public var defence = "trim"
  /// Settings of the defence, as `name=value`.
  public var settings: [String] = []
  /// Share of poison that the defence prepares for, above 0 and at most 0.99.
  public var rate = 0.08
  /// The defended model.
  public var model = LinearModelChoice()
  /// File that says which rows are poison, to score the defence; nil for the one beside the data, if there is one. The
  /// defence never sees it.
  public var flags: String?
  /// Table of rows known to be clean, with the same columns.
  public var reference: String?

  /// A mean squared error without and with the defence.
  public struct Line: Sendable {
    /// What it is measured on.
    public let title: String
    /// Without the defence; nil without rows.
    public let before: Double?
    /// With it; nil without rows.
    public let after: Double?
  }

  /// A defence with the usual choices.
  public init(_ table: UserTableRequest) { self.table = table }

  /// Checks the request without a look at the data.
  ///
  /// - Throws: ``WorkbenchError/usage(_:)``, and `SettingError` or `MethodError` for a defence that is not known.
  public func check(_ methods: MethodRegistry) throws {
    try checkRate(rate)
    try model.check()
    try table.check(intercept: model.hasIntercept)
    _ = try methods.trainingDefences.make(defence, settings: MethodSettings(settings))
  }

  /// Reads, defends and measures.
  ///
  /// - Throws: what ``check(_:)`` throws; `TabularError`, `DesignError`, `LearningError`, `PoisoningError`, and
  ///   ``WorkbenchError`` for flags that cannot be read or a defence that leaves too few rows.
  public func run(_ context: JobContext) throws -> Result {
    try check(context.methods)
    let user = try table.load(intercept: model.hasIntercept, context)
    context.note(user.design.notes)
    let flagFile = flags ?? PoisonFlags.found(for: table.data)
    let isPoison = try flagFile.map { try PoisonFlags.read(path: $0, rows: user.table.rowCount) }
    if let flagFile { context.note(["scored by \(flagFile)"]) }
    let method = try context.methods.trainingDefences.make(defence, settings: MethodSettings(settings))
    context.noteOrigins([method.entry])
    return try DefenceRun(
      user: user, job: self,
      defence: method,
      isPoison: isPoison, reference: try reference.map { try user.rows(of: $0, table.reading, context) },
      context: context
    ).run()
  }
}
