import Learning
import Methods
import Poisoning
public import Reporting
import Tabular

/// The report of the dosage case.
public struct DosageReport: Sendable {
  /// The page with its figures.
  public let report: Report
  /// The tables, also for the terminal.
  public let tables: DosageTables

  /// A report from results; it holds no date and no time, so that equal results give equal bytes.
  public init(_ document: ResultsDocument, study: DosageStudy) {
    let outcomes = document.outcomes
    let tables = DosageTables(outcomes, study: study)
    let cohort = study.cohort
    var page = Report(
      title: "The warfarin dosage case", subtitle: cohort.summary,
      colophon:
        "bezoar \(document.tool.version), OpenBLAS kernel \(document.tool.blas), data \(cohort.name), "
        + "SHA-256 \(cohort.sha256)")
    page.append(.keyFigures(Self.keyFigures(outcomes, document.claims)))
    if cohort.isSynthetic {
      page.append(
        .notice(
          "These patients are invented: a synthetic cohort calibrated to published statistics of the IWPC "
            + "cohort. Run with --data iwpc or --data iwpc-onehot for the real patients."))
    }
    Self.appendMethod(to: &page, study)
    page.append(.section("Published and measured"))
    page.append(.list(Headline(document.claims).sentences))
    page.append(.table(TextTable(claims: document.claims)))
    page.append(rulesFor: document.claims)
    page.append(.claims(document.claims.map { Report.ClaimEntry($0) }))
    Self.appendDamage(to: &page, tables, outcomes, study)
    Self.appendDefences(to: &page, tables, outcomes, study)
    page.append(.section("Methods"))
    page.append(.methods(document.methods.map { Report.MethodEntry($0) }))
    report = page
    self.tables = tables
  }

  private static func keyFigures(_ outcomes: [Outcome], _ claims: [Claim]) -> [Report.KeyFigure] {
    func percent(_ metric: String, _ attack: String, _ defence: String = "none", rate: Double = 0.08)
      -> String
    {
      outcomes.matching(model: "lasso", attack: attack, defence: defence, rate: rate).summary(
        of: MetricKey(metric))?
        .mean.percent(0) ?? "–"
    }
    let moved = "share_changed_20"
    return Headline(claims).keyFigures + [
      .init(
        percent(moved, "optp-pointwise"),
        "of unseen patients get a dose more than 20 % off their clean dose at 8 % poison (LASSO, published search); "
          + "random poison moves \(percent(moved, "random")), another clean sample "
          + "\(percent(moved, DosageStudy.anotherSample, rate: 0))", tone: .bad),
      .init(
        percent("dose_change_median", "optp-pointwise"),
        "is the change for the median patient; \(percent("dose_change_median", "random")) by random poison, "
          + "\(percent("dose_change_median", DosageStudy.anotherSample, rate: 0)) by another clean sample",
        tone: .bad),
      .init(
        percent(moved, "optp-adaptive", "trim"),
        "of doses stay wrong with annealed TRIM against an attacker who knows it; "
          + "\(percent(moved, "optp", "trim")) against one who does not; TRIM alone moves "
          + "\(percent(moved, "none", "trim", rate: 0)) on clean data", tone: .warning),
    ]
  }

  private static func appendMethod(to page: inout Report, _ study: DosageStudy) {
    page.append(.section("What was done"))
    let rows = min(study.trainingRows, study.cohort.patients.count / 3)
    page.append(
      .paragraph(
        "\(study.cohort.patients.count) patients, \(study.cohort.space.count) features. In each of "
          + "\(study.seeds.count) repetitions \(rows) patients train the dosage model, \(rows) others are known to "
          + "the attacker as validation data, and all measures are taken on the remaining patients, whom neither "
          + "has seen. The rate is the share of poison in the final training set. Poisoned rows obey the schema: "
          + "numbers inside their observed range, exactly one level of every category. The LASSO keeps the penalty "
          + "that cross-validation chose on clean data; the ridge penalty is 0.1."))
    page.append(
      .list([
        "optp is our search over all rows; optp-pointwise is the published search; optp-black-box sees substitute "
          + "patients instead of the training set; optp-constrained stays inside the plausible range, sphere and "
          + "slab; optp-adaptive knows that TRIM is used; random is the baseline of an attacker who knows nothing.",
        "trim anneals its penalty, trim-plain is the published TRIM in its corrected version of 2021. The first "
          + "version was started from the clean rows by a programming error.",
        "A defence sees the rows in random order and is told the rate (8 % where there is no poison); it never "
          + "sees which rows are poison.",
      ]))
  }

  private static func appendDamage(
    to page: inout Report, _ tables: DosageTables, _ outcomes: [Outcome], _ study: DosageStudy
  ) {
    let figures = DosageFigures(
      outcomes: outcomes, attacks: study.attacks, defences: study.defences, rates: study.rates)
    page.append(.section("What the attacks do"))
    for model in tables.models {
      page.append(.subsection(model))
      page.append(.figure(figures.medianChange(model: model)))
      page.append(.figure(figures.testError(model: model)))
      for rate in study.rates { page.append(.table(tables.damage(model: model, rate: rate))) }
    }
  }

  private static func appendDefences(
    to page: inout Report, _ tables: DosageTables, _ outcomes: [Outcome], _ study: DosageStudy
  ) {
    let figures = DosageFigures(
      outcomes: outcomes, attacks: study.attacks, defences: study.defences, rates: study.rates)
    page.append(.section("What the defences save"))
    page.append(
      .paragraph(
        "An attack that leaves the range of plausible doses is removed by a range check; read the constrained and "
          + "the adaptive attack before trusting a defence."))
    for model in tables.models {
      page.append(.subsection(model))
      page.append(.figure(figures.defended(model: model, attack: "optp")))
      for rate in study.rates {
        page.append(
          .table(
            tables.defence(
              "mse_ratio", model: model, rate: rate, title: "test MSE as a multiple of the clean one",
              form: { $0.fixed(2) }, good: { $0 <= 1.3 ? .good : $0 > 3 ? .bad : .plain })))
        page.append(
          .table(
            tables.defence(
              "share_changed_20", model: model, rate: rate,
              title: "patients whose dose changes by more than 20 %", form: { $0.percent(0) },
              good: { $0 <= 0.2 ? .good : $0 > 0.5 ? .bad : .plain })))
      }
      page.append(.table(tables.rejection(model: model, attack: "optp", rate: 0.08)))
      page.append(.table(tables.rejection(model: model, attack: "optp-constrained", rate: 0.08)))
    }
  }
}
