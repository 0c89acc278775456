import ArgumentParser
import Experiments
import Inversion
import InversionStudies
import Learning
import LinearAlgebra
import Methods
import Querying
import StealingStudies
import Tabular
import Workbench

/// The model that is attacked, with its members and others.
extension MembershipRun {
  /// Where a record stands: the name of its file and the row behind the header, from 1.
  typealias Origin = (file: String, row: Int)

  /// What is attacked.
  struct Subject {
    /// The model as the attacker sees it.
    let scene: MembershipScene
    /// The model without its guards; nil where there are none.
    let unguarded: MembershipScene?
    /// Where every record stands.
    let origins: [Origin]
  }

  /// A model without guards.
  private struct Bare {
    let scene: MembershipScene
    /// Nil for a service.
    let pipeline: Pipeline?
    let origins: [Origin]
  }

  /// The model with its members for the seed, behind its guards.
  func subject(needsShadows: Bool, using random: inout RandomStream) async throws -> Subject {
    let bare =
      if command.asksService {
        try await service(needsShadows: needsShadows, using: &random)
      } else if let path = command.model {
        try await file(path, needsShadows: needsShadows, using: &random)
      } else {
        try trained(needsShadows: needsShadows, using: &random)
      }
    guard !command.guards.isEmpty, let pipeline = bare.pipeline else {
      return Subject(scene: bare.scene, unguarded: nil, origins: bare.origins)
    }
    let scene = try await bare.scene.guarded(
      by: command.guards, of: MethodRegistry.current.guards, before: pipeline,
      key: .hmacSHA256(key: Array("\(options.seed)".utf8)))
    return Subject(scene: scene, unguarded: bare.scene, origins: bare.origins)
  }

  /// The two files, each read once.
  private struct Tables {
    let members: Table
    let others: Table
  }

  /// Reads the members and the others, as the columns of a model ask for.
  private func tables(for model: ModelFile?) throws -> Tables {
    let targets = [command.target ?? model?.pipeline.targetName].compactMap { $0 }
    func read(_ name: String?) throws -> Table {
      try command.format.table(name ?? "", options, targets: targets, for: model, asksService: true)
    }
    return Tables(members: try read(command.members), others: try read(command.others))
  }

  /// The people of a table as a model takes them.
  private func people(
    _ table: Table, of name: String?, schema: QuerySchema, target: String
  ) throws -> (records: AttributeRecords, labels: [Int], origins: [Origin]) {
    let (people, places) = try InvertSource.placedRecords(table, schema: schema, target: target)
    guard case .labels(let labels) = people.responses else { throw DesignError.noRows }
    return (people, labels, places.map { (TableOptions.name(name ?? ""), $0 + 1) })
  }

  /// The two files, members first. Who is like a member in every column that the model knows, and in the target, was in
  /// the training data and does not count as another one.
  private func files(
    _ tables: Tables, schema: QuerySchema, target: String
  ) throws -> (rows: Matrix, labels: [Int], isMember: [Bool], origins: [Origin]) {
    let members = try people(tables.members, of: command.members, schema: schema, target: target)
    let others = try people(tables.others, of: command.others, schema: schema, target: target)
    let kept = others.records.places(unlike: members.records)
    let shared = others.labels.count - kept.count
    guard !kept.isEmpty || others.labels.isEmpty else {
      throw InversionError.tooFewRows(
        "records of \(command.others ?? "") that are like no record of \(command.members ?? "")", needed: 1,
        found: 0)
    }
    if shared > 0 {
      options.console.note(
        "\(shared) of the \(others.labels.count) records in \(command.others ?? "") are like a member in every column "
          + "and do not count as others")
    }
    let rest = kept.map { others.labels[$0] }
    return (
      members.records.rows.appending(rowsOf: others.records.rows.rows(at: kept)), members.labels + rest,
      members.labels.map { _ in true } + rest.map { _ in false },
      members.origins + kept.map { others.origins[$0] }
    )
  }

  /// The members and the others as tables of which ranges can be taken.
  private func examples(_ tables: Tables) -> [ColumnRanges.Example] {
    [(tables.members, command.members), (tables.others, command.others)].map { table, name in
      // What is predicted is no column that a service is asked about.
      ColumnRanges.Example(
        table.removing(columns: [command.target].compactMap { $0 }),
        name: "the rows of \(TableOptions.name(name ?? ""))")
    }
  }

  /// A model file.
  private func file(
    _ path: String, needsShadows: Bool, using random: inout RandomStream
  ) async throws -> Bare {
    let file = try ModelReader.read(path, console: options.console)
    let pipeline = file.pipeline
    guard case .classes = pipeline.target else {
      throw InversionError.missing(method: "membership", need: "a model of classes")
    }
    let tables = try tables(for: file)
    let (columns, notes) = try ColumnRanges(
      description: try command.ranges.map { try InputDescription($0) }, examples: examples(tables)
    ).columns(pipeline.describedColumns)
    for note in notes { options.console.note(note) }
    let people = try files(
      tables, schema: PipelineOracle(pipeline, columns: columns).schema,
      target: command.target ?? pipeline.targetName)
    let records = ClassificationData(
      features: try pipeline.features.features(inputs: people.rows), labels: people.labels,
      classCount: pipeline.labels.count)
    let shadows = try shadows(
      records, columns: EncodedColumns(pipeline.features), needed: needsShadows, using: &random)
    let scene = try await MembershipScene(
      records, isMember: people.isMember,
      oracle: PipelineOracle(pipeline, inputs: .encoded, columns: columns), shadows: shadows)
    return Bare(scene: scene, pipeline: pipeline, origins: people.origins)
  }

