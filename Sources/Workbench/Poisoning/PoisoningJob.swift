import Experiments
import Learning
import LinearAlgebra
import Methods
import Poisoning
import Tabular

/// Poisons a table and measures what that does to a model.
///
/// ```swift
/// var job = PoisoningJob(UserTableRequest(data: "patients.csv", target: "dose"))
/// job.attack = "bgd"
/// let poisoned = try job.run(JobContext(seed: 7))
/// let damage = poisoned.errors.last
/// ```
public struct PoisoningJob: Sendable {
  /// The table.
  public var table: UserTableRequest
  /// Id of the attack.
  public var attack = "optp"
  /// Settings of the attack, as `name=value`.
  public var settings: [String] = []
  /// Share of poison in the poisoned training set, above 0 and at most 0.99.
  public var rate = 0.08
  /// The attacked model.
  public var model = LinearModelChoice()
  /// Share of the rows on which the attacker measures its success; 0 to use the training rows.
  public var validationShare = 0.33
  /// Share of the rows kept unseen to measure the damage; 0 to measure none.
  public var testShare = 0.33
  /// Column that says training, validation or test for every row; nil for a random split.
  public var parts: String?
  /// Table that the attacker knows instead of the training set; nil for an attacker who knows it.
  public var substitute: String?

  /// Test error of the model of one training set.
  public struct TestError: Sendable {
    /// Id of the attack; `none` for clean rows.
    public let attack: String
    /// What the training set is, in words.
    public let title: String
    /// Share of poison.
    public let rate: Double
    /// In the scaled unit of the target.
    public let meanSquaredError: Double
  }

  /// Poisoning with the usual choices.
  public init(_ table: UserTableRequest) { self.table = table }

  /// Checks the request without a look at the data.
  ///
  /// - Throws: ``WorkbenchError/usage(_:)``, and `SettingError` or `MethodError` for an attack that is not known.
  public func check(_ methods: MethodRegistry) throws {
    try checkRate(rate)
    try model.check()
    try table.check(intercept: model.hasIntercept)
    for (name, share) in [("validation", validationShare), ("test", testShare)]
    where !(share >= 0 && share < 1) {
      throw WorkbenchError.usage("--\(name) must be at least 0 and below 1, not \(share)")
    }
    guard validationShare + testShare < 1 else {
      throw WorkbenchError.usage(
        "--validation and --test must leave rows to train on; their sum must be below 1")
    }
    _ = try methods.poisoningAttacks.make(attack, settings: MethodSettings(settings))
  }

  /// Reads, poisons and measures.
  ///
  /// - Throws: what ``check(_:)`` throws; `TabularError`, `DesignError`, `LearningError`, `PoisoningError`.
  public func run(_ context: JobContext) throws -> Result {
    try check(context.methods)
    let user = try table.load(ignoring: parts, intercept: model.hasIntercept, context)
    context.note(user.design.notes)
    let split = try parts.map { column in try user.table.placing { try user.split(by: column) } }
    let method = try context.methods.poisoningAttacks.make(attack, settings: MethodSettings(settings))
    context.noteOrigins([method.entry])
    let result = try PoisoningRun(
      user: user, job: self,
      attack: method,
      parts: split, substitute: try substitute.map { try user.rows(of: $0, table.reading, context) },
      context: context
    ).run()
    if let levels = result.levels { context.note(["poison keeps the group sizes of clean rows: \(levels)"]) }
    return result
  }
}
