import Learning
import LinearAlgebra
public import Querying
public import Guarding
import Tabular

/// Where the answers of a served model come from.
enum AnswerSource: Sendable {
  /// A model in this process.
  case model(PipelineOracle)
  /// A service that stays where it is.
  case service(UpstreamService)
}

/// A model as the server offers it: its name, the oracle, the guards that its answers pass, and the detectors that
/// watch its queries.
public struct ServedModel: Sendable {
  /// How an answer is written down.
  enum LabelKind: Sendable { case number, integers, strings }

  /// Name in the paths.
  public let name: String
  /// Version in the paths.
  public let version = "1"
  /// Where the model's own answers come from.
  let source: AnswerSource
  /// Columns and target.
  public let schema: QuerySchema
  /// Name of what is predicted; that of the answer where the model is elsewhere.
  var targetName: String {
    if case .model(let oracle) = source { oracle.pipeline.targetName } else { "answer" }
  }
  /// What is left of the model's capabilities behind the guards.
  public let capabilities: OracleCapabilities
  /// Whether clients are told the bounds and the categories of the columns.
  let describesInputs: Bool
  private let guards: [any PreparedGuard]
  /// Whether detectors look at the answers.
  private let isWatched: Bool
  /// The detectors over the queries to this model; another model's queries have another form.
  let watch: DetectorWatch
  /// The challenges to clients, if one of the guards asks for work.
  var workGate: WorkGate?
  /// Whether every column is a number, so that rows fit into one tensor.
  let isNumeric: Bool
  let labelKind: LabelKind
  /// The numbers of the classes where all labels are whole numbers.
  let labelNumbers: [Int]
  /// The place of every category, by column.
  let levels: [[String: Double]]
  /// The place of every column.
  let columns: [String: Int]
  /// Numbers of which the model does not know the range, so that none is described.
  private let unknownRanges: Set<String>
  /// For every column what stands for a category that training did not see; nil where that is an error.
  let unseenCodes: [Double?]

  /// A model behind guards, of which the first sees the model's own answers.
  ///
  /// - Parameter detectors: detectors that were set up for this model, with their ids.
  public init(
    name: String, oracle: PipelineOracle, guards: [any PreparedGuard] = [],
    detectors: [(id: String, detector: any PreparedDetector)] = [], describesInputs: Bool = true
  ) {
    let unseen: [Double?] =
      oracle.inputs == .encoded
      ? oracle.schema.inputs.map { _ in nil }
      : oracle.pipeline.features.takesUnknownCategories.map { $0 ? -1 : nil }
    self.init(
      name: name, source: .model(oracle), schema: oracle.schema, offered: oracle.capabilities, guards: guards,
      detectors: detectors, describesInputs: describesInputs, unseenCodes: unseen,
      unknownRanges: Set(oracle.pipeline.describedColumns.filter(\.isOfUnknownRange).map(\.name)))
  }

