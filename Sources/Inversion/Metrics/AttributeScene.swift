public import Learning
public import LinearAlgebra
import Methods
public import Querying
import Tabular

/// A model with the people that it was trained on and others, and what an attacker knows of them.
public struct AttributeScene: Sendable {
  /// The model behind its interface.
  public let oracle: any PredictionOracle
  /// The model itself, if it is at hand.
  public let pipeline: Pipeline?
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
  /// Rows on which the marginals are counted.
  private let population: Matrix
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
    let features = try pipeline.features.features(inputs: training.rows)
    let errors: ErrorModel
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
    self.init(
      oracle, pipeline: pipeline, members: training, others: others, auxiliary: auxiliary,
      sensitive: sensitive,
      known: known, group: group, population: training.rows, errors: errors)
  }

  /// A scene around any model.
  ///
  /// - Parameters:
  ///   - known: columns that are known of an attacked person; nil for all but the sensitive one.
  ///   - population: rows on which the marginals are counted.
  ///   - errors: how the model errs.
  public init(
    _ oracle: any PredictionOracle, pipeline: Pipeline?, members: AttributeRecords, others: AttributeRecords,
    auxiliary: AttributeRecords, sensitive: Int, known: [Int]? = nil, group: Int? = nil, population: Matrix,
    errors: ErrorModel
  ) {
    self.oracle = oracle
    self.pipeline = pipeline
    self.sensitive = sensitive
    knownColumns = (known ?? Array(oracle.schema.inputs.indices)).filter { $0 != sensitive }
    self.members = members
    self.others = others
    self.auxiliary = auxiliary
    self.population = population
    marginals = oracle.schema.inputs.indices.map { Marginal(of: population.column($0)) }
    self.errors = errors
    self.group = group
  }

  /// How a model errs on some people, found out by asking about them.
  ///
  /// - Throws: `QueryError`.
  public static func errors(
    of session: QuerySession, on people: AttributeRecords
  ) async throws -> ErrorModel {
    let answers = try await session.ask(people.rows)
    switch people.responses {
    case .numbers(let truths): return .residuals(predictions: answers.numbers, truths: truths)
    case .labels(let truths):
      return .confusion(
        truths: truths, predictions: answers.labels, classCount: session.schema.classCount)
    }
  }

  /// The columns and the target of the model.
  public var schema: QuerySchema { oracle.schema }

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
        ConditionalPrior(population, column: $0, sensitive: sensitive, marginal: marginals[sensitive])
      }, errors: errors, auxiliary: other ?? auxiliary, knownColumns: knownColumns)
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
    let session = QuerySession(oracle)
    var groups: [AttributeResult.Group?] = []
    for people in [members, others] {
      let task = task(
        people, access: pipeline.map { isBlackBox ? .answers(session) : .model($0) } ?? .answers(session),
        auxiliary: auxiliary)
      guard people.count > 0 else {
        groups.append(nil)
        continue
      }
      if let need = type(of: attack).missing(task) {
        throw InversionError.missing(method: attack.card.id, need: need)
      }
      groups.append(try measure(try await attack.guess(task, using: &random), people))
    }
    return AttributeResult(
      name: name ?? attack.card.id, members: groups[0], others: groups[1],
      queries: isBlackBox || pipeline == nil ? session.ledger.queries : nil)
  }

  /// Most values of a number for which a guess counts as right or wrong.
  private static let valueLimit = 10

  /// Whether the sensitive column is a number of more values than can be right or wrong.
  private var isContinuous: Bool {
    guard isNumber else { return false }
    return marginals[sensitive].isBinned || marginals[sensitive].values.count > Self.valueLimit
  }

  private var isNumber: Bool {
    if case .number = schema.inputs[sensitive].kind { true } else { false }
  }

  /// Compares guesses with the truth. People without a value are left out, and of a column of few values those whose value
  /// is no candidate; with many values the nearest candidate stands for the value.
  private func measure(_ guesses: AttributeGuesses, _ people: AttributeRecords) throws -> AttributeResult
    .Group?
  {
    let (marginal, isContinuous) = (marginals[sensitive], isContinuous)
    let values = people.rows.column(sensitive)
    let truths = values.map { value in
      isContinuous && value.isFinite
        ? marginal.place(of: value) ?? marginal.nearest(to: value) : marginal.place(of: value)
    }
    let rows = truths.indices.filter { truths[$0] != nil }
    guard !rows.isEmpty else { return nil }
    return AttributeResult.Group(
      metrics: try ClassificationMetrics(
        probabilities: guesses.scores.rows(at: rows), labels: rows.compactMap { truths[$0] }),
      error: isNumber ? AttributeResult.NumberError(guesses, values) : nil, isContinuous: isContinuous)
  }

  /// The baselines that stand beside every attack: mode, imputation without and with the response, and the ideal, which
  /// learns from the training data themselves, where they are at hand.
  public func baselines(using random: inout RandomStream) async throws -> [AttributeResult] {
    var results = [
      try await run(ModeBaseline(), using: &random),
      try await run(Imputation(usesResponse: false), name: "imputation, no response", using: &random),
      try await run(Imputation(usesResponse: true), name: "imputation with response", using: &random),
    ]
    if members.count > 0 {
      results.append(
        try await run(Imputation(usesResponse: true), name: "ideal", auxiliary: members, using: &random))
    }
    return results
  }
}