  /// A service. It is asked in columns; shadow models learn from the attacker's own encoding of them.
  private func service(needsShadows: Bool, using random: inout RandomStream) async throws -> Bare {
    let words = [command.model ?? ""] + (command.ranges.map { ["--ranges", $0] } ?? [])
    let tables = try tables(for: nil)
    var target = try StealTarget.parse(words)
    (target.connection, target.format) = (command.connection, command.format)
    let victim = try await target.oracle(options, data: nil, examples: examples(tables))
    for note in victim.notes { options.console.note(note) }
    let schema = victim.oracle.schema
    guard case .classes(let labels) = schema.target else {
      throw InversionError.missing(method: "membership", need: "a model of classes")
    }
    let people = try files(tables, schema: schema, target: command.target ?? "")
    let records = ClassificationData(
      features: people.rows, labels: people.labels, classCount: labels.count)
    let growsTrees = try command.recipe().map { type(of: $0).growsTrees } ?? false
    let encoder = FeatureEncoder(
      inputs: schema.inputs, isScaled: !growsTrees, categories: growsTrees ? .codes : .indicators)
    let encoded = ClassificationData(
      features: try encoder.features(inputs: people.rows), labels: people.labels, classCount: labels.count)
    let shadows = try shadows(
      encoded, columns: EncodedColumns(encoder), needed: needsShadows, using: &random)
    let scene = try await MembershipScene(
      records, isMember: people.isMember, oracle: victim.oracle, shadows: shadows)
    return Bare(scene: scene, pipeline: nil, origins: people.origins)
  }

  /// Shadow models of a model that is at hand; nil without a kind of model to train.
  private func shadows(
    _ records: ClassificationData, columns: EncodedColumns, needed: Bool, using random: inout RandomStream
  ) throws -> ShadowModels? {
    guard needed, let recipe = try command.recipe() else { return nil }
    return try ShadowModels.train(
      records, count: command.shadows, workers: options.threadCount, using: &random,
      logistic: logistic(recipe), training: training(recipe, columns: columns))
  }

  /// A model that is trained here.
  private func trained(needsShadows: Bool, using random: inout RandomStream) throws -> Bare {
    let target = command.target ?? ""
    let table = try command.format.table(command.data ?? "", options, targets: [target])
    TableFormat.tellColumns(
      of: table, target: target, ignored: ListOption.columns(command.ignore, of: table.columns.map(\.name)),
      isClassifier: true, on: options.console)
    guard let recipe = try command.recipe() else {
      throw InversionError.missing(method: "membership", need: "a kind of model to train")
    }
    let growsTrees = type(of: recipe).growsTrees
    var encoding = EncodingOptions(
      numeric: growsTrees ? .none : .standard, categories: growsTrees ? .codes : .indicators,
      missing: growsTrees ? .keep : .ownLevel, unseen: .allZero,
      ignored: ListOption.columns(command.ignore, of: table.columns.map(\.name)))
    encoding.declaredCategories = try command.format.categories()
    let fixed = encoding
    let encoder = try table.placing { try ClassEncoder.fit(table, target: target, options: fixed) }
    let design = try table.placing { try encoder.design(table) }
    var records = ClassificationData(
      features: design.features, labels: design.labels, classCount: encoder.classes.count)
    var rows = design.rowIndex
    if let count = command.rows, count < records.count {
      let chosen = random.choice(count, from: records.count)
      (records, rows) = (records.rows(at: chosen), chosen.map { rows[$0] })
    }
    let scene = try MembershipScene(
      records, shadowCount: needsShadows ? command.shadows : nil, workers: options.threadCount,
      using: &random, logistic: logistic(recipe),
      training: training(recipe, columns: EncodedColumns(encoder.features)))
    noteTwins(scene)
    let pipeline = try scene.model.flatMap { FittedModel($0) }.map {
      try Pipeline(
        features: encoder.features, target: .classes(name: target, labels: encoder.classes), model: $0)
    }
    let name = TableOptions.name(command.data ?? "")
    return Bare(scene: scene, pipeline: pipeline, origins: rows.map { (name, $0 + 1) })
  }

  /// Says how many of the others have a twin among the members, which no attack can tell from them.
  private func noteTwins(_ scene: MembershipScene) {
    func people(_ isMember: Bool) -> AttributeRecords {
      let places = scene.places(members: isMember)
      return AttributeRecords(
        rows: scene.records.features.rows(at: places),
        responses: .labels(places.map { scene.records.labels[$0] }))
    }
    let others = people(false)
    let twins = others.count - others.places(unlike: people(true)).count
    if twins > 0 {
      options.console.note(
        "\(twins) of the \(others.count) others are like a member in every column; no attack can tell them apart, so that "
          + "the figures are lower than without such rows")
    }
  }

  /// The learner that fits all shadow models at once; nil for another model.
  private func logistic(_ recipe: any ClassifierRecipe) -> LogisticRegression? {
    guard var learner = recipe as? LogisticRegression else { return nil }
    // A distribution over models needs no more digits than this.
    learner.gradientTolerance = max(learner.gradientTolerance, 1e-5)
    return learner
  }

  /// How a recipe trains one model on one thread.
  private func training(_ recipe: any ClassifierRecipe, columns: EncodedColumns) -> ShadowModels.Training {
    { data, random in
      try Interruption.check()
      let model = try recipe.train(data, columns: columns, workers: 1, using: &random).model
      guard let classifier = model.classifier else {
        throw InversionError.missing(method: type(of: recipe).card.id, need: "a classifier")
      }
      return classifier
    }
  }
}
