import Experiments
public import Inversion
import Learning
import LinearAlgebra
import Methods
import Querying
import Reporting
import Tabular

/// One training row of a model file, rebuilt.
public struct RowReconstruction: Sendable {
  /// What the attacker has besides the model.
  public enum Evidence: Sendable, Hashable {
    /// All training rows but one: a file.
    case otherRows(String)
    /// The model file before a row was deleted; the people of the request are public rows.
    case earlierModel(String)

    /// The same in the words of methods.
    var knowledge: ReconstructionKnowledge {
      switch self {
      case .otherRows: .otherRows
      case .earlierModel: .earlierModel
      }
    }
  }

  /// The model file, and how tables are read.
  public var people: PeopleUnderAttack
  /// What the attacker has besides.
  public var evidence: Evidence
  /// Id of the attack; nil for the first that works on what is known.
  public var attack: String?
  /// Its settings.
  public var settings: [String] = []
  /// File with the row, to compare what is rebuilt with it; nil for none.
  public var truth: String?

  /// The first attack that works on what is known.
  public init(_ people: PeopleUnderAttack, from evidence: Evidence) {
    (self.people, self.evidence) = (people, evidence)
  }

  /// What came out.
  public struct Result: Sendable {
    let request: RowReconstruction
    let context: JobContext
    let method: MethodEntry
    /// How it was found.
    let note: String
    /// The row, a column after the other.
    let columns: [Column]
    /// The rebuilt row as a table of one row.
    public let row: Table
    /// Distance to the true row in shares of its length, of the rebuilt row and of a mean row; nil without the truth.
    public let errors: (rebuilt: Double, mean: Double)?

    /// Values of one column.
    struct Column: Sendable {
      let name: String
      let rebuilt: String
      let mean: String
      /// Nil without the truth.
      let truth: String?
    }
  }

  /// A row, with what it was found by.
  private struct Found {
    let row: ReconstructedRow
    /// The encoded columns of a mean row, which needs no model.
    let guess: [Double]
    let method: MethodEntry
    let note: String

    /// - Parameters:
    ///   - known: encoded columns of the rows that the attacker has.
    ///   - name: what they are.
    init(_ row: ReconstructedRow, by attack: any ReconstructionAttack, known: Matrix, name: String) {
      self.row = row
      guess = known.columnMeans()
      method = type(of: attack).entry
      let figures = row.figures.map { "; \($0.name) \($0.value.significant(4))" }
      note = "\(known.rows) \(name) rows\(figures.joined())."
    }
  }

  /// The attack that is named, or the first that works on what is known.
  ///
  /// - Throws: `MethodError`, `SettingError`, ``WorkbenchError/usage(_:)`` for one that needs to know something else.
  public func method(of methods: MethodRegistry) throws -> any ReconstructionAttack {
    let (catalogue, knowledge) = (methods.reconstructionAttacks, evidence.knowledge)
    let first = catalogue.methods.first { type(of: $0).knowledge == knowledge }.map { type(of: $0).card.id }
    guard let id = attack ?? first else {
      throw WorkbenchError.usage("no attack rebuilds a row from \(knowledge.rawValue)")
    }
    let method = try catalogue.make(id, settings: MethodSettings(settings))
    let needed = type(of: method).knowledge
    guard needed == knowledge else {
      throw WorkbenchError.usage(
        "\(id) works on \(needed.rawValue): \(needed == .otherRows ? "--knows FILE" : "--before FILE --data FILE")"
      )
    }
    return method
  }

  /// Rebuilds the row.
  ///
  /// - Throws: `InversionError`, errors of the files.
  public func run(_ context: JobContext) async throws -> Result {
    BLASRuntime.setThreads(1)
    let model = try await open(people.file ?? "", in: context)
    let attack = try method(of: context.methods)
    try attack.check(model.pipeline.model)
    let found =
      switch evidence {
      case .otherRows(let name): try missing(model, knowing: name, by: attack, in: context)
      case .earlierModel(let path): try await deleted(model, before: path, by: attack, in: context)
      }
    let encoder = model.pipeline.features
    let features = found.row.features
    guard features.count == encoder.space.names.count, features.allSatisfy(\.isFinite) else {
      throw InversionError.unsolvable(
        "\(found.method.id) gives no row of \(encoder.space.names.count) finite numbers")
    }
    let rebuilt = encoder.columns(fromRows: Matrix([features]))
    let guess = encoder.columns(fromRows: Matrix([found.guess]))
    let truth = try truth.map { try row($0, model, in: context) }
    var columns = rebuilt.indices.map { index in
      Result.Column(
        name: rebuilt[index].name, rebuilt: Self.text(rebuilt[index]), mean: Self.text(guess[index]),
        truth: truth?.texts[index])
    }
    if let target = found.row.target {
      columns.append(
        Result.Column(
          name: "\(model.pipeline.targetName) (target)", rebuilt: Self.text(target: target, model.pipeline),
          mean: "–", truth: truth?.target))
    }
    return Result(
      request: self, context: context, method: found.method, note: found.note, columns: columns,
      row: Table(columns: rebuilt),
      errors: truth.map {
        (Self.distance(features, $0.features), Self.distance(found.guess, $0.features))
      })
  }

