public import Learning
public import LinearAlgebra
public import Methods
public import Querying
import Tabular

/// What the owner of a model knows when a guard or a detector is set up.
public struct ServiceContext: Sendable {
  /// The columns and the target of the service.
  public let schema: QuerySchema
  /// The model that is served; nil if it is out of reach, behind another service.
  private let model: Pipeline?
  /// What a query consists of.
  public let inputs: PipelineOracle.Inputs
  /// Queries as honest users make them, in the form of the schema; without rows if there are none.
  public var benign: Matrix {
    didSet {
      precondition(benign.columns == schema.inputs.count, "benign queries of another width")
      told = nil
    }
  }
  /// What a model out of reach answered to `benign` and `members`.
  private var told: (benign: [Answer], members: [Answer]?)?
  /// Training rows of the model, in the form of the schema, for guards that hide who they are; nil if there are none.
  public var members: Matrix? { didSet { told?.members = nil } }
  /// What must look random to a client but be the same for the same query.
  public let keyedHash: KeyedHash
  /// Seconds since some moment, never going back; nil where time plays no part.
  public var clock: (@Sendable () -> Double)?

  /// A context; `benign` has a column per input.
  ///
  /// - Parameters:
  ///   - inputs: what a query consists of; nil to tell it from the schema, which is sure where the ranges of all
  ///     numbers are known to the model.
  ///   - secret: key of the simulated hash that is used if no `keyedHash` is given; a service gives one.
  ///   - clock: seconds since some moment, for guards that limit a rate.
  public init(
    schema: QuerySchema, pipeline: Pipeline, inputs: PipelineOracle.Inputs? = nil, benign: Matrix? = nil,
    secret: [UInt8] = [], keyedHash: KeyedHash? = nil, clock: (@Sendable () -> Double)? = nil
  ) {
    let benign = benign ?? Matrix(rows: 0, columns: schema.inputs.count)
    precondition(benign.columns == schema.inputs.count, "benign queries of another width")
    self.schema = schema
    model = pipeline
    self.inputs = inputs ?? (schema.inputs == PipelineOracle(pipeline).schema.inputs ? .columns : .encoded)
    self.benign = benign
    self.keyedHash = keyedHash ?? .simulated(secret: secret)
    self.clock = clock
  }

  /// A context before a model that is out of reach: guards that ask it about rows of their own cannot be set up.
  ///
  /// - Parameters:
  ///   - benign: queries as honest users make them, with the model's answers; nil for none.
  ///   - members: training rows of the model with its answers; nil for none.
  public init(
    schema: QuerySchema, benign: (rows: Matrix, answers: [Answer])? = nil,
    members: (rows: Matrix, answers: [Answer])? = nil, keyedHash: KeyedHash,
    clock: (@Sendable () -> Double)? = nil
  ) {
    let benign = benign ?? (Matrix(rows: 0, columns: schema.inputs.count), [])
    precondition(benign.rows.columns == schema.inputs.count, "benign queries of another width")
    precondition(benign.rows.rows == benign.answers.count, "an answer to every benign query")
    precondition(members.map { $0.rows.rows == $0.answers.count } ?? true, "an answer to every member")
    self.schema = schema
    model = nil
    inputs = .columns
    self.benign = benign.rows
    self.members = members?.rows
    told = (benign.answers, members?.answers)
    self.keyedHash = keyedHash
    self.clock = clock
  }

  /// The model that is served.
  ///
  /// - Throws: ``GuardingError/modelOutOfReach`` if it is behind another service.
  public var pipeline: Pipeline {
    get throws(GuardingError) {
      guard let model else { throw .modelOutOfReach }
      return model
    }
  }

  /// The described columns and the encoded ones of a model that is here; nil for one out of reach.
  var features: FeatureEncoder? { model?.features }

  /// The model without guards, asked in the form of the schema.
  ///
  /// - Throws: ``GuardingError/modelOutOfReach`` if it is behind another service.
  public var oracle: PipelineOracle {
    get throws(GuardingError) {
      PipelineOracle(try pipeline, inputs: inputs, columns: inputs == .columns ? schema.inputs : nil)
    }
  }

  /// Number of classes; 0 for a number.
  public var classCount: Int { schema.classCount }

  /// The model's own answers to the benign queries, one each.
  ///
  /// - Throws: ``GuardingError/notApplicable(method:reason:)`` if there are fewer than `minimum` of them, or an error
  ///   of the model if it cannot take them.
  public func benignAnswers(_ method: MethodCard, atLeast minimum: Int = 1) throws -> [Answer] {
    try requireBenign(method, atLeast: minimum)
    return try told?.benign ?? oracle.answers(benign)
  }

  /// The model's own answers to `rows`, which are the training rows in ``members``.
  ///
  /// - Throws: an error of the model if it cannot take them.
  public func memberAnswers(_ rows: Matrix) throws -> [Answer] { try told?.members ?? oracle.answers(rows) }

  /// Checks that honest queries are there.
  ///
  /// - Throws: ``GuardingError/notApplicable(method:reason:)`` if there are fewer than `minimum` benign queries.
  public func requireBenign(_ method: MethodCard, atLeast minimum: Int) throws {
    guard benign.rows >= minimum else {
      throw GuardingError.notApplicable(
        method: method.id,
        reason:
          "it needs at least \(minimum) queries of honest users to compare with and has \(benign.rows); "
          + "give it rows like those that the model was trained on")
    }
  }

  /// Checks that the model predicts classes.
  ///
  /// - Throws: ``GuardingError/notApplicable(method:reason:)`` if the model predicts a number.
  public func requireClasses(_ method: MethodCard) throws {
    guard classCount >= 2 else {
      throw GuardingError.notApplicable(
        method: method.id, reason: "it works on classes and the model predicts a number")
    }
  }
}
