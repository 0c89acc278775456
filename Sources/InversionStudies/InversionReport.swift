import Statistics
public import Experiments
import Inversion
import Learning
import Methods
public import Reporting

/// The report on attacks on privacy.
public struct InversionReport: Sendable {
  /// The page.
  public let report: Report

  /// A report from results; it holds no date and no time, so that equal results give equal bytes.
  public init(_ document: ResultsDocument, run: InversionReproduction.Run) {
    var page = Report(
      title: "What a model discloses about the people it was trained on",
      subtitle: "Attacks on models that are trained here, each beside guesses that need no model.",
      colophon: "bezoar \(document.tool.version), OpenBLAS kernel \(document.tool.blas)")
    page.append(.keyFigures(Self.keyFigures(run)))
    page.append(.section("Published and measured"))
    page.append(.list(Headline(run.claims).sentences))
    page.append(.table(Self.table(run)))
    page.append(rulesFor: run.claims)
    page.append(.claims(run.claims.map { Report.ClaimEntry($0) }))
    let attributes = run.outcomes.filter { $0.metrics["other_accuracy"] != nil }
    if !attributes.isEmpty {
      page.append(.section("Attributes: attacks beside guesses without a model"))
      page.append(
        .paragraph(
          "Members are people in the training data, others are not. An attack that is as good on others as on members "
            + "has found a relation of the population, not a memory of the model."))
      for table in Self.attributeTables(attributes) { page.append(.table(table)) }
    }
    let defences = run.outcomes.filter { $0.metrics["accuracy_cost"] != nil }
    let membership = run.outcomes.filter {
      $0.metrics["tpr_at_1"] != nil && $0.metrics["accuracy_cost"] == nil
    }
    if !membership.isEmpty {
      page.append(.section("Membership"))
      page.append(.paragraph(Self.fewOthers))
      for table in Self.membershipTables(membership) { page.append(.table(table)) }
    }
    let (tables, figures) = Self.utility(run.outcomes)
    if !tables.isEmpty {
      page.append(.section("Private models: use and leaks"))
      page.append(.paragraph(Self.publicInputs))
    }
    for table in tables { page.append(.table(table)) }
    for figure in figures { page.append(.figure(figure)) }
    if !defences.isEmpty {
      page.append(.section("Defences against attacks on membership"))
      page.append(.paragraph("\(Self.defenceRanges) \(Self.publicInputs)"))
      for table in Self.defenceTables(defences) { page.append(.table(table)) }
    }
    if !run.pictures.isEmpty { page.append(.section("Classes rebuilt from confidences")) }
    for grid in run.pictures { page.append(.pictures(grid)) }
    page.append(.section("Methods"))
    page.append(.methods(document.methods.map { Report.MethodEntry($0) }))
    report = page
  }

  private static func keyFigures(_ run: InversionReproduction.Run) -> [Report.KeyFigure] {
    var figures = Headline(run.claims).keyFigures
    func measured(_ id: String) -> Double? { run.claims.first { $0.id == id }?.measured }
    if let attack = measured("vkorc1-map"), let guess = measured("vkorc1-imputation") {
      figures.append(
        .init(
          attack.percent(1),
          "of genotypes guessed through the dosage model; \(guess.percent(1)) without any model",
          tone: .warning))
    }
    return figures
  }

  /// What a thousand others cannot show.
  private static let fewOthers =
    "Among a thousand people who are no members, a false-alarm rate below 0.1 % is no false alarm at all; with a "
    + "probability of 95 % such a rate is only known to lie below "
    + "\(ClopperPearson(successes: 0, trials: 1000, error: 0.025).upper.percent(2)) (Clopper and Pearson). No "
    + "statement rests on it."
  /// Where the public inputs of private mechanisms come from.
  private static let publicInputs =
    "The guarantees of private models take ranges and categories as public. Here they are those of the published files: "
    + "the smallest and largest dose and the scale of age, height and weight of the warfarin patients, and the ranges and "
    + "categories of the census. Those files are no secret; an owner of private rows must take ranges from elsewhere."
  private static let defenceRanges =
    "Nobody published numbers for these comparisons. The aims are the weak ends of what earlier runs of this project with "
    + "the seeds 1 to 6 gave; they are judged on other seeds."

  /// The statements by rows, with the origin of their numbers and their settings.
  public static func table(_ run: InversionReproduction.Run) -> TextTable {
    TextTable(claims: run.claims, rows: run.rows)
  }

  /// One table for each data set and model: attacks in rows, measures on members and others in columns.
  static func attributeTables(_ outcomes: [Outcome]) -> [TextTable] {
    tables(
      outcomes, title: "Attributes",
      columns: [
        ("accuracy, members", "member_accuracy"), ("others", "other_accuracy"),
        ("AUC, members", "member_auc"),
        ("others", "other_auc"), ("precision, members", "member_precision"),
        ("recall, members", "member_recall"), ("MCC, members", "member_mcc"), ("others", "other_mcc"),
      ])
  }

  /// One table for each data set and model: attacks in rows.
  static func membershipTables(_ outcomes: [Outcome]) -> [TextTable] {
    tables(
      outcomes, title: "Membership",
      columns: [
        ("AUC", "auc"), ("balanced accuracy", "balanced_accuracy"), ("TPR at 1 % FPR", "tpr_at_1"),
        ("TPR without a false alarm", "tpr_at_01"),
      ])
  }

  /// The interval of a share that has one, in brackets.
  private static func interval(_ metric: MetricKey, _ outcomes: [Outcome]) -> String {
    guard let low = outcomes.summary(of: MetricKey("\(metric)_low")),
      let high = outcomes.summary(of: MetricKey("\(metric)_high"))
    else {
      return ""
    }
    return " [\(low.mean.fixed(3))–\(high.mean.fixed(3))]"
  }

  private static func tables(
    _ outcomes: [Outcome], title: String, columns: [(title: String, metric: MetricKey)]
  ) -> [TextTable] {
    let names = outcomes.distinct { [$0.dataset, $0.model, $0.defence] }
    return names.map { name in
      let own = outcomes.matching(dataset: name[0], model: name[1], defence: name[2])
      let used = columns.filter { own.summary(of: $0.metric) != nil }
      let seeds = own.distinct(\.seed).count
      var table = TextTable(
        title: "\(title): \(name[0]), \(name[1])" + (name[2] == "none" ? "" : ", \(name[2])"),
        columns: [.init("attack")] + used.map { .number($0.title) },
        note: "Mean ± standard deviation over \(seeds) \(seeds == 1 ? "seed" : "seeds")."
          + (used.contains { $0.metric.id.hasPrefix("tpr_") }
            ? " In brackets the 95 % interval of one seed (Clopper-Pearson), mean of its ends." : ""))
      for attack in own.distinct(\.attack) {
        let row = own.matching(attack: attack)
        table.append(
          [.init(attack)]
            + used.map { column in
              .init(
                (row.summary(of: column.metric)?.text { $0.fixed(3) } ?? "–") + interval(column.metric, row))
            })
      }
      return table
    }
  }
}
