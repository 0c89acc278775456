import Learning
import Poisoning
public import Reporting

/// The tables of the dosage case, for the terminal and for the report alike.
public struct DosageTables: Sendable {
  private let outcomes: [Outcome]
  private let cells: [Cell: [Outcome]]
  let models: [String]
  let attacks: [String]
  let defences: [String]
  let rates: [Double]

  /// Tables of the outcomes of a study.
  public init(_ outcomes: [Outcome], study: DosageStudy) {
    self.outcomes = outcomes
    cells = Dictionary(grouping: outcomes) { Cell($0) }
    models = outcomes.distinct(\.model)
    attacks = study.attacks
    defences = study.defences
    rates = study.rates
  }

  /// What outcomes of different seeds have in common.
  private struct Cell: Hashable {
    let model: String
    let attack: String
    let defence: String
    let rate: Double?

    init(_ outcome: Outcome) {
      self.init(outcome.model, outcome.attack, outcome.defence, outcome.rate)
    }

    init(_ model: String, _ attack: String, _ defence: String, _ rate: Double?) {
      (self.model, self.attack, self.defence, self.rate) = (model, attack, defence, rate)
    }
  }

  /// The outcomes of one cell; the clean data stand at rate 0 whatever rate is asked for.
  private func cell(_ model: String, _ attack: String, _ defence: String, _ rate: Double) -> [Outcome] {
    let isClean = attack == "none" || attack == DosageStudy.anotherSample
    return cells[Cell(model, attack, defence, isClean ? 0 : rate)] ?? []
  }

  /// What each attack does to the doses at one rate, without defence.
  public func damage(model: String, rate: Double) -> TextTable {
    var table = TextTable(
      title: "\(model), \(rate.percent(0)) poison, no defence: doses of unseen patients",
      columns: [
        .init("attack"), .number("test MSE"), .number("median change"), .number("q10"), .number("q25"),
        .number("q75"), .number("q90"), .number(">10 %"), .number(">20 %"), .number(">50 %"),
        .number(">75.06 %"),
        .number("within 20 %"), .number("over"), .number("under"), .number("MAE mg"), .number("mean change"),
      ],
      note:
        "Mean ± standard deviation over seeds. Change: |dose − clean dose| / clean dose. Within 20 %, over and "
        + "under: of the true dose. The mean change explodes where clean doses are close to zero. "
        + "\(DosageStudy.anotherSample): a model of other clean patients, so what the choice of the sample alone changes."
    )
    for attack in ["none", DosageStudy.anotherSample] + attacks {
      let cells = cell(model, attack, "none", rate)
      guard !cells.isEmpty else { continue }
      func share(_ metric: MetricKey) -> TextTable.Cell {
        .init(cells.summary(of: metric)?.mean.percent(0) ?? "–")
      }
      table.append([
        .init(attack), .init(cells.summary(of: "test_mse")?.text { $0.fixed(4) } ?? "–"),
        .init(cells.summary(of: "dose_change_median")?.text { $0.percent(0) } ?? "–", tone: .strong),
        share("dose_change_q10"), share("dose_change_q25"), share("dose_change_q75"),
        share("dose_change_q90"),
        share("share_changed_10"), share("share_changed_20"), share("share_changed_50"),
        share("share_changed_75"), share("within_20"),
        share("overdosed"), share("underdosed"),
        .init(cells.summary(of: "mae_mg")?.mean.fixed(1) ?? "–"), share("dose_change_mean"),
      ])
    }
    return table
  }

  /// One metric of every attack over the rates, without defence.
  public func overRates(
    _ metric: MetricKey, model: String, title: String, form: (Double) -> String
  ) -> TextTable {
    var table = TextTable(
      title: "\(model), no defence: \(title)",
      columns: [.init("attack"), .number("0 %")] + rates.map { .number($0.percent(0)) })
    let clean = cell(model, "none", "none", 0).summary(of: metric)
    for attack in attacks {
      var row: [TextTable.Cell] = [.init(attack), .init(clean?.text(form) ?? "–")]
      for rate in rates {
        let cells = cell(model, attack, "none", rate)
        row.append(.init(cells.summary(of: metric)?.text(form) ?? "–"))
      }
      table.append(row)
    }
    return table
  }

  /// Every attack beside every defence at one rate.
  public func defence(
    _ metric: MetricKey, model: String, rate: Double, title: String, form: (Double) -> String,
    good: (Double) -> TextTable.Tone
  ) -> TextTable {
    var table = TextTable(
      title: "\(model), \(rate.percent(0)) poison: \(title)",
      columns: [.init("defence"), .number("no poison")] + attacks.map { .number($0) })
    for defence in defences {
      var row: [TextTable.Cell] = [.init(defence)]
      for attack in ["none"] + attacks {
        let cells = cell(model, attack, defence, rate)
        let summary = cells.summary(of: metric)
        row.append(.init(summary?.text(form) ?? "–", tone: summary.map { good($0.mean) } ?? .muted))
      }
      table.append(row)
    }
    return table
  }

  /// How well the rejected rows match the poison, for one attack at one rate.
  public func rejection(model: String, attack: String, rate: Double) -> TextTable {
    var table = TextTable(
      title: "\(model), \(attack) at \(rate.percent(0)): what the defences rejected",
      columns: [
        .init("defence"), .number("rejected"), .number("precision"), .number("recall"),
        .number("poison kept"), .number("estimated rate"), .number("test MSE"),
      ])
    for defence in defences where defence != "none" {
      let cells = cell(model, attack, defence, rate)
      func share(_ metric: MetricKey) -> TextTable.Cell {
        .init(cells.summary(of: metric)?.text { $0.percent(0) } ?? "–")
      }
      table.append([
        .init(defence), .init(cells.summary(of: "rejected")?.mean.fixed(0) ?? "–"), share("precision"),
        share("recall"), share("poison_kept"), share("estimated_rate"),
        .init(cells.summary(of: "test_mse")?.text { $0.fixed(4) } ?? "–"),
      ])
    }
    return table
  }

  /// Every cell with mean and standard deviation of every metric, as comma-separated text.
  public func csv() -> String {
    let keys = outcomes.first(where: { $0.defence == "none" }).map(\.metrics.keys) ?? []
    let more = outcomes.first(where: { $0.defence != "none" }).map(\.metrics.keys) ?? []
    let metrics = keys + more.filter { !keys.contains($0) }
    var text = "model,attack,defence,rate,seeds"
    for metric in metrics { text += ",\(metric)_mean,\(metric)_sd" }
    text += "\n"
    var seen: Set<Cell> = []
    for first in outcomes where seen.insert(Cell(first)).inserted {
      let group = cells[Cell(first)] ?? []
      text += "\(first.model),\(first.attack),\(first.defence),\(first.rate ?? 0),\(group.count)"
      for metric in metrics {
        let summary = group.summary(of: metric)
        text += ",\(summary.map { "\($0.mean)" } ?? ""),\(summary.map { "\($0.standardDeviation)" } ?? "")"
      }
      text += "\n"
    }
    return text
  }
}
