import Experiments
import Inversion
import InversionStudies
import Learning
import LinearAlgebra
import Methods
import Querying
import Reporting
import Tabular
import Workbench

/// Attacks on a sensitive column with all baselines, repeated over seeds.
struct AttributeGuessing: Sendable {
  let command: InvertCommand
  let sensitive: String

  private var options: GlobalOptions { command.options }

  /// Runs everything and writes the report; its path.
  func run() async throws -> String {
    let source = command.source
    var (outcomes, exposure) = ([Outcome](), TextTable?.none)
    let progress = Progress("attacking", total: command.seeds, console: options.console)
    let file = try source.model.map { try ModelReader.read($0, console: options.console) }
    let pipeline = file?.pipeline
    let people = try source.people(for: file, options)
    let service = source.url == nil ? nil : try await source.service(people, options)
    for note in service?.notes ?? [] { options.console.note(note) }
    let name = TableOptions.name(source.data ?? "")
    let attacks = try command.attacks()
    for (index, seed) in try options.seeds(command.seeds).enumerated() {
      try Interruption.check()
      let scene = try await scene(service, pipeline, people, seed: seed)
      if index == 0 { exposure = self.exposure(scene) }
      outcomes += try await results(scene, attacks, seed: seed, isFirst: index == 0).map { result in
        Outcome(
          dataset: name, model: source.train ?? TableOptions.name(source.model ?? "service"),
          attack: result.name, defence: "none", rate: 0, seed: seed, metrics: result.metrics())
      }
      progress.advance()
    }
    progress.finish()
    let document = ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName),
      parameters: [
        "command": "invert", "data": .text(name), "sensitive": .text(sensitive),
        "url": text(source.url), "model": text(source.model), "train": text(source.train),
        "train_settings": .list(source.trainSettings.map { .text($0) }), "members": text(source.members),
        "target": text(source.target), "categories": text(source.categories), "ignore": text(source.ignore),
        "known": text(command.known), "group": text(command.group), "attack": text(command.attack),
        "settings": .list(command.settings.map { .text($0) }), "black_box": .flag(command.blackBox),
        "seed": .integer(Int(clamping: options.seed)), "seeds": .integer(command.seeds),
      ], methods: MethodRegistry.current.attributeAttacks.entries, outcomes: outcomes, claims: [])
    return try write(document, exposure: exposure)
  }

  private func text(_ option: String?) -> ParameterValue { option.map { .text($0) } ?? .missing }

  /// Whether it is known who was in the training data.
  private var areMembersKnown: Bool { command.source.train != nil || command.source.members != nil }

  /// Writes page and results; the path of the page.
  private func write(_ document: ResultsDocument, exposure: TextTable?) throws -> String {
    let table = table(document.outcomes)
    var page = Report(
      title: "Guessing \(sensitive)",
      subtitle: areMembersKnown
        ? "Attacks through a model beside guesses without it, on members of the training data and on others."
        : "Attacks through a model beside guesses without it. Who was in the training data is not known.",
      colophon: "bezoar \(Bezoar.version), seeds \(options.seed) and following")
    page.append(.table(table))
    page.append(
      .paragraph(
        "An attack tells something of the model only where it beats imputation with the same knowledge, and something "
          + "of its memory only where it does better on members than on others."))
    if let exposure { page.append(.table(exposure)) }
    page.append(.methods(document.methods.map { Report.MethodEntry($0) }))
    let files = try page.write(
      to: command.output, with: Gnuplot.find(searchPath: Console.environment("PATH") ?? ""),
      beside: ["results.json": try document.json()])
    if options.json {
      options.console.write(try document.json())
    } else {
      options.console.write(table)
      if let exposure { options.console.write(exposure) }
    }
    return files.page
  }

  /// What the leaves of a tree give away by themselves; nil for another model.
  private func exposure(_ scene: AttributeScene) -> TextTable? {
    guard let pipeline = scene.pipeline, !command.blackBox, case .treeClassifier(let model) = pipeline.model,
      model.tree.nodes.first.map({ $0.rows > 0 }) ?? false
    else {
      return nil
    }
    let found = TreeExposure(model)
    return TextTable(
      title: "What the leaves give away", columns: [.init("measure"), .number("value")],
      rows: [
        [.init("leaves"), .init("\(found.leaves)")],
        [.init("people of the smallest leaf (k-anonymity)"), .init("\(found.anonymity)")],
        [.init("leaves of one person"), .init("\(found.lonelyLeaves)")],
        [.init("leaves of one class"), .init("\(found.pureLeaves)")],
        [.init("share of people in them"), .init(found.pureShare.percent(1))],
        [.init("leaves that exclude a class"), .init("\(found.disclosingLeaves)")],
        [.init("residual degrees of freedom"), .init("\(found.residualFreedom)")],
      ], note: "Of the tree of the first seed.")
  }

  /// The results of all attacks that work and of the baselines.
  private func results(
    _ scene: AttributeScene, _ attacks: [any InversionAttack], seed: UInt64, isFirst: Bool
  ) async throws -> [AttributeResult] {
    var random = RandomStream(seed: seed).child("invert")
    var results = try await scene.baselines(using: &random)
    let access: AttributeTask.Access =
      command.blackBox
      ? .answers(QuerySession(scene.oracle))
      : scene.pipeline.map { .model($0) } ?? .answers(QuerySession(scene.oracle))
    for attack in attacks {
      if let need = type(of: attack).missing(scene.task(scene.others, access: access)) {
        // An attack that was not asked for by name is passed over.
        guard command.attack == nil else {
          throw InversionError.missing(method: type(of: attack).card.id, need: need)
        }
        if isFirst { options.console.note("\(type(of: attack).card.id) passed over: it needs \(need)") }
        continue
      }
      do {
        results.append(try await scene.run(attack, isBlackBox: command.blackBox, using: &random))
      } catch let error as InversionError where command.attack == nil {
        if isFirst { options.console.note("\(type(of: attack).card.id) passed over: \(error)") }
        continue
      }
      if command.group != nil, var prior = attack as? MarginalInversion, !prior.usesConditionalPrior {
        prior.usesConditionalPrior = true
        results.append(
          try await scene.run(
            prior, name: "map, prior by \(command.group ?? "")", isBlackBox: command.blackBox, using: &random)
        )
      }
    }
    return results
  }

  /// Mean with the half width of a 95 % interval of the mean over seeds.
  private func table(_ outcomes: [Outcome]) -> TextTable {
    let columns = [
      ("error, members", "member_absolute_error"), ("error, others", "other_absolute_error"),
      ("RMSE, members", "member_rms_error"), ("RMSE, others", "other_rms_error"),
      ("accuracy, members", "member_accuracy"), ("accuracy, others", "other_accuracy"),
      ("AUC, members", "member_auc"), ("AUC, others", "other_auc"), ("MCC, members", "member_mcc"),
      ("MCC, others", "other_mcc"), ("queries", "queries"),
    ].filter { outcomes.summary(of: $0.1) != nil }
      .map { (areMembersKnown ? $0.0 : $0.0.replacing(", others", with: ""), $0.1) }
    var table = TextTable(
      title: "Guesses of \(sensitive)", columns: [.init("attack")] + columns.map { .number($0.0) },
      note: (command.seeds > 1
        ? "Mean ± half of the 95 % interval (Student) of the mean over \(command.seeds) seeds."
          + (command.source.train == nil
            ? " The model is the same for all; the people that are known differ." : "")
        : "One seed.") + Self.errorNote(outcomes))
    for attack in outcomes.distinct(\.attack) {
      let own = outcomes.matching(attack: attack)
      table.append(
        [.init(attack)]
          + columns.map { column in
            guard let summary = own.summary(of: column.1) else { return .init("–") }
            if column.1 == "queries" { return .init(summary.mean.fixed(0)) }
            let isError = column.1.hasSuffix("_error")
            let mean = isError ? summary.mean.significant() : summary.mean.fixed(3)
            return .init(
              summary.halfWidth().map { "\(mean) ± \(isError ? $0.significant(2) : $0.fixed(3))" } ?? mean)
          })
    }
    return table
  }

  /// What the errors of a number are.
  private static func errorNote(_ outcomes: [Outcome]) -> String {
    guard outcomes.contains(where: { $0.metrics.names.contains { $0.hasSuffix("_error") } }) else {
      return ""
    }
    return
      " Error: mean distance between the value and the median guess; RMSE: that of the mean guess; both in the unit of "
      + "the column. mode knows the distribution of the column only."
  }

  /// The model with its people for one seed.
  private func scene(
    _ service: StealTarget.Victim?, _ pipeline: Pipeline?, _ tables: InvertSource.People, seed: UInt64
  ) async throws -> AttributeScene {
    let source = command.source
    var random = RandomStream(seed: seed).child("people")
    guard let table = tables.data else { throw InversionError.missing(method: "invert", need: "--data") }
    if let id = source.train { return try trained(id, table, using: &random) }
    let oracle: any PredictionOracle
    if let service {
      oracle = service.oracle
    } else if let pipeline {
      let (asked, notes) = try source.oracle(pipeline, tables)
      oracle = asked
      if seed == options.seed { for note in notes { options.console.note(note) } }
    } else {
      throw InversionError.missing(method: "invert", need: "a model")
    }
    let target = source.target ?? pipeline?.targetName ?? ""
    func people(_ table: Table) throws -> AttributeRecords {
      try InvertSource.records(table, schema: oracle.schema, target: target)
    }
    let members = try tables.members.map(people)
    let everybody = try people(table)
    let all = members.map { everybody.rows(at: everybody.places(unlike: $0)) } ?? everybody
    if all.count < everybody.count, seed == options.seed {
      options.console.note(
        "\(everybody.count - all.count) of the \(everybody.count) people in \(source.data ?? "") are like a member in every "
          + "column and do not count as others")
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
    if seed == options.seed, command.blackBox || service != nil {
      options.console.note(
        "\(preparation.ledger.queries) queries were spent on how the model errs; those of the attacks are in the table"
      )
    }
    return AttributeScene(
      oracle, pipeline: pipeline, members: members ?? others.rows(at: []), others: others,
      auxiliary: auxiliary,
      sensitive: try column(sensitive, oracle.schema), known: try knownColumns(oracle.schema),
      group: try command.group.map { try column($0, oracle.schema) }, population: (members ?? auxiliary).rows,
      errors: errors)
  }

  /// A model that is trained on half of the people.
  private func trained(
    _ id: String, _ table: Table, using random: inout RandomStream
  ) throws -> AttributeScene {
    let source = command.source
    let target = source.target ?? ""
    let recipe = try MethodRegistry.current.learners.make(id, settings: MethodSettings(source.trainSettings))
    var encoding = EncodingOptions(
      numeric: recipe.growsTrees ? .none : .standard, categories: recipe.growsTrees ? .codes : .indicators,
      missing: .ownLevel, unseen: .allZero, ignored: source.ignored(table))
    encoding.declaredCategories = try source.declared(table)
    var isClassifier = false
    if case .classifier = recipe { isClassifier = true }
    TableFormat.tellColumns(
      of: table, target: target, ignored: encoding.ignored, isClassifier: isClassifier, on: options.console)
    let fixed = encoding
    let features = try table.placing { try FeatureEncoder.fit(table, without: [target], options: fixed) }
    let labels: [String]
    if case .classifier = recipe {
      labels = try ClassEncoder.labels(table, target: target)
    } else {
      labels = []
    }
    let schema = QuerySchema(
      inputs: features.inputColumns, target: labels.isEmpty ? .number : .classes(labels))
    let people = try InvertSource.records(table, schema: schema, target: target)
    let order = random.permutation(people.count)
    let (half, rest) = (people.count / 2, people.count / 8)
    let training = people.rows(at: Array(order[..<half]))
    let rows = try features.features(inputs: training.rows)
    let columns = EncodedColumns(features)
    var stream = random.child("train")
    let model: FittedModel
    switch (recipe, training.responses) {
    case (.classifier(let recipe), .labels(let numbers)):
      model = try recipe.train(
        ClassificationData(features: rows, labels: numbers, classCount: labels.count), columns: columns,
        workers: options.threadCount, using: &stream
      ).model
    case (.regressor(let recipe), .numbers(let numbers)):
      model = try recipe.train(
        RegressionData(features: rows, target: numbers), columns: columns, workers: options.threadCount,
        using: &stream
      ).model
    default: throw InversionError.missing(method: id, need: "a target of its kind")
    }
    return try AttributeScene(
      Pipeline(
        features: features,
        target: labels.isEmpty ? .number(name: target) : .classes(name: target, labels: labels), model: model),
      training: training, others: people.rows(at: Array(order[half..<(people.count - rest)])),
      auxiliary: people.rows(at: Array(order[(people.count - rest)...])),
      sensitive: try column(sensitive, schema), known: try knownColumns(schema),
      group: try command.group.map { try column($0, schema) })
  }

  private func knownColumns(_ schema: QuerySchema) throws -> [Int]? {
    try command.known.map { list in
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
