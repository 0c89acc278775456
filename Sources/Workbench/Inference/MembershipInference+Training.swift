import Inversion
import Learning
import LinearAlgebra
import Methods
import Tabular

/// Models that are trained for an attack on membership: the attacked one, and its shadows.
extension MembershipInference {
  /// A model that is trained here on half of the records.
  func trained(
    _ data: String, _ needsShadows: Bool, _ context: JobContext, _ random: inout RandomStream
  ) async throws -> Bare {
    let target = target ?? ""
    let table = try reading.table(data, context, targets: [target])
    let ignored = ListOption.columns(ignored, of: table.columns.map(\.name))
    context.findings(table.findings(target: target, ignored: ignored, isClassifier: true))
    guard let id = learner, let recipe = try recipe(of: context.methods) else {
      throw InversionError.missing(method: "membership", need: "a kind of model to train")
    }
    let growsTrees = type(of: recipe).growsTrees
    var encoding = EncodingOptions(
      numeric: growsTrees ? .none : .standard, categories: growsTrees ? .codes : .indicators,
      missing: growsTrees ? .keep : .ownLevel, unseen: .allZero, ignored: ignored)
    encoding.declaredCategories = reading.categories
    let fixed = encoding
    let encoder = try table.placing { try ClassEncoder.fit(table, target: target, options: fixed) }
    let design = try table.placing { try encoder.design(table) }
    var records = ClassificationData(
      features: design.features, labels: design.labels, classCount: encoder.classes.count)
    var rows = design.rowIndex
    if let count = self.rows, count < records.count {
      let chosen = random.choice(count, from: records.count)
      (records, rows) = (records.rows(at: chosen), chosen.map { rows[$0] })
    }
    let members = Set(random.choice(records.count / 2, from: records.count))
    let opened = try await ModelUnderAttack.open(
      .trained(
        TrainingPlan(
          id: id, .classifier(recipe), features: encoder.features, target: target, labels: encoder.classes,
          rows: .classes(records.rows(at: members.sorted())), random: random.child("target"))), in: context)
    guard let pipeline = opened.pipeline, let classifier = pipeline.model.classifier else {
      throw InversionError.missing(method: id, need: "a classifier")
    }
    let scene = MembershipScene(
      records, isMember: records.labels.indices.map { members.contains($0) }, model: classifier,
      shadows: needsShadows
        ? try shadows(records, columns: EncodedColumns(encoder.features), context, &random) : nil)
    tellTwins(scene, in: context)
    let name = Table.shortName(data)
    return Bare(scene: scene, pipeline: pipeline, origins: rows.map { (name, $0 + 1) })
  }

  /// Says how many of the others have a twin among the members, which no attack can tell from them.
  private func tellTwins(_ scene: MembershipScene, in context: JobContext) {
    func people(_ isMember: Bool) -> AttributeRecords {
      let places = scene.places(members: isMember)
      return AttributeRecords(
        rows: scene.records.features.rows(at: places),
        responses: .labels(places.map { scene.records.labels[$0] }))
    }
    let others = people(false)
    let twins = others.count - others.places(unlike: people(true)).count
    if twins > 0 {
      context.note(
        "\(twins) of the \(others.count) others are like a member in every column; no attack can tell them apart, so that "
          + "the figures are lower than without such rows")
    }
  }

  /// Shadow models on halves of records; nil without a kind of model to train.
  func shadows(
    _ records: ClassificationData, columns: EncodedColumns, _ context: JobContext,
    _ random: inout RandomStream
  ) throws -> ShadowModels? {
    guard let recipe = try recipe(of: context.methods) else { return nil }
    return try ShadowModels.train(
      records, count: shadows, workers: context.workers, using: &random,
      logistic: Self.logistic(recipe), training: Self.training(recipe, columns: columns, context.observer))
  }

  /// The learner that fits all shadow models at once; nil for another model.
  private static func logistic(_ recipe: any ClassifierRecipe) -> LogisticRegression? {
    guard var learner = recipe as? LogisticRegression else { return nil }
    // A distribution over models needs no more digits than this.
    learner.gradientTolerance = max(learner.gradientTolerance, 1e-5)
    return learner
  }

  /// How a recipe trains one model on one thread.
  private static func training(
    _ recipe: any ClassifierRecipe, columns: EncodedColumns, _ observer: any JobObserver
  ) -> ShadowModels.Training {
    { data, random in
      try observer.check()
      let model = try recipe.train(data, columns: columns, workers: 1, using: &random).model
      guard let classifier = model.classifier else {
        throw InversionError.missing(method: type(of: recipe).card.id, need: "a classifier")
      }
      return classifier
    }
  }
}
