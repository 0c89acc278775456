import Inversion
import Learning
import LinearAlgebra
import Methods
import Querying
import Tabular

/// The model with its people for one seed.
extension AttributeGuessing {
  func scene(
    _ model: ModelUnderAttack?, _ tables: PeopleUnderAttack.Tables, seed: UInt64, in context: JobContext
  ) async throws -> AttributeScene {
    var random = RandomStream(seed: seed).child("people")
    guard let table = tables.data else { throw InversionError.missing(method: "invert", need: "--data") }
    if case .trained(let id, let settings) = people.model {
      return try await trained(id, settings, table, in: context, using: &random)
    }
    guard let model else { throw InversionError.missing(method: "invert", need: "a model") }
    let (oracle, schema) = (model.oracle, model.oracle.schema)
    let target = people.target ?? model.pipeline?.targetName ?? ""
    let members = try tables.members.map { try AttributeRecords($0, schema: schema, target: target) }
    let everybody = try AttributeRecords(table, schema: schema, target: target)
    let all = members.map { everybody.rows(at: everybody.places(unlike: $0)) } ?? everybody
    if all.count < everybody.count, isFirst(seed) {
      context.note(
        "\(everybody.count - all.count) of the \(everybody.count) people in \(people.data ?? "") are like a member in "
          + "every column and do not count as others")
    }
    guard all.count >= 8 else {
      throw InversionError.tooFewRows("people who are no members", needed: 8, found: all.count)
    }
    // A quarter of the people is what the attacker knows everything of.
    let order = random.permutation(all.count)
    let auxiliary = all.rows(at: Array(order[..<(all.count / 4)]))
    let others = all.rows(at: Array(order[(all.count / 4)...]))
    let preparation = QuerySession(oracle)
    let errors = try await AttributeScene.errors(of: preparation, on: auxiliary)
    if isFirst(seed), seesAnswersOnly || model.isRemote {
      context.note(
        "\(preparation.ledger.queries) queries were spent on how the model errs; those of the attacks are in the table"
      )
    }
    return AttributeScene(
      oracle, pipeline: model.pipeline, members: members ?? others.rows(at: []), others: others,
      auxiliary: auxiliary, sensitive: try column(sensitive, schema), known: try knownColumns(schema),
      group: try group.map { try column($0, schema) }, population: (members ?? auxiliary).rows,
      errors: errors)
  }

  /// A model that is trained on half of the people.
  private func trained(
    _ id: String, _ settings: [String], _ table: Table, in context: JobContext,
    using random: inout RandomStream
  ) async throws -> AttributeScene {
    let target = people.target ?? ""
    let recipe = try context.methods.learners.make(id, settings: MethodSettings(settings))
    var encoding = EncodingOptions(
      numeric: recipe.growsTrees ? .none : .standard, categories: recipe.growsTrees ? .codes : .indicators,
      missing: .ownLevel, unseen: .allZero,
      ignored: ListOption.columns(people.ignored, of: table.columns.map(\.name)))
    encoding.declaredCategories = try people.declared(table)
    var isClassifier = false
    if case .classifier = recipe { isClassifier = true }
    context.findings(
      table.findings(target: target, ignored: encoding.ignored, isClassifier: isClassifier))
    let fixed = encoding
    let features = try table.placing { try FeatureEncoder.fit(table, without: [target], options: fixed) }
    let labels = isClassifier ? try ClassEncoder.labels(table, target: target) : []
    let schema = QuerySchema(
      inputs: features.inputColumns, target: labels.isEmpty ? .number : .classes(labels))
    let everybody = try AttributeRecords(table, schema: schema, target: target)
    let order = random.permutation(everybody.count)
    let (half, rest) = (everybody.count / 2, everybody.count / 8)
    let training = everybody.rows(at: Array(order[..<half]))
    let encoded = try features.features(inputs: training.rows)
    var plan = TrainingPlan(
      id: id, recipe, features: features, target: target, labels: labels,
      rows: training.encoded(encoded, classCount: labels.count), random: random.child("train"))
    plan.workers = context.workers
    let model = try await ModelUnderAttack.open(.trained(plan), in: context)
    guard let pipeline = model.pipeline else {
      throw InversionError.missing(method: "invert", need: "a model")
    }
    return try AttributeScene(
      pipeline, training: training,
      others: everybody.rows(at: Array(order[half..<(everybody.count - rest)])),
      auxiliary: everybody.rows(at: Array(order[(everybody.count - rest)...])),
      sensitive: try column(sensitive, schema), known: try knownColumns(schema),
      group: try group.map { try column($0, schema) })
  }

  private func knownColumns(_ schema: QuerySchema) throws -> [Int]? {
    try known.map { list in
      try ListOption.columns(list, of: schema.inputs.map(\.name)).map { try column($0, schema) }
    }
  }

  private func column(_ name: String, _ schema: QuerySchema) throws -> Int {
    guard let place = schema.index(of: name) else {
      throw DesignError.unknownColumn(name, known: schema.inputs.map(\.name), nearest: nil)
    }
    return place
  }
}

extension AttributeRecords {
  /// The responses of these people beside their encoded rows.
  func encoded(_ features: Matrix, classCount: Int) -> TrainingPlan.Rows {
    switch responses {
    case .labels(let labels):
      .classes(ClassificationData(features: features, labels: labels, classCount: classCount))
    case .numbers(let numbers): .numbers(RegressionData(features: features, target: numbers))
    }
  }
}