  private static func distance(_ row: [Double], _ truth: [Double]) -> Double {
    norm2(zip(row, truth).map { $0 - $1 }) / max(norm2(truth), .leastNormalMagnitude)
  }

  private static func text(_ column: Table.Column) -> String { column.texts().first.flatMap { $0 } ?? "–" }

  /// The text of a target that an attack found.
  private static func text(target: Double, _ pipeline: Pipeline) -> String {
    guard !pipeline.labels.isEmpty else { return target.significant(6) }
    return Int(exactly: target).flatMap { pipeline.labels.indices.contains($0) ? pipeline.labels[$0] : nil }
      ?? "–"
  }

  /// A model file that is here.
  private struct Opened {
    let file: ModelFile
    let schema: QuerySchema
    var pipeline: Pipeline { file.pipeline }
  }

  private func open(_ path: String, in context: JobContext) async throws -> Opened {
    let model = try await ModelUnderAttack.open(.file(ModelFileAccess(path)), in: context)
    guard let file = model.file else {
      throw InversionError.missing(method: "invert", need: "a model file")
    }
    return Opened(file: file, schema: model.oracle.schema)
  }

  /// The row that the known ones lack.
  private func missing(
    _ model: Opened, knowing name: String, by attack: any ReconstructionAttack, in context: JobContext
  ) throws -> Found {
    let people = try records(name, model, in: context)
    let attack = try adapted(attack, to: model.file)
    let features = try model.pipeline.features.features(inputs: people.rows)
    let evidence: ReconstructionTask.Evidence =
      switch people.encoded(features, classCount: model.pipeline.labels.count) {
      case .classes(let data): .classes(data)
      case .numbers(let data): .numbers(data)
      }
    let row = try attack.row(ReconstructionTask(model: model.pipeline.model, evidence: evidence))
    return Found(row, by: attack, known: features, name: "known")
  }

  /// The row that was in the data of the model before and is not in those of the model now.
  private func deleted(
    _ model: Opened, before path: String, by attack: any ReconstructionAttack, in context: JobContext
  ) async throws -> Found {
    let pipeline = model.pipeline
    let earlier = try await open(path, in: context).pipeline
    try attack.check(earlier.model)
    let attack = try adapted(attack, to: model.file)
    let before = try Self.model(earlier, inOrderOf: pipeline)
    let people = try records(people.data ?? "", model, in: context)
    let features = try pipeline.features.features(inputs: people.rows)
    let task = ReconstructionTask(model: pipeline.model, evidence: .earlier(before, publicRows: features))
    return Found(try attack.row(task), by: attack, known: features, name: "public")
  }

  /// The attack with what the file of the model tells of its training.
  private func adapted(
    _ attack: any ReconstructionAttack, to file: ModelFile
  ) throws -> any ReconstructionAttack {
    try attack.adapted(to: file.provenance, settings: MethodSettings(settings))
  }

  /// A model with its features in the order in which another one has them.
  private static func model(_ earlier: Pipeline, inOrderOf pipeline: Pipeline) throws -> FittedModel {
    let (own, wanted) = (earlier.features.space.names, pipeline.features.space.names)
    // Levels stand in the order in which a table has them, so the same column may have another place.
    let places = wanted.compactMap(own.firstIndex)
    guard places.count == own.count, places.count == wanted.count,
      earlier.features.options.numeric == .none, pipeline.features.options.numeric == .none
    else {
      throw InversionError.unsolvable(
        "the two models encode their columns differently; train both with --scale none on the same columns")
    }
    guard places != Array(own.indices) else { return earlier.model }
    guard case .linear(let linear) = earlier.model else {
      throw InversionError.unsolvable("the two models have their columns in another order")
    }
    return .linear(LinearModel(weights: places.map { linear.weights[$0] }, intercept: linear.intercept))
  }

  private func records(_ name: String, _ model: Opened, in context: JobContext) throws -> AttributeRecords {
    try AttributeRecords(
      people.table(name, for: model.file, in: context), schema: model.schema,
      target: people.target ?? model.pipeline.targetName)
  }

  /// The first row of a file: its encoded columns, their texts and its target.
  private func row(
    _ name: String, _ model: Opened, in context: JobContext
  ) throws -> (features: [Double], texts: [String], target: String) {
    let people = try records(name, model, in: context)
    guard people.count > 0 else { throw InversionError.tooFewRows("rows in --truth", needed: 1, found: 0) }
    let features = try model.pipeline.features.features(inputs: people.rows.rows(at: [0]))
    let target =
      switch people.responses {
      case .numbers(let values): values[0].significant(6)
      case .labels(let labels): model.pipeline.labels[labels[0]]
      }
    let texts = model.pipeline.features.columns(fromRows: features).map { Self.text($0) }
    return (features.row(0), texts, target)
  }
}