  init(
    name: String, source: AnswerSource, schema: QuerySchema, offered: OracleCapabilities,
    guards: [any PreparedGuard], detectors: [(id: String, detector: any PreparedDetector)],
    describesInputs: Bool, unseenCodes: [Double?], unknownRanges: Set<String>
  ) {
    self.name = name
    self.source = source
    self.schema = schema
    self.guards = guards
    isWatched = !detectors.isEmpty
    watch = DetectorWatch(detectors)
    self.describesInputs = describesInputs
    self.unseenCodes = unseenCodes
    self.unknownRanges = unknownRanges
    workGate = guards.lazy.compactMap { $0 as? PreparedProofOfWork }.first.map { work in
      WorkGate { work.challenge(client: $0, for: $1, salt: $2) }
    }
    capabilities = guards.reduce(offered) { $1.capabilities($0) }
    isNumeric = schema.inputs.allSatisfy(\.isNumber)
    let numbers = schema.classes.compactMap { label in Int(label).flatMap { "\($0)" == label ? $0 : nil } }
    let areIntegers = !numbers.isEmpty && numbers.count == schema.classCount
    labelNumbers = areIntegers ? numbers : []
    labelKind = schema.classCount == 0 ? .number : areIntegers ? .integers : .strings
    levels = schema.inputs.map { input in
      Dictionary(input.levels.enumerated().map { ($1, Double($0)) }) { first, _ in first }
    }
    columns = Dictionary(schema.inputs.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }

  /// The range of a number as clients are told it; nil where the model knows none.
  func toldRange(of input: InputColumn) -> ClosedRange<Double>? {
    guard case .number(let lower, let upper) = input.kind, !unknownRanges.contains(input.name) else {
      return nil
    }
    return lower...upper
  }

  /// Whether another service gives the answers.
  var isElsewhere: Bool { if case .service = source { true } else { false } }

  /// Whether guards or detectors look at the answers.
  var looksAtAnswers: Bool { isWatched || !guards.isEmpty }

  /// Rows that are answered between two looks at whether the answer is still wanted.
  private static let turn = 1024

  /// The model's own answers and those that the client gets.
  struct Given: Sendable {
    let own: [Answer]
    let answers: [Answer]
    /// The whole reply, where it comes from another service.
    var reply: APIReply?
    /// Why an answer of another service, which had its price, cannot go out.
    var fault: APIError?
  }

  /// The answers to a call.
  ///
  /// - Parameters:
  ///   - request: what the client sent, which goes on to a model behind another service.
  ///   - pace: when the work has to end.
  /// - Throws: ``APIError`` for queries that the model or a guard refuses, ``UpstreamRefusal``.
  func answers(
    to call: PredictionCall, in request: APIRequest, client: String, pace: Pace
  ) async throws -> Given {
    switch source {
    case .model(let oracle):
      let isLong = call.queries.rows >= LongWork.rows || !call.details.isEmpty
      return try await LongWork.run(isLong: isLong) {
        let own = try refusing { try answers(of: oracle, to: call, pace) }
        return Given(own: own, answers: try guarded(own, to: call.queries, client))
      }
    case .service(let upstream):
      let found = try await upstream.ask(request, rows: call.queries.rows, isNeeded: looksAtAnswers)
      let own = found.reading.answers
      guard !guards.isEmpty else { return Given(own: own, answers: own, reply: found.reply) }
      if let fault = found.reading.fault { return Given(own: own, answers: own, fault: fault) }
      let isLong = own.count >= LongWork.rows || found.reply.body.count >= LongWork.bytes
      return try await LongWork.run(isLong: isLong) {
        let given = try guarded(own, to: call.queries, client)
        return Given(own: own, answers: given, reply: try upstream.reply(given, instead: found))
      }
    }
  }

  /// The answers of a model, some rows at a time.
  private func answers(of oracle: PipelineOracle, to call: PredictionCall, _ pace: Pace) throws -> [Answer] {
    let details = call.details.intersection(capabilities.details)
    let turn = details.contains(.counterfactuals) ? 1 : Self.turn
    guard call.queries.rows > turn else {
      return try oracle.answers(call.queries, details: details, within: call.region)
    }
    var answers: [Answer] = []
    for start in stride(from: 0, to: call.queries.rows, by: turn) {
      try pace.check()
      let rows = call.queries.rows(at: Array(start..<min(start + turn, call.queries.rows)))
      answers += try oracle.answers(rows, details: details, within: call.region)
    }
    return answers
  }

  private func guarded(_ own: [Answer], to queries: Matrix, _ client: String) throws -> [Answer] {
    try refusing { try guards.reduce(own) { try $1.guarded($0, to: queries, client: client) } }
  }

  /// Refusals in the form that clients get.
  private func refusing(_ answers: () throws -> [Answer]) throws -> [Answer] {
    do {
      return try answers()
    } catch let error as QueryError {
      guard case .refused(let reason) = error else { throw error }
      // A reason may name columns.
      throw APIError(403, "the query is refused\(describesInputs ? ": \(reason)" : "")")
    } catch let error as DesignError {
      throw APIError.invalid(
        describesInputs ? error.description : "a row has a value that the model cannot take")
    }
  }

  /// The class of an answer as a JSON value.
  func label(_ answer: Answer) -> JSON {
    guard let label = answer.label else { return .number(answer.number ?? .nan) }
    return labelKind == .integers ? .number(Double(labelNumbers[label])) : .string(schema.classes[label])
  }
}
