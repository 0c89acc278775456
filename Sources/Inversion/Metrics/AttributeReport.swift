public import Learning
public import LinearAlgebra
public import Querying
import Tabular

/// What an attack on an attribute gave on members and on others.
public struct AttributeResult: Sendable {
  /// How well values were guessed on one group of people; nil for an empty group.
  public struct Group: Sendable, Hashable {
    /// All measures of guessing candidates as classes, in the order of the marginal.
    public let metrics: ClassificationMetrics
  }

  /// Name of the attack or baseline.
  public let name: String
  /// On people in the training data.
  public let members: Group?
  /// On other people.
  public let others: Group?
  /// Queries that were sent; nil where the model was at hand or not used.
  public let queries: Int?
}

/// A model with the people that it was trained on and others, and what an attacker is told of them.
public struct AttributeScene: Sendable {
  /// The model.
  public let pipeline: Pipeline
  /// The columns and the target of the model.
  public let schema: QuerySchema
  /// The sensitive column.
  public let sensitive: Int
  /// The columns that the attacker knows; the response is always known.
  public var knownColumns: [Int]
  /// People in the training data, some or all.
  public let members: AttributeRecords
  /// People that were not in it.
  public let others: AttributeRecords
  /// People of whom the attacker knows everything, in neither of the two groups.
  public let auxiliary: AttributeRecords
  /// The distribution of every column.
  public let marginals: [Marginal]
  /// How the model errs.
  public var errors: ErrorModel
  /// The column on whose groups a conditional prior rests; nil for none.
  public var group: Int?

  /// A scene in which marginals and errors are those of the training data.
  ///
  /// - Parameters:
  ///   - training: all rows that the model was trained on.
  ///   - known: columns that are known of an attacked person; nil for all but the sensitive one.
  /// - Throws: `DesignError` for rows that the model cannot take.
  public init(
    _ pipeline: Pipeline, training: AttributeRecords, others: AttributeRecords, auxiliary: AttributeRecords,
    sensitive: Int, known: [Int]? = nil, group: Int? = nil
  ) throws {
    let oracle = PipelineOracle(pipeline)
    schema = oracle.schema
    self.pipeline = pipeline
    self.sensitive = sensitive
    knownColumns = (known ?? Array(oracle.schema.inputs.indices)).filter { $0 != sensitive }
    members = training
    self.others = others
    self.auxiliary = auxiliary
    marginals = oracle.schema.inputs.indices.map { Marginal(of: training.rows.column($0)) }
    let features = try pipeline.features.features(inputs: training.rows)
    switch training.responses {
    case .numbers(let truths):
      errors = .residuals(
        predictions: pipeline.model.regressor?.predict(features) ?? truths, truths: truths,
        parameters: pipeline.model.featureCount)
    case .labels(let truths):
      errors = .confusion(
        truths: truths, predictions: pipeline.model.classifier?.predict(features) ?? truths,
        classCount: oracle.schema.classCount)
    }
    self.group = group
  }

  /// The task on some people.
  public func task(
    _ people: AttributeRecords, access: AttributeTask.Access, auxiliary other: AttributeRecords? = nil
  ) -> AttributeTask {
    var known = people.rows
    for column in schema.inputs.indices where !knownColumns.contains(column) {
      for row in 0..<known.rows { known[row, column] = .nan }
    }
    return AttributeTask(
      access: access, schema: schema, sensitive: sensitive, known: known, responses: people.responses,
      marginals: marginals,
      prior: group.map {
        ConditionalPrior(members.rows, column: $0, sensitive: sensitive, marginal: marginals[sensitive])
      }, errors: errors, auxiliary: other ?? auxiliary)
  }

  /// Runs an attack on both groups.
  ///
  /// - Parameters:
  ///   - isBlackBox: whether the attack sees answers only, which are counted.
  ///   - auxiliary: people of whom the attacker knows everything; nil for those of the scene.
  /// - Throws: errors of the attack.
  public func run(
    _ attack: some InversionAttack, name: String? = nil, isBlackBox: Bool = false,
    auxiliary: AttributeRecords? = nil, using random: inout RandomStream
  ) async throws -> AttributeResult {
    let session = QuerySession(PipelineOracle(pipeline))
    var groups: [AttributeResult.Group?] = []
    for people in [members, others] {
      let task = task(
        people, access: isBlackBox ? .answers(session) : .model(pipeline), auxiliary: auxiliary)
      guard people.count > 0 else {
        groups.append(nil)
        continue
      }
      if let need = type(of: attack).missing(task) {
        throw InversionError.missing(method: type(of: attack).card.id, need: need)
      }
      groups.append(try measure(try await attack.guess(task, using: &random), people))
    }
    return AttributeResult(
      name: name ?? type(of: attack).card.id, members: groups[0], others: groups[1],
      queries: isBlackBox ? session.ledger.queries : nil)
  }

  /// Compares guesses with the truth; people whose value is no candidate are left out.
  private func measure(_ guesses: AttributeGuesses, _ people: AttributeRecords) throws -> AttributeResult
    .Group?
  {
    let truths = (0..<people.count).map { marginals[sensitive].place(of: people.rows[$0, sensitive]) }
    let rows = truths.indices.filter { truths[$0] != nil }
    guard !rows.isEmpty else { return nil }
    return AttributeResult.Group(
      metrics: try ClassificationMetrics(
        probabilities: guesses.scores.rows(at: rows), labels: rows.compactMap { truths[$0] }))
  }

  /// The baselines that stand beside every attack: mode, imputation without and with the response, and the ideal, which
  /// learns from the training data themselves.
  public func baselines(using random: inout RandomStream) async throws -> [AttributeResult] {
    [
      try await run(ModeBaseline(), using: &random),
      try await run(Imputation(usesResponse: false), name: "imputation, no response", using: &random),
      try await run(Imputation(usesResponse: true), name: "imputation with response", using: &random),
      try await run(Imputation(usesResponse: true), name: "ideal", auxiliary: members, using: &random),
    ]
  }
}
