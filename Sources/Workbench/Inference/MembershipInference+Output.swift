import Experiments
public import Experiments
import Inversion
public import Inversion
import Statistics
import InversionStudies
import Learning
import LinearAlgebra
import Methods
public import Reporting
public import Tabular

extension MembershipInference.Result: PageResult {
  public var text: [JobText] { [.table(table)] }

  public func files() -> [String: String] {
    ["risk.csv": String(decoding: TableWriter.bytes(risks), as: UTF8.self)]
  }

  public var page: Report {
    var page = Report(
      title: "Who was in the training data of \(model)?",
      subtitle:
        "Attacks on membership; chance has an area of 0.5 and finds 1 % of members at 1 % false alarms.",
      colophon: "\(Package.tool), seed \(context.seed)")
    if !guards.isEmpty {
      page.append(.paragraph("Guards before the model: \(guards.joined(separator: ", "))."))
    }
    page.append(.table(table))
    page.append(.figure(figure))
    page.append(.methods(document.methods.map { Report.MethodEntry($0) }))
    return page
  }

  private var guards: [String] { request.guards }

  /// What the records are called.
  private var data: String {
    switch request.model {
    case .trained(let data): Table.shortName(data)
    case .file(_, let members, _), .url(_, _, let members, _): Table.shortName(members)
    }
  }

  /// What the model is called.
  private var model: String {
    switch request.model {
    case .trained: request.learner ?? ""
    case .file(let path, _, _): Table.shortName(path)
    case .url(let address, _, _, _): address
    }
  }

  public var document: ResultsDocument {
    ResultsDocument(
      job: "membership",
      [
        "data": .text(data), "model": .text(model),
        "records": .integer(scene.records.count), "shadows": .integer(scene.shadows?.count ?? 0),
        "seed": .seed(context.seed), "settings": .texts(request.settings),
        "guards": .texts(guards),
      ], methods: methods,
      outcomes: attacks.map { result in
        Outcome(
          dataset: data, model: model, attack: result.name, defence: defence, seed: context.seed,
          metrics: metrics(result))
      })
  }

  /// What stands before the model.
  private var defence: String {
    guards.isEmpty ? "none" : guards.joined(separator: "+")
  }

  /// The numbers of an attack, and what the guards cost honest users.
  public func metrics(_ result: MembershipResult) -> Metrics {
    var metrics = Metrics(result, gap: scene.memberAccuracy - scene.otherAccuracy)
    metrics["accuracy_members"] = scene.memberAccuracy
    metrics["accuracy_others"] = scene.otherAccuracy
    if let unguarded {
      metrics["accuracy_members_unguarded"] = unguarded.memberAccuracy
      metrics["accuracy_others_unguarded"] = unguarded.otherAccuracy
    }
    return metrics
  }

  private var table: TextTable {
    let what = unguarded == nil ? "the model" : "the guarded answers"
    let bare = unguarded.map { unguarded in
      " (without guards \(unguarded.memberAccuracy.percent(1)) and \(unguarded.otherAccuracy.percent(1)))"
    }
    let others = scene.isMember.count { !$0 }
    var table = TextTable(
      title: guards.isEmpty ? "Membership" : "Membership behind \(defence)",
      columns: [
        .init("attack"), .number("AUC"), .number("balanced accuracy"),
      ] + Self.rates.map { .number("TPR at \(Self.words($0)) FPR") } + [.number("queries")],
      note:
        "\(scene.isMember.count { $0 }) members, \(others) others; accuracy of \(what) "
        + "\(scene.memberAccuracy.percent(1)) on members, \(scene.otherAccuracy.percent(1)) on others\(bare ?? ""); "
        + "\(scene.shadows?.count ?? 0) shadow models. TPR: share of members found with at most that share of false "
        + "alarms, and its 95 % interval (Clopper-Pearson)."
        + Self.rates.compactMap { Self.remark(attacks.first?.curve, $0) }.joined())
    for result in attacks {
      table.append(
        [
          .init(result.name), .init(result.curve.area.fixed(4)),
          .init(result.curve.balancedAccuracy.fixed(4)),
        ] + Self.rates.map { .init(Self.text(result.curve.finding(atMost: $0))) } + [
          .init("\(result.queries)")
        ])
    }
    return table
  }

  /// Rates of false alarms at which members are counted.
  private static let rates = [0.01, 0.001]

  /// A rate in percent without zeros at its end.
  private static func words(_ rate: Double) -> String { rate.percent(rate < 0.01 ? 1 : 0) }

  /// The members found, the interval, and that there was no false alarm.
  private static func text(_ finding: MembershipCurve.Finding) -> String {
    let interval = "\((100 * finding.interval.lower).fixed(1))–\((100 * finding.interval.upper).fixed(1))"
    return "\(finding.truePositives.percent(2)) (\(interval))"
      + (finding.falseAlarms == 0 ? ", no false alarm" : "")
  }

  /// What so few others say of a rate; nil if they are enough.
  private static func remark(_ curve: MembershipCurve?, _ rate: Double) -> String? {
    guard let curve, !curve.finding(atMost: rate).isSeen else { return nil }
    let highest = ClopperPearson(successes: 0, trials: curve.others, error: 0.025).upper
    return
      " \(curve.others) others are too few to see a rate of \(words(rate)): that column counts the members found "
      + "with no false alarm, which leaves a rate of up to \(highest.percent(2)) possible."
  }

  /// The curves on logarithmic axes, which hold the figures of the table; where no member is found they have no point.
  private var figure: Figure {
    let chance = [0.001, 0.01, 0.1, 1].map { Figure.Point(x: $0, y: $0) }
    return Figure(
      id: "roc", title: "Members found and false alarms",
      caption:
        "Share of members found with at most a share of false alarms, both logarithmic; above the line of chance an "
        + "attack knows something. One model. Left of one false alarm the curve is flat.", form: .lines,
      x: .init("false positive rate", isLogarithmic: true, range: 0.001...1),
      y: .init("true positive rate", isLogarithmic: true, range: 0.001...1),
      series: attacks.map { result in
        Figure.Series(
          result.name,
          result.curve.steps(from: 0.001, through: Self.rates).filter { $0.truePositives > 0 }.map {
            Figure.Point(x: $0.rate, y: $0.truePositives)
          })
      } + [Figure.Series("chance", chance)])
  }

  /// Every record with its scores and the share of others that have at least as high ones.
  public var risks: Table {
    let files = origins.map(\.file).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    var columns = [
      Table.Column(
        name: "file",
        values: .categorical(codes: origins.map { files.firstIndex(of: $0.file) ?? 0 }, levels: files)),
      Table.Column(name: "row", values: .numeric(origins.map { Double($0.row) })),
      Table.Column(name: "member", values: .numeric(scene.isMember.map { $0 ? 1 : 0 })),
      Table.Column(name: "class", values: .numeric(scene.records.labels.map { Double($0) })),
    ]
    for result in attacks {
      columns.append(.init(name: "\(result.name)_score", values: .numeric(result.scores)))
      columns.append(
        .init(
          name: "\(result.name)_false_alarms",
          values: .numeric(result.scores.map { result.curve.falsePositives(atLeast: $0) })))
    }
    return Table(columns: columns)
  }
}
