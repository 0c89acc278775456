public import Learning
public import LinearAlgebra
public import Querying
import Tabular

/// The true response of every row: what the model predicts when it is right.
public enum Responses: Sendable, Hashable {
  /// Numbers, in the unit of the model.
  case numbers([Double])
  /// Classes by their numbers.
  case labels([Int])

  /// How many there are.
  public var count: Int {
    switch self {
    case .numbers(let values): values.count
    case .labels(let values): values.count
    }
  }

  /// Those of the given rows, in that order.
  public func rows(at indices: [Int]) -> Responses {
    switch self {
    case .numbers(let values): .numbers(indices.map { values[$0] })
    case .labels(let values): .labels(indices.map { values[$0] })
    }
  }
}

/// People of whom everything is known: rows of the model's columns with their responses.
public struct AttributeRecords: Sendable, Hashable {
  /// One value per column of the model, as in a query.
  public let rows: Matrix
  /// The true response of each row.
  public let responses: Responses

  /// Rows and responses of the same number.
  public init(rows: Matrix, responses: Responses) {
    precondition(rows.rows == responses.count, "\(rows.rows) rows and \(responses.count) responses")
    self.rows = rows
    self.responses = responses
  }

  /// Number of people.
  public var count: Int { rows.rows }

  /// Those at the given places, in that order.
  public func rows(at indices: [Int]) -> AttributeRecords {
    AttributeRecords(rows: rows.rows(at: indices), responses: responses.rows(at: indices))
  }

  /// Places of the people who differ from all of `others` in some column or in the response.
  ///
  /// Values that are none are alike, and so are 0 and −0.
  public func places(unlike others: AttributeRecords) -> [Int] {
    let known = Set((0..<others.count).map(others.key))
    return (0..<count).filter { !known.contains(key($0)) }
  }

  /// What a person is known by: all columns and the response.
  private func key(_ row: Int) -> [UInt64] {
    let response: Double =
      switch responses {
      case .numbers(let values): values[row]
      case .labels(let labels): Double(labels[row])
      }
    return (rows.row(row) + [response]).map { value in
      value.isNaN ? Double.nan.bitPattern : value == 0 ? 0 : value.bitPattern
    }
  }
}

/// What an attack on an attribute is given.
public struct AttributeTask: Sendable {
  /// How the attacker meets the model.
  public enum Access: Sendable {
    /// Through its answers, which are counted.
    case answers(QuerySession)
    /// The model itself.
    case model(Pipeline)
  }

  /// What a model said of some rows.
  public struct Answers: Sendable {
    /// Predicted numbers; empty for classes.
    public var numbers: [Double] = []
    /// Predicted classes; empty for a number.
    public var labels: [Int] = []
    /// How sure the model is of its class; empty if it does not say.
    public var confidences: [Double] = []
  }

  /// How the attacker meets the model.
  public var access: Access
  /// The columns and the target of the model.
  public let schema: QuerySchema
  /// The sensitive column.
  public let sensitive: Int
  /// The people: what is known of each, NaN for what is not; the sensitive column is never known.
  public let known: Matrix
  /// The columns that the attacker knows; a person without a value there is known to have none.
  public let knownColumns: [Int]
  /// The true response of each.
  public let responses: Responses
  /// The distribution of every column in the population.
  public let marginals: [Marginal]
  /// How the sensitive attribute depends on another one, if the attacker knows that.
  public var prior: ConditionalPrior?
  /// How the model errs.
  public let errors: ErrorModel
  /// Other people of whom the attacker knows everything; for imputation.
  public var auxiliary: AttributeRecords?

