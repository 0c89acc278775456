import Experiments
public import Inversion
import Learning
import LinearAlgebra
import Methods
import Querying
import Tabular

/// Classes of a model rebuilt from its confidences.
public struct ClassRebuilding: Sendable {
  /// The model, and people for ranges that it does not tell.
  public var people: PeopleUnderAttack
  /// The class, or `all`.
  public var label: String
  /// Id of the attack; nil for the first.
  public var attack: String?
  /// Its settings.
  public var settings: [String] = []
  /// Whether only the answers of a model file are seen, and counted.
  public var seesAnswersOnly = false
  /// Pixels in a row, for pictures on the page; nil for none.
  public var width: Int?

  /// The first attack on one class or all.
  public init(_ people: PeopleUnderAttack, label: String) { (self.people, self.label) = (people, label) }

  /// What came out.
  public struct Result: Sendable {
    let request: ClassRebuilding
    let context: JobContext
    let method: MethodEntry
    let box: UnitBox
    let schema: QuerySchema
    /// The rebuilt inputs.
    public let classes: [RebuiltClass]
    /// Queries for each of them; nil where the gradients of a model file were read.
    public let queries: [Int]?
  }

  /// Points that are tried where the published start, the lower corner, leads nowhere.
  static let otherStarts = 16

  /// The attack that is named, or the first.
  ///
  /// - Throws: `MethodError`, `SettingError`.
  public func method(of methods: MethodRegistry) throws -> any ClassReconstructionAttack {
    let catalogue = methods.classAttacks
    return try catalogue.make(attack ?? catalogue.ids.first ?? "", settings: MethodSettings(settings))
  }

  /// Rebuilds the classes.
  ///
  /// - Throws: `InversionError`, errors of the model and the tables.
  public func run(_ context: JobContext) async throws -> Result {
    BLASRuntime.setThreads(1)
    let attack = try method(of: context.methods)
    let method = type(of: attack).entry
    guard people.trained == nil, let model = try await people.open(in: context).0 else {
      throw InversionError.missing(method: method.id, need: "a model file or a service, not --train")
    }
    let schema = model.oracle.schema
    let box = try Self.box(schema, method)
    let session = QuerySession(model.oracle, remembers: false)
    let held = seesAnswersOnly ? nil : model.pipeline.flatMap { PipelineSurface($0, unit: box) }
    var (found, queries) = ([RebuiltClass](), [Int]())
    let chosen = try classes(schema, method)
    let progress = context.observer.progress("rebuilding", total: chosen.count)
    for place in chosen {
      try context.observer.check()
      let before = session.ledger.queries
      var random = RandomStream(seed: context.seed).child("starts").child("\(place)")
      let task = ClassTask(
        label: place, session: session, held: held, box: box, otherStarts: Self.otherStarts)
      let rebuilt = try await attack.rebuilt(task, using: &random)
      guard rebuilt.label == place, rebuilt.row.count == schema.inputs.count else {
        throw InversionError.unsolvable("\(method.id) gives no row of \(schema.inputs.count) columns for it")
      }
      found.append(rebuilt)
      queries.append(session.ledger.queries - before)
      progress.advance(by: 1)
    }
    progress.finish()
    return Result(
      request: self, context: context, method: method, box: box, schema: schema, classes: found,
      queries: held == nil ? queries : nil)
  }

  /// The bounds of the columns, all of which must be numbers.
  private static func box(_ schema: QuerySchema, _ method: MethodEntry) throws -> UnitBox {
    let bounds = try schema.inputs.map { input -> (lower: Double, upper: Double) in
      guard case .number(let lower, let upper) = input.kind else {
        throw InversionError.missing(
          method: method.id, need: "columns of numbers; '\(input.name)' holds categories")
      }
      return (lower, upper)
    }
    return UnitBox(lower: bounds.map(\.lower), upper: bounds.map(\.upper))
  }

  private func classes(_ schema: QuerySchema, _ method: MethodEntry) throws -> [Int] {
    guard !schema.classes.isEmpty else {
      throw InversionError.missing(method: method.id, need: "a model of classes")
    }
    if label == "all" { return Array(schema.classes.indices) }
    guard let place = schema.classes.firstIndex(of: label) else {
      throw DesignError.unknownColumn(label, known: schema.classes, nearest: nil)
    }
    return [place]
  }
}
