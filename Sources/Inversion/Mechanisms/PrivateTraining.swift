public import Learning
public import LinearAlgebra
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
    let mechanism = settings.mechanism
    guard mechanism.models.contains(model) else {
      throw .otherModel(mechanism: mechanism.rawValue, model: model, known: mechanism.models)
    }
    let column = try schema.column(target)
    switch (model, column.kind) {
    case ("ridge", .category), ("tree-regressor", .category):
      throw .wrongTarget(model: model, needed: "public bounds, as a number has")
    case ("ridge", .number), ("tree-regressor", .number): break
    case (_, .number): throw .wrongTarget(model: model, needed: "public levels, as classes have")
    case ("logistic", .category(let levels)) where levels.count != 2:
      throw .wrongTarget(model: model, needed: "exactly two public levels")
    case (_, .category): break
    }
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
    let isTree = settings.mechanism == .tree
    let encoder = FeatureEncoder(
      inputs: inputs, isScaled: !isTree, categories: isTree ? .codes : .indicators)
    let features = try encoder.features(inputs: schema.values(table, inputs))
    let goal = try schema.column(target)
    let values = try schema.values(table, [goal]).elements
    let (fitted, privacy): (FittedModel, PrivacyStatement)
    let meaning: Pipeline.Target
    switch goal.kind {
    case .number(let lower, let upper):
      let middle = lower / 2 + upper / 2
      let data = RegressionData(features: features, target: values.map { $0.isNaN ? middle : $0 })
      (fitted, privacy) = try regression(
        data, inputs, PublicBounds(columns: inputs.count, target: lower...upper), encoder, using: &random)
      meaning = .number(name: target)
    case .category(let levels):
      let data = ClassificationData(
        features: features, labels: values.map { $0.isNaN ? 0 : Int($0) }, classCount: levels.count)
      (fitted, privacy) = try classification(data, inputs, encoder, using: &random)
      meaning = .classes(name: target, labels: levels)
    }
    return Result(
      pipeline: try Pipeline(features: encoder, target: meaning, model: fitted),
      privacy: described(privacy), publicRows: privacy.adjacency == .replaceOne ? table.rowCount : nil)
  }

  private func regression(
    _ data: RegressionData, _ inputs: [InputColumn], _ bounds: PublicBounds, _ encoder: FeatureEncoder,
    using random: inout RandomStream
  ) throws -> (FittedModel, PrivacyStatement) {
    if settings.mechanism == .tree, let target = bounds.target {
      let fit = try settings.tree(isForest: false)
        .fit(data, features: inputs.map(PrivateTree.Feature.init), target: target, using: &random)
      return (.treeRegressor(fit.model), fit.privacy)
    }
    let fit =
      switch settings.mechanism {
      case .output: try settings.output().fit(data, bounds: bounds, using: &random)
      case .adassp:
        try settings.adaptive().fit(data, bounds: bounds, publicRows: settings.rows(), using: &random)
      default: try functional(encoder).fit(data, bounds: bounds, using: &random)
      }
    return (.linear(fit.model), fit.privacy)
  }

  private func classification(
    _ data: ClassificationData, _ inputs: [InputColumn], _ encoder: FeatureEncoder,
    using random: inout RandomStream
  ) throws -> (FittedModel, PrivacyStatement) {
    let bounds = PublicBounds(columns: inputs.count)
    switch settings.mechanism {
    case .tree:
      let fit = try settings.tree(isForest: model == "forest")
        .fit(data, features: inputs.map(PrivateTree.Feature.init), using: &random)
      return (.forest(fit.model), fit.privacy)
    case .descent:
      var descent = try settings.descent()
      if model == "mlp", descent.hidden.isEmpty { descent.hidden = [32] }
      if model == "softmax", !descent.hidden.isEmpty {
        throw PrivateTrainingError.wrongValue("…", setting: "hidden", allowed: "nothing; use --model mlp")
      }
      let delta = try settings.delta()
      descent.noiseMultiplier = try PrivateGradientDescent.noiseMultiplier(
        epsilon: settings.epsilon, delta: delta, samplingRate: descent.samplingRate, steps: descent.steps)
      let fit = try descent.fit(data, delta: delta, publicRows: settings.rows(), using: &random)
      return (.networkClassifier(fit.model), fit.privacy)
    case .objective:
      let fit = try settings.objective().fit(data, bounds: bounds, using: &random)
      return (.linearClassifier(fit.model), fit.privacy)
    case .output:
      let fit = try settings.output().fit(data, bounds: bounds, using: &random)
      return (.linearClassifier(fit.model), fit.privacy)
    case .functional, .adassp:
      let fit = try functional(encoder).fit(data, bounds: bounds, using: &random)
      return (.linearClassifier(fit.model), fit.privacy)
    }
  }

  /// The functional mechanism with the sensitive column's features.
  private func functional(_ encoder: FeatureEncoder) throws -> FunctionalMechanism {
    var mechanism = try settings.functional()
    guard let (name, share) = try settings.sensitive() else { return mechanism }
    let places = encoder.inputOfColumn.indices.filter {
      encoder.inputColumns[encoder.inputOfColumn[$0]].name == name
    }
    guard name != target, !places.isEmpty else {
      throw PrivateTrainingError.undescribed(name, known: schema.columns.map(\.name).filter { $0 != target })
    }
    mechanism.sensitive = .init(columns: places, magnitude: 1, share: share)
    return mechanism
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
        "noise comes from a counter-based generator that is not made for secrets: who knows or finds its key takes "
          + "the noise away",
      ])
  }
}

extension PrivateTree.Feature {
  /// What is public of a column.
  fileprivate init(_ column: InputColumn) {
    switch column.kind {
    case .number(let lower, let upper): self = .number(lower...upper)
    case .category(let levels): self = .codes(levels.count)
    }
  }
}