  /// A task; the sensitive column of `known` is blanked here.
  ///
  /// - Parameter knownColumns: the columns that the attacker knows; nil for those that have a value in every row.
  public init(
    access: Access, schema: QuerySchema, sensitive: Int, known: Matrix, responses: Responses,
    marginals: [Marginal], prior: ConditionalPrior? = nil, errors: ErrorModel,
    auxiliary: AttributeRecords? = nil, knownColumns: [Int]? = nil
  ) {
    precondition(schema.inputs.indices.contains(sensitive), "column \(sensitive) of \(schema.inputs.count)")
    precondition(known.columns == schema.inputs.count && marginals.count == known.columns, "one per column")
    precondition(known.rows == responses.count, "\(known.rows) rows and \(responses.count) responses")
    var blanked = known
    for row in 0..<known.rows { blanked[row, sensitive] = .nan }
    self.access = access
    self.schema = schema
    self.sensitive = sensitive
    self.known = blanked
    self.knownColumns =
      knownColumns?.filter { $0 != sensitive }
      ?? schema.inputs.indices.filter { column in
        (0..<blanked.rows).allSatisfy { !blanked[$0, column].isNaN }
      }
    self.responses = responses
    self.marginals = marginals
    self.prior = prior
    self.errors = errors
    self.auxiliary = auxiliary
  }

  /// The values that the sensitive attribute can have.
  public var candidates: [Double] { marginals[sensitive].values }

  /// The model's answers to complete rows.
  ///
  /// - Throws: `QueryError` and `DesignError`.
  public func ask(_ queries: Matrix) async throws -> Answers {
    switch access {
    case .answers(let session):
      let answers = try await session.ask(queries)
      guard case .classes = schema.target else { return Answers(numbers: answers.numbers) }
      let confidences = answers.compactMap(\.confidence)
      return Answers(
        labels: answers.labels, confidences: confidences.count == answers.count ? confidences : [])
    case .model(let pipeline):
      let features = try pipeline.features.features(inputs: queries)
      if let regressor = pipeline.model.regressor { return Answers(numbers: regressor.predict(features)) }
      guard let classifier = pipeline.model.classifier else { return Answers() }
      let probabilities = classifier.probabilities(features)
      return Answers(
        labels: classifier.predict(features),
        confidences: (0..<probabilities.rows).map { probabilities.row($0).max() ?? 0 })
    }
  }

  /// The rows with the sensitive value filled in: first all rows with the first candidate, then with the second.
  public func completedRows() -> Matrix {
    var elements: [Double] = []
    elements.reserveCapacity(known.elements.count * candidates.count)
    for value in candidates {
      var rows = known
      for row in 0..<rows.rows { rows[row, sensitive] = value }
      elements += rows.elements
    }
    return Matrix(rows: known.rows * candidates.count, columns: known.columns, elements: elements)
  }

  /// What an attack lacks that needs all columns but the sensitive one; nil if they are known.
  ///
  /// Who is known to have no value somewhere can be asked about only if the model takes rows without one.
  public var missingColumns: String? {
    guard knownColumns.count + 1 == schema.inputs.count else { return "all attributes but one" }
    let isComplete = (0..<known.rows).allSatisfy { row in
      known.withRow(row) { values in values.indices.allSatisfy { $0 == sensitive || !values[$0].isNaN } }
    }
    return isComplete || acceptsMissing
      ? nil : "people who have a value in every column, or a model that takes rows without one"
  }

  private var acceptsMissing: Bool {
    switch access {
    case .answers(let session): session.capabilities.acceptsMissing
    case .model(let pipeline): PipelineOracle(pipeline).capabilities.acceptsMissing
    }
  }

  /// How well one of the model's answers fits the response of a person: the logarithm of the error model's probability, up
  /// to a constant; −∞ for a pair of classes that never occurs.
  ///
  /// - Parameters:
  ///   - index: the place of the answer.
  ///   - row: the place of the person.
  public func logFit(_ answers: Answers, _ index: Int, row: Int) -> Double {
    switch responses {
    case .numbers(let truths): errors.logDensity(truth: truths[row], prediction: answers.numbers[index])
    case .labels(let truths): errors.logShare(truth: truths[row], prediction: answers.labels[index])
    }
  }
}
