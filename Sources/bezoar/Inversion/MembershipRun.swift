import Experiments
import Inversion
import InversionStudies
import Learning
import LinearAlgebra
import Querying
import Reporting
import Tabular

/// Attacks on membership, with curves, figures and the risk of every record.
struct MembershipRun: Sendable {
  let command: MembershipCommand

  private var options: GlobalOptions { command.options }

  /// Runs everything and writes the report; its path.
  func run() async throws -> String {
    var random = RandomStream(seed: options.seed).child("membership")
    let attacks = try command.attacks()
    let needsShadows = attacks.contains { type(of: $0).needsShadows } && command.shadows > 0
    let (scene, origins) = try await scene(needsShadows: needsShadows, using: &random)
    var results: [MembershipResult] = []
    for attack in attacks {
      try Interruption.check()
      let task = MembershipTask(
        target: QuerySession(scene.oracle), records: scene.records, shadows: scene.shadows)
      if command.attack == nil, type(of: attack).missing(task) != nil { continue }
      results.append(try await scene.run(attack, using: &random))
    }
    let name = TableOptions.name(command.data ?? command.members ?? "")
    let model = command.model.map { TableOptions.name($0) } ?? command.train ?? ""
    let document = ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName),
      parameters: [
        "command": "membership", "data": .text(name), "model": .text(model),
        "records": .integer(scene.records.count), "shadows": .integer(scene.shadows?.count ?? 0),
        "seed": .integer(Int(clamping: options.seed)), "settings": .list(command.settings.map { .text($0) }),
      ], methods: attacks.map { type(of: $0).card },
      outcomes: results.map { result in
        Outcome(
          dataset: name, model: model, attack: result.name, defence: "none", rate: 0, seed: options.seed,
          metrics: Metrics(result, gap: scene.memberAccuracy - scene.otherAccuracy))
      }, claims: [])
    let table = table(results, scene)
    var page = Report(
      title: "Who was in the training data of \(model)?",
      subtitle:
        "Attacks on membership; chance has an area of 0.5 and finds 1 % of members at 1 % false alarms.",
      colophon: "bezoar \(Bezoar.version), seed \(options.seed)")
    page.append(.table(table))
    page.append(.figure(figure(results)))
    page.append(.methods(document.methods.map { Report.MethodEntry($0) }))
    let files = try page.write(
      to: command.output, with: Gnuplot.find(searchPath: Console.environment("PATH") ?? ""))
    for remark in files.remarks { options.console.note(remark) }
    try AtomicFile.write(try document.json(), to: "\(command.output)/results.json")
    try AtomicFile.write(
      String(decoding: TableWriter.bytes(risks(results, scene, origins)), as: UTF8.self),
      to: "\(command.output)/risk.csv")
    if options.json { options.console.write(try document.json()) } else { options.console.write(table) }
    return files.page
  }

  private func table(_ results: [MembershipResult], _ scene: MembershipScene) -> TextTable {
    var table = TextTable(
      title: "Membership",
      columns: [
        .init("attack"), .number("AUC"), .number("balanced accuracy"), .number("TPR at 1 % FPR"),
        .number("TPR at 0.1 % FPR"), .number("queries"),
      ],
      note:
        "\(scene.isMember.count { $0 }) members, \(scene.isMember.count { !$0 }) others; accuracy of the model "
        + "\(scene.memberAccuracy.percent(1)) on members, \(scene.otherAccuracy.percent(1)) on others; "
        + "\(scene.shadows?.count ?? 0) shadow models.")
    for result in results {
      table.append([
        .init(result.name), .init(result.curve.area.fixed(4)), .init(result.curve.balancedAccuracy.fixed(4)),
        .init(result.curve.truePositives(below: 0.01).percent(2)),
        .init(result.curve.truePositives(below: 0.001).percent(2)), .init("\(result.queries)"),
      ])
    }
    return table
  }

  /// The curves on logarithmic axes; points with no false alarm have no place there and stand in the table.
  private func figure(_ results: [MembershipResult]) -> Figure {
    let chance = [0.001, 0.01, 0.1, 1].map { Figure.Point(x: $0, y: $0) }
    return Figure(
      id: "roc", title: "Members found and false alarms",
      caption:
        "True positives over false positives, both logarithmic; above the line of chance an attack knows "
        + "something. One model.", form: .lines,
      x: .init("false positive rate", isLogarithmic: true, range: 0.001...1),
      y: .init("true positive rate", isLogarithmic: true, range: 0.001...1),
      series: results.map { result in
        Figure.Series(
          result.name,
          thinned(result.curve.points.filter { $0.falsePositives > 0 && $0.truePositives > 0 }).map {
            Figure.Point(x: $0.falsePositives, y: $0.truePositives)
          })
      } + [Figure.Series("chance", chance)])
  }

  /// At most two hundred points, evenly spaced on the logarithm.
  private func thinned(_ points: [MembershipCurve.Point]) -> [MembershipCurve.Point] {
    var result: [MembershipCurve.Point] = []
    var next = 0.0
    for point in points where point.falsePositives >= next || point.falsePositives == 1 {
      result.append(point)
      next = point.falsePositives * 1.03
    }
    return result
  }

  /// Where a record stands: the name of its file and the row behind the header, from 1.
  private typealias Origin = (file: String, row: Int)

  /// Every record with its scores and the share of others that have at least as high ones.
  private func risks(
    _ results: [MembershipResult], _ scene: MembershipScene, _ origins: [Origin]
  ) -> Table {
    let files = origins.map(\.file).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    var columns = [
      Table.Column(
        name: "file",
        values: .categorical(codes: origins.map { files.firstIndex(of: $0.file) ?? 0 }, levels: files)),
      Table.Column(name: "row", values: .numeric(origins.map { Double($0.row) })),
      Table.Column(name: "member", values: .numeric(scene.isMember.map { $0 ? 1 : 0 })),
      Table.Column(name: "class", values: .numeric(scene.records.labels.map { Double($0) })),
    ]
    for result in results {
      columns.append(.init(name: "\(result.name)_score", values: .numeric(result.scores)))
      columns.append(
        .init(
          name: "\(result.name)_false_alarms",
          values: .numeric(result.scores.map { result.curve.falsePositives(atLeast: $0) })))
    }
    return Table(columns: columns)
  }

  /// The model with its members for the seed, and where every record stands.
  private func scene(
    needsShadows: Bool, using random: inout RandomStream
  ) async throws -> (MembershipScene, [Origin]) {
    guard let path = command.model else {
      return try trained(needsShadows: needsShadows, using: &random)
    }
    let pipeline = try ModelReader.read(path, console: options.console).pipeline
    guard case .classes = pipeline.target else {
      throw InversionError.missing(method: "membership", need: "a model of classes")
    }
    let oracle = PipelineOracle(pipeline, inputs: .encoded)
    let target = command.target ?? pipeline.targetName
    func people(_ name: String?) throws -> (data: ClassificationData, origins: [Origin]) {
      let table = try ModelReader.table(
        DataSource(name ?? "", searchPath: options.searchPath), for: pipeline)
      let (records, rows) = try InvertSource.placedRecords(
        table, schema: PipelineOracle(pipeline).schema, target: target)
      guard case .labels(let labels) = records.responses else { throw DesignError.noRows }
      let data = ClassificationData(
        features: try pipeline.features.features(inputs: records.rows), labels: labels,
        classCount: pipeline.labels.count)
      return (data, rows.map { (TableOptions.name(name ?? ""), $0 + 1) })
    }
    let (members, others) = (try people(command.members), try people(command.others))
    let records = members.data.appending(others.data)
    var shadows: ShadowModels?
    if needsShadows, let id = command.train {
      shadows = try ShadowModels.train(
        records, count: command.shadows, workers: options.threadCount, using: &random,
        logistic: try logistic(id), training: try training(id, columns: EncodedColumns(pipeline.features)))
    }
    let scene = try await MembershipScene(
      records, isMember: (0..<records.count).map { $0 < members.data.count }, oracle: oracle, shadows: shadows
    )
    return (scene, members.origins + others.origins)
  }

  private func trained(
    needsShadows: Bool, using random: inout RandomStream
  ) throws -> (MembershipScene, [Origin]) {
    let table = try DataSource(command.data ?? "", searchPath: options.searchPath).table(TableReader())
    let (id, target) = (command.train ?? "", command.target ?? "")
    let recipe = try ModelCatalogue.recipe(id, settings: MethodSettings(command.trainSettings))
    let encoding = EncodingOptions(
      numeric: recipe.growsTrees ? .none : .standard, categories: recipe.growsTrees ? .codes : .indicators,
      missing: recipe.growsTrees ? .keep : .ownLevel, unseen: .allZero,
      ignored: command.ignore?.split(separator: ",").map { String($0) } ?? [])
    let encoder = try ClassEncoder.fit(table, target: target, options: encoding)
    let design = try encoder.design(table)
    var records = ClassificationData(
      features: design.features, labels: design.labels, classCount: encoder.classes.count)
    var rows = design.rowIndex
    if let count = command.rows, count < records.count {
      let chosen = random.choice(count, from: records.count)
      (records, rows) = (records.rows(at: chosen), chosen.map { rows[$0] })
    }
    let scene = try MembershipScene(
      records, shadowCount: needsShadows ? command.shadows : nil, workers: options.threadCount,
      using: &random,
      logistic: try logistic(id), training: try training(id, columns: EncodedColumns(encoder.features)))
    return (scene, rows.map { (TableOptions.name(command.data ?? ""), $0 + 1) })
  }

  /// The learner that fits all shadow models at once; nil for another model.
  private func logistic(_ id: String) throws -> LogisticRegression? {
    guard
      case .classifier(let recipe) = try ModelCatalogue.recipe(
        id, settings: MethodSettings(command.trainSettings))
    else { return nil }
    guard var learner = recipe as? LogisticRegression else { return nil }
    // A distribution over models needs no more digits than this.
    learner.gradientTolerance = max(learner.gradientTolerance, 1e-5)
    return learner
  }

  /// How a recipe trains one model on one thread.
  private func training(_ id: String, columns: EncodedColumns) throws -> ShadowModels.Training {
    guard
      case .classifier(let recipe) = try ModelCatalogue.recipe(
        id, settings: MethodSettings(command.trainSettings))
    else { throw InversionError.missing(method: id, need: "a classifier") }
    return { data, random in
      try Interruption.check()
      let model = try recipe.train(data, columns: columns, workers: 1, using: &random).model
      guard let classifier = model.classifier else {
        throw InversionError.missing(method: id, need: "a classifier")
      }
      return classifier
    }
  }
}
