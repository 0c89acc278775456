public import Learning
public import LinearAlgebra
import Methods
public import Tabular

/// The private training of a pipeline on a table. Everything in the pipeline but the model follows from a public
/// schema, and the model comes from a private mechanism.
///
/// Only described columns are features. A number without a value counts as the middle of its range, a category without
/// one as none of its levels, and in trees a row that lacks what its way asks for counts nowhere; a target without a value
/// counts as the middle or as the first class, so that the number of rows says nothing of the values.
public struct PrivateTraining: Sendable {
  /// The columns and the target.
  public let schema: PublicSchema
  /// Name of the target.
  public let target: String
  /// Id of the model.
  public let model: String
  /// How it is trained.
  public let settings: PrivateSettings

  /// A training of a kind of model that the mechanism knows.
  ///
  /// - Throws: ``PrivateTrainingError``.
  public init(
    schema: PublicSchema, target: String, model: String, settings: PrivateSettings
  ) throws(PrivateTrainingError) {
    let mechanism = type(of: settings.mechanism)
    guard let kind = mechanism.models.first(where: { $0.id == model }) else {
      throw .otherModel(mechanism: mechanism.card.id, model: model, known: mechanism.models.map(\.id))
    }
    let isFitting =
      switch (kind.target, try schema.column(target).kind) {
      case (.number, .number), (.classes, .category): true
      case (.twoClasses, .category(let levels)): levels.count == 2
      case (.number, .category), (.classes, .number), (.twoClasses, .number): false
      }
    guard isFitting else { throw .wrongTarget(model: model, needed: kind.target.needed) }
    guard schema.columns.count >= 2 else { throw .noColumns }
    self.schema = schema
    self.target = target
    self.model = model
    self.settings = settings
  }

  /// What a training gives.
  public struct Result: Sendable {
    /// The pipeline.
    public let pipeline: Pipeline
    /// Its guarantee.
    public let privacy: PrivacyStatement
    /// The number of rows where it is public.
    public let publicRows: Int?
  }

  /// The table with all columns as texts, those that are not used too, so that no guess of kinds depends on the rows.
  ///
  /// - Throws: ``PrivateTrainingError/unreadableTable(_:)`` for whatever is wrong with the rows, as a fuller message would
  ///   tell of them.
  public static func table(
    named name: String, _ read: (TableReader) throws -> Table, _ schema: PublicSchema,
    reader: TableReader = TableReader()
  ) throws -> Table {
    var reader = reader
    // What is found out of rows would tell of them.
    reader.isStrict = true
    reader.otherKind = .categorical
    for column in schema.columns { reader.kinds[column.name] = .categorical }
    do { return try read(reader) } catch is TabularError {
      throw PrivateTrainingError.unreadableTable(name)
    }
  }

  /// Trains the model.
  ///
  /// - Throws: ``PrivateTrainingError``, ``PrivacyError`` and `LearningError`.
  public func run(_ table: Table, using random: inout RandomStream) throws -> Result {
    let inputs = schema.columns.filter { $0.name != target }
    let isScaled = type(of: settings.mechanism).features == .scaled
    let encoder = FeatureEncoder(
      inputs: inputs, isScaled: isScaled, categories: isScaled ? .indicators : .codes)
    let features = try encoder.features(inputs: schema.values(table, inputs))
    let goal = try schema.column(target)
    let values = try schema.values(table, [goal]).elements
    let (rows, range, meaning): (PrivateTask.Rows, ClosedRange<Double>?, Pipeline.Target)
    switch goal.kind {
    case .number(let lower, let upper):
      let middle = lower / 2 + upper / 2
      rows = .numbers(RegressionData(features: features, target: values.map { $0.isNaN ? middle : $0 }))
      (range, meaning) = (lower...upper, .number(name: target))
    case .category(let levels):
      rows = .classes(
        ClassificationData(
          features: features, labels: values.map { $0.isNaN ? 0 : Int($0) }, classCount: levels.count))
      (range, meaning) = (nil, .classes(name: target, labels: levels))
    }
    let task = PrivateTask(model: model, rows: rows, inputs: inputs, encoder: encoder, range: range)
    let fit = try settings.mechanism.train(task, using: &random)
    return Result(
      pipeline: try Pipeline(features: encoder, target: meaning, model: fit.model),
      privacy: described(fit.privacy),
      publicRows: fit.privacy.adjacency == .replaceOne ? table.rowCount : nil)
  }

  /// The statement with the schema as its bounds.
  private func described(_ privacy: PrivacyStatement) -> PrivacyStatement {
    let bounds = schema.columns.map { column -> String in
      switch column.kind {
      case .number(let lower, let upper): "\(column.name) lies in \(lower)...\(upper)"
      case .category(let levels): "\(column.name) is one of \(levels.joined(separator: ", "))"
      }
    }
    return privacy.adding(
      bounds: bounds,
      assumptions: [
        "that the table can be read, and the names of its columns, are no secrets",
        "noise comes from a counter-based generator that is not made for secrets; its key is "
          + "enough to remove the noise",
      ])
  }
}
