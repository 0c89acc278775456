import Learning
import LinearAlgebra
public import Querying
public import Stealing
import Tabular

/// A model as the server offers it: its name, the oracle, the guards that its answers pass, and the detectors that
/// watch its queries.
public struct ServedModel: Sendable {
  /// How an answer is written down.
  enum LabelKind: Sendable { case number, integers, strings }

  /// Name in the paths.
  public let name: String
  /// Version in the paths.
  public let version = "1"
  /// The model.
  let oracle: PipelineOracle
  /// Columns and target.
  public var schema: QuerySchema { oracle.schema }
  /// What is left of the model's capabilities behind the guards.
  public let capabilities: OracleCapabilities
  /// Whether clients are told the bounds and the categories of the columns.
  let describesInputs: Bool
  private let guards: [any PreparedGuard]
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
  /// Numbers of which the model does not know the range, so that nobody is told one.
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
    self.name = name
    self.oracle = oracle
    self.guards = guards
    watch = DetectorWatch(detectors)
    self.describesInputs = describesInputs
    workGate = guards.lazy.compactMap { $0 as? PreparedProofOfWork }.first.map { work in
      WorkGate { work.challenge(client: $0, for: $1, salt: $2) }
    }
    capabilities = guards.reduce(oracle.capabilities) { $1.capabilities($0) }
    let schema = oracle.schema
    isNumeric = schema.inputs.allSatisfy(\.isNumber)
    let numbers = schema.classes.compactMap { label in Int(label).flatMap { "\($0)" == label ? $0 : nil } }
    let areIntegers = !numbers.isEmpty && numbers.count == schema.classCount
    labelNumbers = areIntegers ? numbers : []
    labelKind = schema.classCount == 0 ? .number : areIntegers ? .integers : .strings
    levels = schema.inputs.map { input in
      Dictionary(uniqueKeysWithValues: input.levels.enumerated().map { ($1, Double($0)) })
    }
    columns = Dictionary(schema.inputs.enumerated().map { ($1.name, $0) }) { first, _ in first }
    unknownRanges = Set(oracle.pipeline.describedColumns.filter(\.isOfUnknownRange).map(\.name))
    let isEncoded = oracle.inputs == .encoded
    unseenCodes =
      isEncoded
      ? schema.inputs.map { _ in nil } : oracle.pipeline.features.takesUnknownCategories.map { $0 ? -1 : nil }
  }

  /// The range of a number as clients are told it; nil where the model knows none.
  func toldRange(of input: InputColumn) -> ClosedRange<Double>? {
    guard case .number(let lower, let upper) = input.kind, !unknownRanges.contains(input.name) else {
      return nil
    }
    return lower...upper
  }

  /// Rows that are answered between two looks at whether the answer is still wanted.
  private static let turn = 1024

  /// The model's own answers and those that the client gets.
  ///
  /// - Parameters:
  ///   - region: where counterfactuals must lie; nil for everywhere.
  ///   - pace: when the work has to end.
  /// - Throws: ``APIError`` for queries that the model or a guard refuses.
  func answers(
    _ queries: Matrix, details: AnswerDetails, within region: QueryRegion?, client: String, pace: Pace
  ) throws -> (own: [Answer], given: [Answer]) {
    let details = details.intersection(capabilities.details)
    let turn = details.contains(.counterfactuals) ? 1 : Self.turn
    do {
      var own: [Answer] = []
      if queries.rows <= turn {
        own = try oracle.answers(queries, details: details, within: region)
      } else {
        for start in stride(from: 0, to: queries.rows, by: turn) {
          try pace.check()
          let rows = queries.rows(at: Array(start..<min(start + turn, queries.rows)))
          own += try oracle.answers(rows, details: details, within: region)
        }
      }
      return (own, try guards.reduce(own) { try $1.guarded($0, to: queries, client: client) })
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
