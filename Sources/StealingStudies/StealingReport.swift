import Experiments
import Methods
public import Reporting

/// The report on the theft of models.
public struct StealingReport: Sendable {
  /// The page.
  public let report: Report

  /// A report from results; it holds no date and no time, so that equal results give equal bytes.
  public init(_ document: ResultsDocument, run: StealingReproduction.Run) {
    var page = Report(
      title: "The theft of models through prediction APIs",
      subtitle:
        "Attacks on models that are trained here, each number beside a published one or one of our own.",
      colophon: "bezoar \(document.tool.version), OpenBLAS kernel \(document.tool.blas)")
    page.append(.keyFigures(Self.keyFigures(run)))
    page.append(.section("What was done"))
    page.append(
      .paragraph(
        "Every victim is trained on 70 % of a data set, drawn anew for each seed, as is the training itself. The "
          + "ranges and categories of the columns, to which they are scaled, are those of all rows, as an attacker knows "
          + "them; the ends of bins are those of the training rows. The attack sees the "
          + "victim through its prediction interface only and pays for every query; a known answer is not asked for "
          + "again. The copy is compared with the victim, not with the truth, on the rows that the training did not "
          + "see (test) and on rows drawn uniformly from the range of every column (uniform): 10,000, and 2,000 "
          + "behind guards."))
    page.append(.section("The figures that surveys quote"))
    page.append(.table(Self.handOut))
    page.append(.section("Published and measured"))
    page.append(.list(Headline(run.claims).sentences))
    page.append(.table(Self.table(run)))
    page.append(rulesFor: run.claims)
    for table in Self.details(run) { page.append(.table(table)) }
    page.append(.claims(run.claims.map { Report.ClaimEntry($0) }))
    let models = run.matrices.distinct(\.dataset)
    if !models.isEmpty {
      page.append(.section("Guards and detectors beside attacks"))
      page.append(
        .paragraph(
          "Every attack may spend \(StealingMatrices.queriesPerUnknown) queries for each unknown of the model and does "
            + "not know the guard. An attack that knows it does better: against a guard that keeps the labels it can "
            + "always take the labels alone."))
    }
    for model in models {
      page.append(.subsection(model))
      page.append(.table(Self.guards(run.matrices, dataset: model)))
      page.append(.table(Self.detectors(run.matrices, dataset: model)))
      page.append(.figure(Self.curves(run.curves, dataset: model)))
    }
    page.append(.section("Methods"))
    page.append(.methods(document.methods.map { Report.MethodEntry($0) }))
    report = page
  }

  private static func keyFigures(_ run: StealingReproduction.Run) -> [Report.KeyFigure] {
    var figures = Headline(run.claims).keyFigures
    if let claim = run.claims.first(where: { $0.id == "digits-log-ratio-queries" }),
      let queries = claim.measured
    {
      figures.append(
        .init(
          queries.fixed(0), "queries steal the softmax model of Digits, for which 650 were published",
          tone: .bad))
    }
    return figures
  }

  /// The statements by rows, each beside its number with origin and setting.
  public static func table(_ run: StealingReproduction.Run) -> TextTable {
    TextTable(claims: run.claims, rows: run.rows)
  }

  /// The three rows that circulate, with what the paper says.
  public static let handOut = TextTable(
    title: "What circulates, and what the paper's table 1 says",
    columns: [.init("quoted"), .number("queries"), .number("time"), .init("the paper")],
    rows: [
      [
        .init("Google, logistic regression"), .init("650"), .init("70 s"),
        .init("Amazon, softmax regression on Digits: 650 queries, 70 s. Google was surveyed, not attacked."),
      ],
      [
        .init("Amazon, decision tree"), .init("1,400"), .init("500 s"),
        .init(
          "No such row; Amazon had no trees. Nearest: Amazon, logistic regression on Adult: 1,485, 149 s; BigML, tree "
            + "on German Credit: 1,150, 631 s."),
      ],
      [
        .init("Microsoft, neural network"), .init("4,013"), .init("2,088 s"),
        .init(
          "BigML, decision tree on Steak Survey: 4,013, 2,088 s. Networks were stolen offline only, by 1,112 to "
            + "11,125 queries (table 4)."),
      ],
    ],
    note: "Times are queries times the latency of the service: about 100 ms (Amazon) and 500 ms (BigML).")
}
