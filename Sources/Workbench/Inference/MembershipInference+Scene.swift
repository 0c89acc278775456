import Inversion
import Learning
import LinearAlgebra
import Methods
import Querying
import Tabular

/// The model that is attacked, with its members and others.
extension MembershipInference {
  /// The model with its members for the seed, without guards.
  func bare(
    needsShadows: Bool, in context: JobContext, using random: inout RandomStream
  ) async throws -> Bare {
    switch model {
    case .file(let path, let members, let others):
      try await file(path, Files(members, others), needsShadows, context, &random)
    case .url(let address, let connection, let members, let others):
      try await service(
        ServiceAccess(address, connection), Files(members, others), needsShadows, context, &random)
    case .trained(let data): try await trained(data, needsShadows, context, &random)
    }
  }

  /// The names of the two files, and their tables, each read once.
  private struct Files {
    let names: (members: String, others: String)
    private(set) var tables: (members: Table, others: Table)?

    init(_ members: String, _ others: String) { names = (members, others) }

    /// Reads the members and the others, as the columns of a model ask for, for its ranges.
    mutating func read(
      _ reading: ReadingChoices, target: String?, for model: ModelFile?, in context: JobContext
    ) throws -> KnownRows {
      let targets = [target ?? model?.pipeline.targetName].compactMap { $0 }
      func read(_ name: String) throws -> Table {
        try reading.table(name, context, targets: targets, for: model)
      }
      let (members, others) = (try read(names.members), try read(names.others))
      tables = (members, others)
      return KnownRows(
        examples: [(members, names.members), (others, names.others)].map { table, name in
          // What is predicted is no column that a service is asked about.
          .init(table.removing(columns: [target].compactMap { $0 }), of: name)
        })
    }
  }

  /// The records of two files, members first.
  private struct Records {
    let rows: Matrix
    let labels: [Int]
    let isMember: [Bool]
    let origins: [Origin]
  }

  /// The people of a table as a model takes them.
  private func people(
    _ table: Table, of name: String, schema: QuerySchema, target: String
  ) throws -> (records: AttributeRecords, labels: [Int], origins: [Origin]) {
    let (people, places) = try AttributeRecords.placed(table, schema: schema, target: target)
    guard case .labels(let labels) = people.responses else { throw DesignError.noRows }
    return (people, labels, places.map { (Table.shortName(name), $0 + 1) })
  }

  /// The records of the two files. Who is like a member in every column that the model knows, and in the target, was in
  /// the training data and does not count as another one.
  private func records(
    _ files: Files, schema: QuerySchema, target: String, in context: JobContext
  ) throws -> Records {
    guard let tables = files.tables else { throw DesignError.noRows }
    let names = files.names
    let members = try people(tables.members, of: names.members, schema: schema, target: target)
    let others = try people(tables.others, of: names.others, schema: schema, target: target)
    let kept = others.records.places(unlike: members.records)
    let shared = others.labels.count - kept.count
    guard !kept.isEmpty || others.labels.isEmpty else {
      throw InversionError.tooFewRows(
        "records of \(names.others) that are like no record of \(names.members)", needed: 1, found: 0)
    }
    if shared > 0 {
      context.note(
        "\(shared) of the \(others.labels.count) records in \(names.others) are like a member in every column "
          + "and do not count as others")
    }
    let rest = kept.map { others.labels[$0] }
    return Records(
      rows: members.records.rows.appending(rowsOf: others.records.rows.rows(at: kept)),
      labels: members.labels + rest,
      isMember: members.labels.map { _ in true } + rest.map { _ in false },
      origins: members.origins + kept.map { others.origins[$0] })
  }

  /// A model file. It is attacked in its own encoding.
  private func file(
    _ path: String, _ files: Files, _ needsShadows: Bool, _ context: JobContext, _ random: inout RandomStream
  ) async throws -> Bare {
    var files = files
    let opened = try await ModelUnderAttack.open(
      .file(ModelFileAccess(path)), ranges: ranges, in: context
    ) { file in
      guard let file, case .classes = file.pipeline.target else {
        throw InversionError.missing(method: "membership", need: "a model of classes")
      }
      return try files.read(reading, target: target, for: file, in: context)
    }
    context.note(opened.notes)
    guard let pipeline = opened.pipeline else {
      throw InversionError.missing(method: "membership", need: "a model of classes")
    }
    let people = try records(
      files, schema: opened.oracle.schema, target: target ?? pipeline.targetName, in: context)
    let records = ClassificationData(
      features: try pipeline.features.features(inputs: people.rows), labels: people.labels,
      classCount: pipeline.labels.count)
    let shadows =
      needsShadows
      ? try shadows(records, columns: EncodedColumns(pipeline.features), context, &random) : nil
    let encoded = PipelineOracle(pipeline, inputs: .encoded, columns: opened.oracle.schema.inputs)
    let scene = try await MembershipScene(
      records, isMember: people.isMember, oracle: encoded, shadows: shadows)
    return Bare(scene: scene, pipeline: pipeline, origins: people.origins)
  }

  /// A service. It is asked in columns; shadow models learn from the attacker's own encoding of them.
  private func service(
    _ access: ServiceAccess, _ files: Files, _ needsShadows: Bool, _ context: JobContext,
    _ random: inout RandomStream
  ) async throws -> Bare {
    var files = files
    let opened = try await ModelUnderAttack.open(.url(access), ranges: ranges, in: context) { _ in
      try files.read(reading, target: target, for: nil, in: context)
    }
    context.note(opened.notes)
    let schema = opened.oracle.schema
    guard case .classes(let labels) = schema.target else {
      throw InversionError.missing(method: "membership", need: "a model of classes")
    }
    let people = try records(files, schema: schema, target: target ?? "", in: context)
    let records = ClassificationData(
      features: people.rows, labels: people.labels, classCount: labels.count)
    let growsTrees = try recipe(of: context.methods).map { type(of: $0).growsTrees } ?? false
    let encoder = FeatureEncoder(
      inputs: schema.inputs, isScaled: !growsTrees, categories: growsTrees ? .codes : .indicators)
    let encoded = ClassificationData(
      features: try encoder.features(inputs: people.rows), labels: people.labels, classCount: labels.count)
    let shadows =
      needsShadows ? try shadows(encoded, columns: EncodedColumns(encoder), context, &random) : nil
    let scene = try await MembershipScene(
      records, isMember: people.isMember, oracle: opened.oracle, shadows: shadows)
    return Bare(scene: scene, pipeline: nil, origins: people.origins)
  }
}
