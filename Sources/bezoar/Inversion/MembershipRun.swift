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

  var options: GlobalOptions { command.options }

  /// Runs everything and writes the report; its path.
  func run() async throws -> String {
    var random = RandomStream(seed: options.seed).child("membership")
    let attacks = try command.attacks()
    let needsShadows = attacks.contains { type(of: $0).needsShadows } && command.shadows > 0
    let subject = try await subject(needsShadows: needsShadows, using: &random)
    let scene = subject.scene
    var (results, cards) = ([MembershipResult](), [MethodCard]())
    for attack in attacks {
      try Interruption.check()
      if command.attack == nil, let need = scene.missing(attack) {
        options.console.note("\(type(of: attack).card.id) is left out, as it needs \(need)")
        continue
      }
      results.append(try await scene.run(attack, using: &random))
      cards.append(type(of: attack).card)
    }
    let name = TableOptions.name(command.data ?? command.members ?? "")
    let model =
      command.asksService
      ? command.model ?? "" : command.model.map { TableOptions.name($0) } ?? command.train ?? ""
    let document = ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName),
      parameters: [
        "command": "membership", "data": .text(name), "model": .text(model),
        "records": .integer(scene.records.count), "shadows": .integer(scene.shadows?.count ?? 0),
        "seed": .integer(Int(clamping: options.seed)), "settings": .list(command.settings.map { .text($0) }),
        "guards": .list(command.guards.map { .text($0) }),
      ], methods: try cards + command.guardCards(),
      outcomes: results.map { result in
        Outcome(
          dataset: name, model: model, attack: result.name, defence: defence, rate: 0, seed: options.seed,
          metrics: metrics(result, subject))
      }, claims: [])
    let table = table(results, subject)
    var page = Report(
      title: "Who was in the training data of \(model)?",
      subtitle:
        "Attacks on membership; chance has an area of 0.5 and finds 1 % of members at 1 % false alarms.",
      colophon: "bezoar \(Bezoar.version), seed \(options.seed)")
    if !command.guards.isEmpty {
      page.append(.paragraph("Guards before the model: \(command.guards.joined(separator: ", "))."))
    }
    page.append(.table(table))
    page.append(.figure(figure(results)))
    page.append(.methods(document.methods.map { Report.MethodEntry($0) }))
    let files = try page.write(
      to: command.output, with: Gnuplot.find(searchPath: Console.environment("PATH") ?? ""))
    for remark in files.remarks { options.console.note(remark) }
    try AtomicFile.write(try document.json(), to: "\(command.output)/results.json")
    try AtomicFile.write(
      String(decoding: TableWriter.bytes(risks(results, scene, subject.origins)), as: UTF8.self),
      to: "\(command.output)/risk.csv")
    if options.json { options.console.write(try document.json()) } else { options.console.write(table) }
    return files.page
  }

  /// What stands before the model.
  private var defence: String {
    command.guards.isEmpty ? "none" : command.guards.joined(separator: "+")
  }

  /// The numbers of an attack, and what the guards cost honest users.
  private func metrics(_ result: MembershipResult, _ subject: Subject) -> Metrics {
    let scene = subject.scene
    var metrics = Metrics(result, gap: scene.memberAccuracy - scene.otherAccuracy)
    metrics["accuracy_members"] = scene.memberAccuracy
    metrics["accuracy_others"] = scene.otherAccuracy
    if let unguarded = subject.unguarded {
      metrics["accuracy_members_unguarded"] = unguarded.memberAccuracy
      metrics["accuracy_others_unguarded"] = unguarded.otherAccuracy
    }
    return metrics
  }

  private func table(_ results: [MembershipResult], _ subject: Subject) -> TextTable {
    let scene = subject.scene
    let what = subject.unguarded == nil ? "the model" : "the guarded answers"
    let bare = subject.unguarded.map { unguarded in
      " (without guards \(unguarded.memberAccuracy.percent(1)) and \(unguarded.otherAccuracy.percent(1)))"
    }
    let others = scene.isMember.count { !$0 }
    let alarms = MembershipCurve.falseAlarms(below: 0.001, among: others)
    let few =
      "below 0.1 % \(alarms.count == 0 ? "no" : "at most \(alarms.count)") false "
      + "\(alarms.count == 1 ? "alarm is" : "alarms are") left among \(others) others, so that the rate may be up to "
      + "\(alarms.upperBound.percent(2)) (95 %)"
    var table = TextTable(
      title: command.guards.isEmpty ? "Membership" : "Membership behind \(defence)",
      columns: [
        .init("attack"), .number("AUC"), .number("balanced accuracy"), .number("TPR at 1 % FPR"),
        .number("TPR at 0.1 % FPR"), .number("queries"),
      ],
      note:
        "\(scene.isMember.count { $0 }) members, \(others) others; accuracy of \(what) "
        + "\(scene.memberAccuracy.percent(1)) on members, \(scene.otherAccuracy.percent(1)) on others\(bare ?? ""); "
        + "\(scene.shadows?.count ?? 0) shadow models; \(few).")
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
}
